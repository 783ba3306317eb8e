"""What carries the question, or why nobody is asked: the table of carriers.py."""

import pytest

from sessions.carriers import LINK, MENU, TEXT, Facts, choose
from sessions.models import Session, SurveyPlan
from sessions.scales import SCALES, click_id, clicked, may_be_answer

Ended = Session.EndedBy
NO_CODE = {"has_code": False}
FREE = {"is_limited": False, "can_menu": False}
TABLE = [
    # plan, facts -> why not, form, what pays, carrier
    ({}, {"has_code": True}, ("", MENU, "end", "code")),
    ({"spends": False}, {"has_code": True, "left": 0}, ("", MENU, "end", "code")),
    ({}, {"has_code": True, "window_is_open": False, "is_over": True}, ("", MENU, "end", "code")),
    ({}, NO_CODE, ("", MENU, "budget", "budget")),
    ({}, {"left": 1}, ("", MENU, "budget", "budget")),
    ({}, {"left": 0}, ("spent", "", "", "")),
    ({"keeps": 2}, {"left": 2}, ("spent", "", "", "")),
    ({"keeps": 2}, {"left": 3}, ("", MENU, "budget", "budget")),
    ({"spends": False}, NO_CODE, ("saved", "", "", "")),
    ({}, {"is_over": True}, ("over", "", "", "")),
    ({}, {"window_is_open": False, "left": 0}, ("window", "", "", "")),
    ({}, {"ended_by": Ended.SILENCE, "window_is_open": False}, ("window", "", "", "")),
    ({"asks_on_end": False}, {"has_code": True}, ("off", "", "", "")),
    ({"asks_on_end": False}, {"ended_by": Ended.PLATFORM, "has_code": True}, ("", MENU, "end", "code")),
    ({"asks_on_native_end": False}, {"ended_by": Ended.PLATFORM, "has_code": True}, ("off", "", "", "")),
    ({"least_messages": 4}, {"messages": 3, "has_code": True}, ("short", "", "", "")),
    ({"least_messages": 4}, {"messages": 4, "has_code": True}, ("", MENU, "end", "code")),
    ({"days_apart": 7}, {"was_asked": True, "has_code": True}, ("recent", "", "", "")),
    ({}, {"is_muted": True, "has_code": True}, ("muted", "", "", "")),
    ({}, FREE, ("", TEXT, "", "text")),
    ({"spends": False, "keeps": 4}, FREE | {"left": 0}, ("", TEXT, "", "text")),
    ({"link": "no_menu"}, FREE, ("", LINK, "", "link")),
    ({"link": "no_menu"}, {"has_code": True}, ("", MENU, "end", "code")),
    ({"link": "always"}, {"has_code": True}, ("", LINK, "end", "link")),
    ({"link": "always"}, NO_CODE, ("", LINK, "budget", "link")),
    ({"link": "always"}, {"left": 0}, ("spent", "", "", "")),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "facts", "expected"), TABLE)
def test_what_carries_the_question(plan, facts, expected):
    made = choose(SurveyPlan(**plan), Facts(**facts))
    assert (made.skipped, made.form, made.pays, made.carrier) == expected
    assert bool(made.why_not) == bool(made.skipped)


@pytest.mark.parametrize(
    ("scale", "words", "score"),
    [
        ("five", "5", 5), ("five", " ５ ", 5), ("five", "4分", 4), ("five", "满意", 4),
        ("five", "Very satisfied", 5), ("five", "非常不满意。", 1), ("five", "6", None),
        ("five", "I am very satisfied", None), ("five", "", None),
        ("three", "3", 5), ("three", "good!", 5), ("three", "差", 1), ("three", "5", None),
        ("stars", "★★★", 3), ("stars", "⭐️⭐️⭐️⭐️", 4), ("stars", "2星", 2), ("stars", "★★★★★★", None),
    ],
)  # fmt: skip
def test_words_that_are_a_choice(scale, words, score):
    assert SCALES[scale].score_of(words) == score
    assert may_be_answer(words) or score is None


def test_a_click_is_known_and_nothing_else_is():
    assert clicked({"menu_id": click_id("0123456789ab", 4)}) == ("0123456789ab", 4)
    for other in (
        "",
        "101",
        "kfs_0123456789ab_9",
        "kfs_0123456789AB_4",
        "kfs_0123456789ab_4x",
        None,
    ):
        assert clicked({"menu_id": other}) is None


def test_every_scale_fits_into_the_platforms_menu():
    """wecom_kf.md §5.3: ten items, 128 bytes each; scores are whole and within 1 to 5."""
    for scale in SCALES.values():
        assert len(scale.choices) <= 10
        assert len({each.score for each in scale.choices} & {1, 2, 3, 4, 5}) == len(scale.choices)
        assert all(len(each.label().encode()) <= 128 for each in scale.choices)
