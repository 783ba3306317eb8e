from django.db import migrations

from messaging import search


def build(apps, schema_editor):
    """Make the tables of this database's kind, and write what there is already."""
    search.install()
    message, customer = (apps.get_model("messaging", name) for name in ("Message", "Customer"))
    if message.objects.exists() or customer.objects.exists():
        for _ in search.rebuild(message, customer):
            pass


def remove(apps, schema_editor):
    search.remove()


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0001_initial'),
    ]

    operations = [migrations.RunPython(build, remove)]
