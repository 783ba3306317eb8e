from django.db import migrations

from messaging import kinds


def hide(apps, schema_editor):
    """Lists show the words of what was recalled before no longer, nor do notices and comments."""
    message, session, notice, survey = (
        apps.get_model(label, name)
        for label, name in (
            ("messaging", "Message"),
            ("kf_sessions", "Session"),
            ("kf_sessions", "Notice"),
            ("kf_sessions", "Survey"),
        )
    )
    notice.objects.filter(event="lapsing").update(text="")
    recalled = message.objects.exclude(recalled_at=None).defer("raw")
    for row in recalled.iterator(chunk_size=500):
        words = row.content.get("said") or kinds.text_of(row.kind, row.content)
        if not words:
            continue
        listed = kinds.RECALLS[row.origin == "servicer"]
        shown = session.objects.filter(pk=row.session_id, latest_text=words[:140])
        shown.update(latest_kind=listed, latest_text="")
        theirs = {"session__customer": row.customer_id}
        if survey.objects.filter(**theirs, comment=words).update(comment=""):
            told = notice.objects.filter(**theirs, event__in=("rating", "low"))
            told.filter(text__contains=words[:100]).update(text="")


class Migration(migrations.Migration):

    dependencies = [
        ('kf_sessions', '0018_count_anew'),
        ('messaging', '0011_recalled'),
    ]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
