from django.db import migrations

from messaging import recalls, search


def hide(apps, schema_editor):
    """What was recalled before keeps its original in `content` alone, as what is recalled from now on."""
    message = apps.get_model("messaging", "Message")
    recalled = message.objects.exclude(recalled_at=None)
    keys = list(recalled.values_list("pk", flat=True))
    search.forget(keys)
    for at in range(0, len(keys), 500):
        some = message.objects.filter(pk__in=keys[at : at + 500])
        some.update(text="")
        recalls.unquote(message, list(some.only("pk", "customer_id")))


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0010_customers_list'),
    ]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
