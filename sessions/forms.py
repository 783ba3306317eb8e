from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.models import Servicer
from sessions.models import Agent, Session

TEXT_BYTES = 2048


class ReplyForm(forms.Form):
    """A text, a file, or both; texts are counted as the platform does, in UTF-8 bytes."""

    text = forms.CharField(required=False)
    file = forms.FileField(required=False)
    msgid = forms.RegexField(r"^[0-9a-f]{32}$", required=False)

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        size = len(text.encode())
        if size > TEXT_BYTES:
            raise forms.ValidationError(
                _("%(over)s bytes too long: WeCom accepts 2048 bytes, this text has %(size)s."),
                params={"over": size - TEXT_BYTES, "size": size},
            )
        return text

    def clean(self) -> None:
        if not self.errors and not (self.cleaned_data["text"] or self.cleaned_data["file"]):
            raise forms.ValidationError(_("Write something, or attach a file."))

    @property
    def problem(self) -> str:
        """The first thing that is wrong, in one sentence."""
        return next((str(problem) for found in self.errors.values() for problem in found), "")


class TransferForm(forms.Form):
    """`to` is "agent-7", "pool" or "servicer-5": only those that this session can go to."""

    to = forms.CharField(error_messages={"required": _("Choose who takes over.")})

    def __init__(self, session: Session, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.session = session

    def clean_to(self) -> Agent | Servicer | str:
        kind, _dash, pk = self.cleaned_data["to"].partition("-")
        if kind == "pool":
            return kind
        choices = {"agent": colleagues, "servicer": servicers}.get(kind)
        found = choices(self.session).filter(pk=pk).first() if choices and pk.isdigit() else None
        if found is None:
            raise forms.ValidationError(_("They can no longer take over. Choose again."))
        return found


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = Agent
        fields = ("language", "theme")


def colleagues(session: Session) -> QuerySet[Agent]:
    """Agents who may take over: active, and they serve this account."""
    serves = Q(serves_all=True) | Q(accounts=session.account_id)
    others = Agent.objects.filter(serves, is_active=True).exclude(pk=session.agent_id)
    return others.distinct().order_by("display_name", "username")


def servicers(session: Session) -> QuerySet[Servicer]:
    return session.account.servicers.exclude(external_id="").exclude(
        external_id=session.customer.servicer
    )
