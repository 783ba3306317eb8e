"""The platform's own figures beside ours, of the same days: a second witness, not a second truth."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from messaging.backends import with_statistics
from messaging.models import Servicer
from sessions.reports import narrowing, platform
from sessions.reports.asking import CUSTOM
from sessions.reports.charts import Line, Series
from sessions.reports.metrics import METRICS
from sessions.reports.parts import Page, Part
from sessions.reports.platform import COUNTS, Counted, Read
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind, said
from sessions.reports.tables import Cell, Column, Place, Table

UNHEARD = ("agent", "tag", "entrance", "closed_by")  # filters that the platform knows nothing of


def is_for(reading: Reading) -> bool:
    """For leads: an account as a whole is nobody's own. And where the platform counts."""
    return reading.reader.is_lead and bool(_counting(reading))


def beside(reading: Reading) -> Page:
    accounts = _chosen(reading)
    read = platform.read_of(accounts, reading.asked.days) if accounts else Read(None, None)
    if read.days is None:
        return Page((), [_nothing(reading, accounts, read)])
    return Beside(reading, accounts, read).page


class Beside:
    def __init__(self, reading: Reading, accounts: list[int], read: Read) -> None:
        self.reading, self.days, self.read = reading, read.days, read
        self.theirs = platform.theirs(accounts, read.days)
        self.ours = platform.ours(reading.reader, accounts, read.days)
        servicers = Servicer.objects.filter(account__in=accounts)
        self.names = {(one.account_id, one.external_id): str(one) for one in servicers}

    @property
    def page(self) -> Page:
        return Page((), [self._by_day(), self._by_account(), self._by_servicer()])

    def _by_day(self) -> Part:
        places, (ours, theirs) = platform.dates(self.days), (self.ours[2], self.theirs[2])
        rows = [[Cell(str(day)), *self._counts(ours.get(day), theirs.get(day))] for day in places]
        title = _("New sessions day by day")
        table = Table("by-day", title, [Column(_("Day")), *_count_columns()], rows)
        series = [
            Series(_("Ours"), [_value(ours.get(day), "sessions") or 0 for day in places]),
            Series(_("The platform's"), [_value(theirs.get(day), "sessions") for day in places]),
        ]
        chart = Line("chart-by-day", title, [day.strftime("%m-%d") for day in places], series)
        return Part("by-day", title, table, chart, note=self._days_note(), is_folded=True)

    def _by_account(self) -> Part:
        ours, theirs = self.ours[0], self.theirs[0]
        keys = sorted({*ours, *theirs}, key=lambda key: self.reading.name_of("account", key))
        rows = [
            [
                Cell(self.reading.name_of("account", key)),
                *self._counts(ours.get(key), theirs.get(key), narrowing.of("account", key)),
                *_replies(ours.get(key), theirs.get(key)),
            ]
            for key in keys
        ]
        all_ours, all_theirs = platform.all_of(ours), platform.all_of(theirs)
        total = [
            Cell(_("All")),
            *self._counts(all_ours, all_theirs, {}),
            *_replies(all_ours, all_theirs),
        ]
        columns = [Column(_("Account")), *_count_columns(), *_reply_columns()]
        title = _("Accounts")
        table = Table("by-account", title, columns, rows, total if len(rows) > 1 else None)
        note = _(
            "Large is ours, below it the platform's and ours minus the platform's. The platform "
            "counts sessions in which the customer wrote and that went to a servicer or the "
            "assistant, ours all that were opened; of customers both add up those of each day."
        )
        return Part(table.name, title, table, note=f"{note} {_native_note()}")

    def _by_servicer(self) -> Part:
        ours, theirs = self.ours[1], self.theirs[1]
        keys = sorted({*ours, *theirs}, key=self._names_of)
        rows = [
            [
                *map(Cell, reversed(self._names_of(key))),
                *(Cell(_value(theirs.get(key), name)) for name in COUNTS),
                *_replies(ours.get(key), theirs.get(key)),
            ]
            for key in keys
        ]
        heads = (_("Sessions"), _("Customers"), _("Customers' messages"))
        columns = [
            *(Column(_("Servicer")), Column(_("Account"))),
            *(Column(_of_platform(head), Kind.COUNT) for head in heads),
            *_reply_columns(),
        ]
        title = _("Servicers")
        return Part(
            "by-servicer", title, Table("by-servicer", title, columns, rows), note=_native_note()
        )

    def _names_of(self, key: tuple[int, str]) -> tuple[str, str]:
        return self.reading.name_of("account", key[0]), self.names.get(key, key[1])

    def _counts(
        self, ours: Counted | None, theirs: Counted | None, pairs: narrowing.Pairs | None = None
    ) -> Iterable[Cell]:
        for name in COUNTS:
            own, other = _value(ours, name) or 0, _value(theirs, name)
            is_link = own and pairs is not None and name != "customers"  # whom we add up by day
            yield Cell(own, self._address(name, pairs) if is_link else "")
            yield Cell(other)
            yield Cell(None if other is None else own - other)

    def _address(self, metric: str, pairs: narrowing.Pairs) -> str:
        """Nothing where the reader's days are not those of China: the list would say another number."""
        days, asked = self.days, self.reading.asked
        if replace(days, zone=asked.zone).moments != days.moments:
            return ""
        heard = replace(asked, period=CUSTOM, since=days.first, until=days.last, time="")
        counting = [one for one in with_statistics() if one in (asked.backend or (one,))]
        heard = replace(heard, **dict.fromkeys(UNHEARD, ()), backend=tuple(counting))
        return Reading(self.reading.reader, heard, self.reading.report).address(metric, pairs)

    def _days_note(self) -> str:
        told = {"first": self.days.first, "last": self.days.last}
        told["at"] = said(self.read.at, Kind.MOMENT)
        note = _("%(first)s to %(last)s, days of China. Read last at %(at)s.") % told
        if any(getattr(self.reading.asked, name) for name in UNHEARD):
            note += " " + _("Of the filters only accounts and backends count here.")
        return note


