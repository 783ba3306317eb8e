from django.db import migrations

from sessions import known


def build(apps, schema_editor):
    """Make the tables of this database's kind, and write what there is already."""
    known.install()
    remark, value = (apps.get_model("kf_sessions", name) for name in ("Remark", "FieldValue"))
    if remark.objects.exists() or value.objects.exists():
        for _ in known.rebuild(remark, value):
            pass


def remove(apps, schema_editor):
    known.remove()


class Migration(migrations.Migration):
    dependencies = [
        ("kf_sessions", "0003_notice_of_code"),
        ("messaging", "0002_search"),
    ]

    operations = [migrations.RunPython(build, remove)]
