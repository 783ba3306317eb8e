from datetime import UTC

from django.db import migrations
from django.db.models import Min


def ask(apps, schema_editor):
    """Facts have learnt more (who muted us, who waits, a bot's time): all are made anew, by the worker."""
    facts = apps.get_model('kf_sessions', 'SessionFact').objects.order_by()
    Recount = apps.get_model('kf_sessions', 'Recount')
    for account, first in facts.values_list('account').annotate(first=Min('opened_at')):
        asked = {'since': first.astimezone(UTC).date(), 'until': None, 'session': 0}
        Recount.objects.update_or_create(account_id=account, defaults=asked)


class Migration(migrations.Migration):

    dependencies = [
        ('kf_sessions', '0017_exports'),
    ]

    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
