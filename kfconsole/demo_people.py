"""Who may sign in to the demo; said on its sign-in page, because the demo has no secrets."""

from django.utils.translation import gettext_lazy as _

PASSWORD = "kfconsole"
# user name, name shown, role, language ("" is the browser's), what the sign-in page says of them
PEOPLE = (
    ("sam", "Sam", "agent", "", _("Agent")),
    ("lin", "林晓", "agent", "zh-hans", _("Agent, in Chinese")),
    ("wang", "王敏", "lead", "", _("Team lead")),
    ("admin", "Admin", "admin", "", _("Administrator")),
)
