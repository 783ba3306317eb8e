"""The reports by name, and what each shows: figures, a chart, tables."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.reports import beside, figures, narrowing
from sessions.reports.bars import Bars
from sessions.reports.charts import Series
from sessions.reports.comments import comments
from sessions.reports.distributions import counted, counted_columns, distribution
from sessions.reports.failing import reasons
from sessions.reports.gauges import longest_waits, open_sessions
from sessions.reports.metrics import LIMITS, METRICS
from sessions.reports.parts import (
    Choice,
    Page,
    Part,
    heat_of,
    metric_cells,
    metric_columns,
    weekday_name,
)
from sessions.reports.reading import Reading
from sessions.reports.saying import Kind
from sessions.reports.scores import scores
from sessions.reports.tables import Cell, Column, Table

Text = str | Promise
LAYERS = ("sessions", "replies", "first_reply", "messages_in")
MOST_BARS = 12
SPENT = ("time_handled", "taken", "handed_on", "handle_time")


@dataclass(frozen=True)
class Report:
    name: str
    label: Text
    about: Text
    draw: Callable[[Reading], Page]
    is_for: Callable[[Reading], bool] = lambda reading: True
    has_steps: bool = True  # a chart or a table goes over time


def overview(reading: Reading) -> Page:
    tiles = reading.tiles(
        "sessions", "customers", "first_reply", "next_reply", "resolution",
        "reply_rate", "csat", "lost",
    )  # fmt: skip
    names = ["sessions", "closed", "replies", "first_reply", "resolution"]
    counts = reading.time_part(["sessions", "closed"], _("Sessions"), shown=["sessions"])
    speed = reading.time_part(
        ["first_reply"], _("First response time"), p90=True, name="first-response"
    )
    accounts = reading.by("account", _("Accounts"), _("Account"), names)
    return Page(tiles, [counts, speed, _plain(accounts)])


def volume(reading: Reading) -> Page:
    tiles = reading.tiles(
        "sessions", "messages_per_session", "one_touch", "reopened_day",
        "reopened_week", "transfers", "transferred_twice", "unanswered",
    )  # fmt: skip
    names = ["sessions", "customers", "messages_in", "messages_out", "closed", "resolution"]
    over_time = reading.time_part(names, _("Sessions over time"), is_folded=False)
    messages = reading.time_part(
        ["messages_in", "messages_out"], _("Messages"), stacked=True,
        shown=["messages_in", "messages_out"], name="messages",
    )  # fmt: skip
    ended = reading.by("closed_by", _("Who ended them"), _("Ended by"), ["closed", "resolution"])
    return Page(tiles, [over_time, messages, _with_bars(ended)])


def agents(reading: Reading) -> Page:
    tiles = reading.tiles("replies", "next_reply", "taken", "closed", "handle_time", "csat")
    names = ["replies", "taken", "closed", "next_reply", "resolution", "csat"]
    table = reading.by("agent", _("Agents"), _("Agent"), names)
    time = reading.by("agent", _("Time with sessions"), _("Agent"), SPENT, "time")
    return Page(tiles, [_with_bars(table, _("Replies")), _with_bars(time)])


def accounts(reading: Reading) -> Page:
    names = [
        "sessions", "customers", "messages_in", "first_reply", "resolution", "reply_rate", "csat",
        "mute_rate",
    ]  # fmt: skip
    by_account = reading.by("account", _("Accounts"), _("Account"), names)
    by_entrance = reading.by("entrance", _("Entrances"), _("Entrance"), names)
    tiles = reading.tiles("sessions", "customers", "messages_in", "reply_rate")
    return Page(
        tiles,
        [_with_bars(by_account, _("New sessions")), _with_bars(by_entrance, _("New sessions"))],
    )


def waiting(reading: Reading) -> Page:
    tiles = reading.tiles(
        "queue_wait", "assignment", "abandoned", "first_reply", "unanswered", "waited_for_us"
    )
    names = ["queue_wait", "assignment", "abandoned", "unanswered"]
    wait = reading.time_part(names, _("Time in the queue"), p90=True, shown=["queue_wait"])
    left = reading.time_part(["abandoned"], _("Abandoned"), name="abandoned")
    table = reading.by("account", _("Accounts"), _("Account"), names)
    return Page(tiles, [wait, left, open_sessions(reading), *longest_waits(reading), _plain(table)])


def responses(reading: Reading) -> Page:
    within = [f"within_{minutes}" for minutes in LIMITS]
    tiles = reading.tiles("first_reply", "next_reply", "slowest_reply", *within, sparks=False)
    parts = [distribution(reading, name) for name in ("first_reply", "next_reply")]
    table = reading.by(
        "agent", _("Agents"), _("Agent"), ["first_reply", "next_reply", *within[1:4]]
    )
    return Page(tiles, [*parts, _plain(table)])


def heatmap(reading: Reading) -> Page:
    layer = reading.asked.layer if reading.asked.layer in LAYERS else LAYERS[0]
    metric = METRICS[layer]
    found = figures.heatmap(reading.reader, [layer], reading.selection)
    by_place = {place: some[layer] for place, some in found.items()}

    def address(weekday: int, hour: int) -> str:
        return reading.address(layer, narrowing.at(weekday, hour))

    kind = Kind(metric.unit)
    heat = heat_of(by_place, kind, address)
    columns = [Column(_("Weekday")), Column(_("Hour")), *metric_columns(metric)]
    rows = [
        [
            Cell(weekday_name(day)),
            Cell(f"{hour:02}:00"),
            *metric_cells(by_place[day, hour], address(day, hour)),
        ]
        for day in range(7)
        for hour in range(24)
        if (day, hour) in by_place
    ]
    table = Table("hours", str(metric.label), columns, rows)
    choices = [Choice(METRICS[name].label, _layer(reading, name), name == layer) for name in LAYERS]
    note = _("Hours of your time zone. Press a field for its sessions.")
    return Page(
        reading.tiles(layer),
        [Part("hours", metric.label, table, heat=heat, is_folded=True, choices=choices, note=note)],
    )


def satisfaction(reading: Reading) -> Page:
    tiles = reading.tiles("csat", "csat_average", "csat_response")
    over_time = reading.time_part(
        ["csat", "csat_average", "csat_response"], _("Satisfied customers")
    )
    names = ["csat", "csat_average", "csat_response"]
    by_agent = reading.by("agent", _("Agents"), _("Agent"), names)
    carriers = reading.by("asked_by", _("What the question went out with"), _("Sent as"), names)
    by_account = reading.by("account", _("Accounts"), _("Account"), names)
    tables = [_plain(table) for table in (by_agent, by_account, carriers)]
    return Page(tiles, [_scores(reading), over_time, comments(reading), *tables])


def tags(reading: Reading) -> Page:
    names = ["sessions", "customers", "first_reply", "resolution", "transfers", "csat"]
    table = reading.by("tag", _("Tags"), _("Tag"), names)
    part = _with_bars(table, _("New sessions"))
    note = _("A session with two tags stands in two rows: rows may add up to more than all.")
    tiles = reading.tiles("sessions", "first_reply", "resolution", "csat")
    return Page(tiles, [Part(part.name, part.title, table, part.chart, note=note)])


def failures(reading: Reading) -> Page:
    names = [
        "failed", "budget_pressed", "budget_spent", "native", "native_time", "muted", "mute_rate",
    ]  # fmt: skip
    tiles = reading.tiles(*names)
    over_time = reading.time_part(names, _("Send failures"))
    names.remove("native_time")  # a table as wide as a page
    table = reading.by("account", _("Accounts"), _("Account"), names)
    return Page(tiles, [over_time, _reasons(reading), _muted(reading), _plain(table)])


def lost(reading: Reading) -> Page:
    tiles = reading.tiles("lost", "unanswered", "waited_for_us")
    over_time = reading.time_part(["lost", "unanswered"], _("Lost windows"))
    by_account = reading.by("account", _("Accounts"), _("Account"), ["lost", "unanswered"])
    by_agent = reading.by("agent", _("Agents"), _("Agent"), ["lost", "unanswered"])
    return Page(tiles, [over_time, _plain(by_account), _plain(by_agent)])


REPORTS = {
    report.name: report
    for report in (
        Report("overview", _("Overview"), _("How much came in, how quickly it was answered, how it ended."), overview),
        Report("sessions", _("Sessions"), _("How many there were, and what became of them."), volume),
        Report("agents", _("Agents"), _("Who did what, and how quickly."), agents, has_steps=False),
        Report("accounts", _("Accounts and entrances"), _("Where customers come in."), accounts, has_steps=False),
        Report("waiting", _("Waiting and abandonment"), _("How long customers waited, and who gave up."), waiting),
        Report("responses", _("Response times"), _("How response times are distributed."), responses, has_steps=False),
        Report("heatmap", _("Heatmap"), _("On which days and at which hours."), heatmap, has_steps=False),
        Report("satisfaction", _("Satisfaction"), _("What customers said when they were asked."), satisfaction),
        Report("tags", _("Tags"), _("What it was about."), tags, has_steps=False),
        Report("failures", _("Failures and budget"), _("What did not arrive, and who ran out of messages."), failures),
        Report("lost", _("Lost windows"), _("Who could not be answered any more, as 48 hours had passed."), lost),
        Report("platform", _("Platform's own figures"), _("What the platform counted itself, beside ours."), beside.beside, beside.is_for, has_steps=False),
    )
}  # fmt: skip
COMING = (_("Teams"), _("Presence"), _("Reply targets"), _("Bots"))


# --- pieces ---------------------------------------------------------------------------------------


def _plain(table: Table) -> Part:
    return Part(table.name, table.title, table)


def _with_bars(table: Table, of: str = "") -> Part:
    """The first figure of each row as a bar, as long as there are few."""
    rows = table.rows[:MOST_BARS]
    column = table.columns[1]
    series = [Series(of or column.label, [row[1].value for row in rows])]
    names = [str(row[0].value) for row in rows]
    title = f"{table.title}: {of or column.short or column.label}"
    chart = Bars(f"chart-{table.name}", title, names, series, column.kind)
    return Part(table.name, table.title, table, chart if len(rows) > 1 else None)


def _layer(reading: Reading, name: str) -> str:
    return str(replace(reading.asked, layer="" if name == LAYERS[0] else name))


def _reasons(reading: Reading) -> Part:
    """Each leads to what failed for it (views/reports.py)."""
    sent = _sent(reading)
    rows = [
        [
            Cell(str(reason.failure.sentence) if reason.failure else str(_("Not told"))),
            Cell(reason.code),
            Cell(str(reason.failure.who.label) if reason.failure else ""),
            Cell(reason.count, reading.address_of_reason(reason)),
            Cell(reason.count / sent if sent else None),
        ]
        for reason in reasons(reading.reader, reading.selection)
    ]
    heads = [Column(_("Reason")), Column(_("Code")), Column(_("Who can mend it"))]
    columns = [*heads, Column(_("How many"), Kind.COUNT), Column(_("Of all sent"), Kind.SHARE)]
    note = _(
        "By the moment of the failure, of the accounts and agents chosen; each try counts. All sent "
        "is what went out or failed in the sessions that were opened."
    )
    title = _("Why messages failed")
    return Part("reasons", title, Table("reasons", title, columns, rows), note=note)


def _sent(reading: Reading) -> int:
    """Of failures nobody knows tags, entrances and ends."""
    selection = replace(reading.selection, tags=(), entrances=(), closed_by=())
    of = reading.reader, ["messages_out", "failed"], selection
    found = figures.figures(*of, compare=False, kept=reading.kept)
    return sum(figure.count for figure in found.values())


def _muted(reading: Reading) -> Part:
    title, head = _("What was said last before a customer muted us"), _("Said last")
    part = _with_bars(reading.by("muted_after", title, head, ["muted"]), _("How many"))
    note = _(
        "WeCom tells it when a message fails: what had arrived last before that message. A phrase "
        "counts also if its text was changed. Until the customer writes again, nothing arrives."
    )
    return replace(part, note=note)


def _scores(reading: Reading) -> Part:
    counts = scores(reading.rows("csat_average"))
    whole = sum(counts.values()) or 1
    rows = [
        counted(reading, "csat_average", f"{score} ★", count, whole, narrowing.of("score", score))
        for score, count in counts.items()
    ]
    columns = counted_columns(_("Rating"))
    table = Table("ratings", _("Ratings"), columns, rows)
    return _with_bars(table, _("How many"))
