"""Phrases out of a table.

report = read(text, agent, default)    what its lines say; nothing is written
report.save()                          the good ones, in one transaction

A line whose title is there already, in the same place, changes that phrase.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging import cutting
from messaging.models import Account
from messaging.pinyin import fold
from sessions.models import Agent, Phrase, Team
from sessions.phrase_csv import Line, Unreadable, columns_of, lines_of, names_of, row_of

MOST = 5000
TITLE_LENGTH = 60
Place = Agent | Team | Account


class BadLine(Exception):
    pass


@dataclass(frozen=True)
class Problem:
    line: int
    title: str
    why: str


@dataclass
class Report:
    new: list[Phrase] = field(default_factory=list)
    changed: list[Phrase] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: str = ""  # the lines with problems below the header, to be mended

    def save(self) -> None:
        fields = ["body", "title_search", "search", "changed_at"]
        with transaction.atomic():
            Phrase.objects.bulk_create(self.new, batch_size=500)
            Phrase.objects.bulk_update(self.changed, fields, batch_size=200)


def read(text: str, agent: Agent, default: Place) -> Report:
    lines = lines_of(text)
    header = next(lines, None)
    if header is None:
        raise Unreadable(_("There is not one line in it."))
    columns, desk = columns_of(header), _Desk(agent, default)
    report, left = Report(), []
    for count, line in enumerate(lines, 1):
        row = row_of(line, columns)
        try:
            _check_width(line, columns)
            phrase = desk.phrase(row, line.number, count)
        except BadLine as problem:
            report.problems.append(Problem(line.number, row.get("title", ""), str(problem)))
            left.append(line.raw)
        else:
            (report.changed if phrase.pk else report.new).append(phrase)
    report.left = "".join([header.raw, *left]) if left else ""
    return report


class _Desk:
    """Turns rows into phrases: knows what is there already, and what this agent may write."""

    def __init__(self, agent: Agent, default: Place) -> None:
        self.agent, self.default = agent, default
        self.scopes = names_of(*Phrase.Scope.values)
        self.teams = {fold(team.name): team for team in Team.objects.managed_by(agent)}
        self.accounts = _by_name(agent.visible_accounts()) if agent.is_lead else {}
        mine = Phrase.objects.editable_by(agent).defer("search", "title_search")
        self.known = {_key(phrase): phrase for phrase in mine.order_by("uses")}
        self.seen: dict[tuple, int] = {}

    def phrase(self, row: dict[str, str], number: int, count: int) -> Phrase:
        if count > MOST:
            raise BadLine(_("Too many lines at once: 5000 at most."))
        title, body = row.get("title", ""), row.get("text", "").replace("\r\n", "\n")
        _check(title, body)
        phrase = Phrase(title=title)
        phrase.give_to(self._place(fold(row.get("scope", "")), fold(row.get("name", ""))))
        phrase = self.known.get(self._once(phrase, number), phrase)
        phrase.body, phrase.changed_at = body, timezone.now()
        phrase.index()
        return phrase

    def _once(self, phrase: Phrase, number: int) -> tuple:
        key = _key(phrase)
        if key in self.seen:
            raise BadLine(_("The same title as in line %(line)s.") % {"line": self.seen[key]})
        self.seen[key] = number
        return key

    def _place(self, scope: str, name: str) -> Place:
        if not scope:
            return self.default
        kind = self.scopes.get(scope)
        if kind is None:
            sentence = _("Unknown scope “%(scope)s”: it is personal, team or account.")
            raise BadLine(sentence % {"scope": scope})
        if kind == Phrase.Scope.PERSONAL:
            return self.agent
        place = (self.teams if kind == Phrase.Scope.TEAM else self.accounts).get(name)
        if place is None:
            sentence = _("There is no team or account “%(name)s” for which you may write.")
            raise BadLine(sentence % {"name": name})
        return place


def _check_width(line: Line, columns: list[str]) -> None:
    """A comma that was not meant to part two cells must not cost the rest of a text."""
    if any(cell.strip() for cell in line.cells[len(columns) :]):
        raise BadLine(_("More cells than the first line has: put a text with commas in quotes."))


def _check(title: str, body: str) -> None:
    if not title:
        raise BadLine(_("The title is missing."))
    if not body:
        raise BadLine(_("The text is missing."))
    if len(title) > TITLE_LENGTH:
        raise BadLine(_("The title is too long: 60 characters at most."))
    if cutting.size_of(body) > cutting.LIMIT:
        raise BadLine(cutting.too_long(body))


def _by_name(accounts) -> dict[str, Account | None]:
    """By platform id, and by the names that only one of them has."""
    found: dict[str, Account | None] = {}
    for account in accounts:
        name = fold(account.name)
        found[name] = None if name in found else account
    return found | {fold(account.external_id): account for account in accounts}


def _key(phrase: Phrase) -> tuple:
    return phrase.scope, phrase.owner_id, phrase.team_id, phrase.account_id, fold(phrase.title)
