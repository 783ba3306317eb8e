from django.db import migrations

from messaging import search


def build(apps, schema_editor):
    """Customers are found by pinyin as well: what is written about them is written anew."""
    customer = apps.get_model("messaging", "Customer")
    if customer.objects.exists():
        for _ in search.rebuild_customers(customer):
            pass


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0002_search'),
    ]

    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
