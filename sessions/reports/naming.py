"""What is counted, by its name: agents, accounts, tags, ends, carriers and phrases."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import codes
from messaging.models import Account
from sessions.models import Agent, Phrase, Session, SessionFact, Tag

# What a survey went out with: the one-use code of the end costs none of the five messages.
CARRIERS = {
    codes.END: gettext_lazy("The code of the end"),
    "budget": gettext_lazy("One of the five messages"),
    "text": gettext_lazy("A text"),
    "link": gettext_lazy("A link to a page"),
    "platform": gettext_lazy("The platform's own stars"),
}
# What was said last before a customer muted us, where it was no phrase.
AFTER = {
    SessionFact.After.NOTHING: gettext_lazy("Nothing in this session"),
    SessionFact.After.WORDS: gettext_lazy("Own words"),
    SessionFact.After.SURVEY: gettext_lazy("The survey"),
    SessionFact.After.AUTOMATIC: gettext_lazy("An automatic message"),
}


class Names:
    """Of rows that their reader may see: whoever did something there has a name."""

    def __init__(
        self,
        reader: Agent,
        agents: Iterable[Agent],
        accounts: Iterable[Account],
        tags: Iterable[Tag],
    ) -> None:
        self.reader, self._kinds = reader, {"agent": agents, "account": accounts, "tag": tags}
        self._known: dict[str, dict[int, str]] = {}

    def of(self, by: str, key: Any) -> str:
        """Of what a row of a breakdown tells."""
        if by in ("agent", "account", "tag"):
            nobody = {"agent": _("No agent"), "tag": _("No tag")}
            return self._named(by).get(key) or (nobody.get(by, "") if key is None else _("(gone)"))
        if by == "closed_by":
            return capfirst(dict(Session.EndedBy.choices).get(key) or _("Still open"))
        if by == "asked_by":
            return str(CARRIERS.get(key, key or _("Not told")))
        if by == "muted_after":
            return str(AFTER[key]) if key in AFTER else self._phrase(key)
        return key or _("Not told")

    def _named(self, by: str) -> dict[int, str]:
        """Read when the first is asked for."""
        if by not in self._known:
            self._known[by] = {one.pk: str(one) for one in self._kinds[by]}
        return self._known[by]

    def _phrase(self, key: str) -> str:
        """By its title to whoever may see the phrase itself."""
        name = self._phrases.get(key)
        return _("(gone)") if name is None else name or _("A colleague's own phrase")

    @cached_property
    def _phrases(self) -> dict[str, str]:
        """Of each its title, with its place if others are called the same."""
        visible = Phrase.objects.visible_to(self.reader).select_related("owner", "team", "account")
        found = list(visible.defer("body", "search", "title_search"))
        often = Counter(one.title for one in found)
        every = Phrase.objects.order_by().values_list("pk", flat=True)
        return dict.fromkeys(map(str, every), "") | {
            str(one.pk): f"{one} ({one.place})" if often[one.title] > 1 else str(one)
            for one in found
        }
