"""Hours of a day as people write them, and what they are told when that makes no sense."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import spans

DAY = 24 * 60


def written(text: str) -> str:
    return spans.write(spans.parse(text))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-12:00, 13:30-18:00", "09:00-12:00, 13:30-18:00"),
        ("9-18", "09:00-18:00"),
        ("9-12 13.30-18", "09:00-12:00, 13:30-18:00"),
        ("13:30 - 18:00 ; 9:00 – 12:00", "09:00-12:00, 13:30-18:00"),
        ("０９：００－１２：００，１３：３０～１８：００", "09:00-12:00, 13:30-18:00"),
        ("9点至12点、13点30分到18点", "09:00-12:00, 13:30-18:00"),
        ("0900—1800", "09:00-18:00"),
        ("9 to 18", "09:00-18:00"),
        ("22:00-24:00", "22:00-24:00"),
        ("22-0:00", "22:00-24:00"),
        ("24h", "00:00-24:00"),
        ("全天", "00:00-24:00"),
        ("0-24", "00:00-24:00"),
        ("", ""),
        ("休息", ""),
        ("Closed", ""),
    ],
)
def test_hours_are_written_as_one_likes(text, hours):
    assert written(text) == hours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18:00-09:00", "09:00 is before 18:00: write 09:00-18:00, or 18:00-24:00 and the rest"),
        ("9-12, 11-13", "09:00-12:00 and 11:00-13:00 overlap."),
        ("24h, 9-10", "“24h” is not understood"),
        ("0-24, 9-10", "00:00-24:00 and 09:00-10:00 overlap."),
        ("9-25", "25 is no time of day."),
        ("9:61-10", "9:61 is no time of day."),
        ("9-9", "09:00-09:00 takes no time."),
        ("24:00-24:00", "nothing can begin then"),
        ("nine to five", "“nine” is not understood: write 09:00-18:00"),
        ("9", "“9” is not understood"),
        ("9-12-15", "“9-12-15” is not understood"),
        ("<b>", "“<b>” is not understood"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(text, words):
    with pytest.raises(spans.Unclear) as problem:
        spans.parse(text)
    assert words in str(problem.value)


@st.composite
def days(draw):
    """Spans of a day that do not overlap, though they may touch."""
    ends = sorted(draw(st.lists(st.integers(0, DAY), unique=True, max_size=8)))
    ends = ends[: len(ends) // 2 * 2]
    clocks = [time(*divmod(each % DAY, 60)) for each in ends]
    return list(zip(clocks[::2], clocks[1::2], strict=True))


@given(days())
def test_what_is_written_is_what_is_read(day):
    assert spans.parse(spans.write(day)) == day
    assert spans.read(spans.keep(day)) == day


@given(st.text(max_size=30))
def test_no_text_breaks_it(text):
    try:
        found = spans.parse(text)
    except spans.Unclear:
        return
    assert spans.parse(spans.write(found)) == found


def test_a_week_is_said_in_words():
    usual, late = spans.parse("9-18"), spans.parse("10-12, 14-24")
    week = dict.fromkeys(range(5), usual) | {5: late}
    assert spans.say_week(week) == [
        "Mon–Fri 09:00–18:00",
        "Sat 10:00–12:00, 14:00–24:00",
        "Sun closed",
    ]
    assert spans.say_week(dict.fromkeys(range(7), [spans.ALL_DAY])) == ["every day the whole day"]