# --- pieces ---------------------------------------------------------------------------------------


def _counting(reading: Reading) -> list[int]:
    return [pk for backend in with_statistics() for pk in reading.backends.get(backend, ())]


def _chosen(reading: Reading) -> list[int]:
    if not reading.reader.is_lead:
        return []
    chosen = reading.selection.accounts
    return [pk for pk in _counting(reading) if not chosen or pk in chosen]


def _nothing(reading: Reading, accounts: list[int], read: Read) -> Part:
    if not reading.reader.is_lead:
        why = _("The platform counts whole accounts: leads see these figures.")
    elif not accounts:
        why = _("None of these accounts is of a platform that counts by itself.")
    else:
        why = _("The platform's figures of a day come on the next morning after six in China.")
        if read.at:
            why += " " + _("Read last at %(at)s.") % {"at": said(read.at, Kind.MOMENT)}
    title = _("Platform's own figures")
    return Part(
        "by-account", title, Table("by-account", title, [Column(_("Account"))], []), note=why
    )


def _native_note() -> str:
    return _(
        "Replies are those of servicers in WeCom's own client, on both sides: the platform does not "
        "time what is sent from here."
    )


def _count_columns() -> list[Column]:
    heads = {
        "sessions": METRICS["sessions"].label,
        "customers": _("Customers of each day"),
        "messages_in": METRICS["messages_in"].label,
    }
    found = []
    for name, head in heads.items():
        metric = "" if name == "customers" else name
        found += [
            Column(head, Kind.COUNT, short=head, metric=metric),
            Column(_of_platform(head), Kind.COUNT, Place.BELOW, _("platform")),
            Column(_difference_of(head), Kind.COUNT, Place.BELOW, "Δ"),
        ]
    return found


def _reply_columns() -> list[Column]:
    first = _("First reply of servicers (mean)")
    return [
        Column(_of_platform(_("Replied by servicers")), Kind.SHARE),
        Column(_of_platform(first), Kind.SECONDS),
        Column(_("%(metric)s (ours)") % {"metric": first}, Kind.SECONDS),
        Column(_difference_of(first), Kind.SHARE),
    ]


def _replies(ours: Counted | None, theirs: Counted | None) -> list[Cell]:
    """How much longer ours is than theirs, as a part of theirs."""
    own, other = _value(ours, "first_reply"), _value(theirs, "first_reply")
    change = own / other - 1 if own is not None and other else None
    return [Cell(_value(theirs, "reply_rate")), Cell(other), Cell(own), Cell(change)]


def _of_platform(head: str) -> str:
    return _("%(metric)s (platform)") % {"metric": head}


def _difference_of(head: str) -> str:
    return _("%(metric)s (difference)") % {"metric": head}


def _value(counted: Counted | None, name: str) -> float | None:
    return getattr(counted, name) if counted else None
