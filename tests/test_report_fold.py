"""Whatever happens in whatever order, facts add up."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessions.reports.fold import fold
from tests.report_stories import CALENDAR
from tests.report_teller import EVENTS, Teller, moment

AGENTS = {"lin": 7, "wang": 8}
WORDS = sorted(set(EVENTS) - {"ask", "rate", "close"})
BEFORE_IT_HAPPENED = ("out", "again")  # what may stand earlier than it came true
WHO = st.sampled_from(["lin", "wang", "carol"])


@st.composite
def happenings(draw):
    """A few days, in which anything may follow anything; perhaps it ends."""
    teller, at = Teller(1, 1, 1, AGENTS), moment("03-05", "16:00")
    for word in draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)):
        later = timedelta(minutes=draw(st.integers(0, 9)) if word in BEFORE_IT_HAPPENED else 0)
        teller._add(at, at + later, word, draw(WHO))
        at += timedelta(minutes=draw(st.sampled_from([0, 1, 7, 90, 600, 3000])))
    if draw(st.booleans()):
        teller._add(at, at, "close", "lin")
    return teller.events


@given(happenings())
def test_every_moment_until_the_end_is_ours_or_the_customers(events):
    fact = fold(events, CALENDAR).fact
    if fact.closed_at:
        assert fact.waited_for_us + fact.waited_for_customer == fact.resolution
        assert fact.native <= fact.resolution
        assert fact.handled <= fact.resolution
        assert (fact.queued or 0) <= fact.resolution
    else:
        assert (fact.resolution, fact.handled, fact.waited_for_us) == (None, None, None)


@given(happenings())
def test_replies_of_all_are_those_of_each(events):
    folded = fold(events, CALENDAR)
    turns = [reply.seconds for reply in folded.replies if reply.seconds is not None]
    assert len(folded.replies) == folded.fact.replies
    assert folded.fact.slowest == max(turns, default=None)
    assert folded.fact.messages_out == folded.fact.replies + folded.fact.automatic


@given(happenings())
def test_no_duration_is_negative_and_business_is_never_more(events):
    fact = fold(events, CALENDAR).fact
    for field in fact._meta.concrete_fields:
        if field.name.endswith("_business"):
            calendar = getattr(fact, field.name.removesuffix("_business"))
            business = getattr(fact, field.name)
            assert (calendar is None) == (business is None)
            assert business is None or 0 <= business <= calendar


@given(happenings(), st.randoms())
def test_the_order_of_arrival_does_not_matter(events, dice):
    def told(events):
        folded = fold(events, CALENDAR)
        rows = [folded.fact, *folded.replies, *folded.stints]
        return [[getattr(row, f.attname) for f in row._meta.concrete_fields] for row in rows]

    for key, event in enumerate(events):
        event.pk = key
    shuffled = dice.sample(events, len(events))
    assert told(shuffled) == told(events)
