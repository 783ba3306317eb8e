from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from messaging import library, pinyin
from sessions.models.team import Team

OWN_KEYS = {"personal": "owner", "team": "team", "account": "account"}


def _own_key_only(scope: str) -> Q:
    keys = {f"{key}__isnull": key != OWN_KEYS[scope] for key in OWN_KEYS.values()}
    return Q(scope=scope, **keys)


class PhraseQuerySet(models.QuerySet):
    def visible_to(self, agent, account=None) -> "PhraseQuerySet":
        """Theirs, their teams', and the account's, or of all accounts that they may serve."""
        accounts = agent.visible_accounts()
        if account is not None:
            accounts = accounts.filter(pk=account.pk)
        return self.filter(
            Q(owner=agent)
            | Q(team__in=agent.teams.values("pk"))
            | Q(account__in=accounts.values("pk"))
        )

    def editable_by(self, agent) -> "PhraseQuerySet":
        """Their own; for leads those of the teams and accounts as well that they serve."""
        if not agent.is_lead:
            return self.filter(owner=agent)
        return self.filter(
            Q(owner=agent)
            | Q(team__in=Team.objects.managed_by(agent).values("pk"))
            | Q(account__in=agent.visible_accounts().values("pk"))
        )

    def matching(self, query: str) -> "PhraseQuerySet":
        """Those that have every word; found by their title first, then the most used."""
        words = pinyin.fold(query).split()
        found = self.filter(*(Q(search__contains=word) for word in words))
        if not words:
            return found.order_by("-uses", "title", "id")
        in_title = Q(*(Q(title_search__contains=word) for word in words))
        rank = Case(When(in_title, then=Value(0)), default=Value(1))
        return found.order_by(rank, "-uses", "title", "id")

    def were_sent(self) -> int:
        return self.update(uses=F("uses") + 1)


class Phrase(models.Model):
    """A reply that is written once and sent often (快捷回复), with an optional file."""

    class Scope(models.TextChoices):
        PERSONAL = "personal", _("personal")
        TEAM = "team", _("team")
        ACCOUNT = "account", _("account")

    scope = models.CharField(_("for"), max_length=10, choices=Scope, default=Scope.PERSONAL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("owner"),
    )  # fmt: skip
    team = models.ForeignKey(
        "kf_sessions.Team", models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("team"),
    )  # fmt: skip
    account = models.ForeignKey(
        "messaging.Account", models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("account"),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=60)
    body = models.TextField(_("text"), blank=True)
    media = models.ForeignKey(
        "messaging.Media", models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("file"),
    )  # fmt: skip
    # What is searched: the words, their pinyin and its initials (pinyin.py); save() keeps them.
    title_search = models.TextField(editable=False, blank=True)
    search = models.TextField(editable=False, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        ordering = ["-uses", "title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=_own_key_only("personal")
                | _own_key_only("team")
                | _own_key_only("account"),
                name="phrase_has_its_scopes_key",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, update_fields: Iterable[str] | None = None, **kwargs) -> None:
        self.index()
        if update_fields is not None and {"title", "body"} & set(update_fields):
            update_fields = {*update_fields, "title_search", "search"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        """With its file, unless that was sent: then the messages keep it."""
        stored = self.media
        done = super().delete(*args, **kwargs)
        if stored:
            library.forget(stored)
        return done

    @property
    def place(self):
        """Whose it is: an agent, a team or an account."""
        return getattr(self, OWN_KEYS[self.scope])

    def give_to(self, place) -> None:
        """To an agent, a team or an account, and to nobody else."""
        name = place._meta.model_name
        own = "owner" if name == "agent" else name
        for scope, key in OWN_KEYS.items():
            setattr(self, key, place if key == own else None)
            if key == own:
                self.scope = scope

    def clean(self) -> None:
        """In the admin: the key of its scope is asked for, the others are dropped."""
        for scope, key in OWN_KEYS.items():
            if scope != self.scope:
                setattr(self, key, None)
            elif getattr(self, f"{key}_id") is None:
                raise ValidationError({key: _("Choose whose phrase it is.")})

    def index(self) -> None:
        self.title_search = pinyin.keys_of(self.title)
        self.search = pinyin.SEPARATOR.join((self.title_search, pinyin.keys_of(self.body)))
