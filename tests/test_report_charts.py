"""Geometry of charts: round axes, gaps, and every kind of nothing."""

import pytest
from django.template.loader import render_to_string

from sessions.reports.bars import Bars, cut
from sessions.reports.charts import Columns, Line, Series, Spark, Unfinished
from sessions.reports.parts import level
from sessions.reports.saying import Kind, said, short_span, written
from sessions.reports.scales import ticks

DAYS = ["Mon", "Tue", "Wed", "Thu"]


def line(*values, kind=Kind.COUNT) -> Line:
    return Line("c", "Sessions", DAYS[: len(values)], [Series("Sessions", values)], kind)


@pytest.mark.parametrize(
    ("most", "kind", "expected"),
    [
        (0, Kind.COUNT, [0, 1]),
        (1, Kind.COUNT, [0, 1]),
        (3, Kind.COUNT, [0, 1, 2, 3]),
        (37, Kind.COUNT, [0, 10, 20, 30, 40]),
        (100, Kind.COUNT, [0, 25, 50, 75, 100]),
        (0, Kind.SECONDS, [0, 1]),
        (50, Kind.SECONDS, [0, 15, 30, 45, 60]),
        (1000, Kind.SECONDS, [0, 300, 600, 900, 1200]),
        (90_000, Kind.SECONDS, [0, 43200, 86400, 129600]),
        (0.92, Kind.SHARE, [0, 0.25, 0.5, 0.75, 1]),
        (4.2, Kind.SCORE, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_axes_have_round_steps_and_reach_the_highest(most, kind, expected):
    assert ticks(most, kind) == expected
    assert expected[-1] >= most


def test_a_day_without_a_value_is_a_gap_and_not_a_zero():
    chart = line(1, None, 3, 2)
    assert [d.count("L") for _place, d in chart.paths] == [1]
    assert [(dot.x, dot.y) for dot in chart.dots] == [(12.5, 66.67), (62.5, 0.0), (87.5, 33.33)]


def test_what_goes_on_is_dashed_apart_and_is_not_the_lowest():
    values, until = [5, 4, 1, None], Unfinished(2, "until 14:05")
    chart = Line("c", "Sessions", DAYS, [Series("Sessions", values)], unfinished=until)
    assert [d.count("L") for _place, d in chart.paths + chart.unfinished_paths] == [1, 1]
    assert chart.unfinished_paths[0][1].startswith("M37.5 ")
    assert [dot.look for dot in chart.dots] == ["", "", "unfinished"]
    assert chart.dots[-1].words == "Wed: 1 (until 14:05)"
    assert "lowest 4 (Tue)" in chart.summary
    assert chart.summary.endswith("Wed: until 14:05.")
    drawn = render_to_string(chart.template, {"chart": chart})
    assert "series--unfinished" in drawn
    assert "</svg>until 14:05</li>" in drawn
    spark = Spark(values, until)
    assert [len(spark.paths), len(spark.unfinished_paths)] == [1, 1]


def test_a_column_that_goes_on_is_hollow():
    until = Unfinished(1, "until 14:05")
    chart = Columns("c", "Sessions", DAYS[:2], [Series("Sessions", [3, 1])], unfinished=until)
    assert [bar.look for bar in chart.bars] == ["", "unfinished"]
    drawn = render_to_string(chart.template, {"chart": chart})
    assert drawn.count("pillar--unfinished") == 2  # and in the legend
    empty = Columns("c", "Sessions", DAYS[:2], [Series("Sessions", [3, 0])], unfinished=until)
    assert empty.signs == []


def test_points_of_few_are_hollow_also_among_many():
    names = [str(day) for day in range(90)]
    chart = Line("c", "Response", names, [Series("Response", [60] * 90, thin=[7])], Kind.SECONDS)
    assert [(dot.x, dot.look, dot.words) for dot in chart.dots] == [
        (8.33, "thin", "7: 1 min (few)")
    ]
    assert "of fewer than 5" in render_to_string(chart.template, {"chart": chart})
    assert "of fewer" not in render_to_string(chart.template, {"chart": line(1, 2)})


def test_one_point_is_a_dot():
    chart = line(7)
    assert chart.paths == []
    assert [dot.x for dot in chart.dots] == [50]


def test_one_far_beyond_the_others_does_not_make_them_flat():
    days = [str(day) for day in range(20)]
    values = [60 + day for day in range(19)] + [48 * 3600]
    chart = Line("c", "Queue", days, [Series("Queue", values)], Kind.SECONDS)
    assert chart.scale[-1] == 90
    assert [(label.at, label.words) for label in chart.cut] == [(97.5, "↑ 2 d")]
    assert chart.dots[-1].y == 0
    assert chart.dots[-1].words == "19: 2 d"
    assert "highest 2 d (19)" in chart.summary
    assert "↑ 2 d" in render_to_string(chart.template, {"chart": chart})


def test_what_differs_as_usual_is_not_cut_off():
    values = [60, 300, 90, 1200, 700, 200, 2000, 120, 40, 900, 1500, 30]
    chart = Line("c", "Queue", [str(n) for n in range(12)], [Series("Queue", values)], Kind.SECONDS)
    assert chart.cut == []
    assert chart.scale[-1] >= 2000


@pytest.mark.parametrize(
    ("most", "words"),
    [(0.9, ["0%", "25%", "50%", "75%", "100%"]), (0.02, ["0%", "0.5%", "1.0%", "1.5%", "2.0%"])],
)
def test_per_cents_of_an_axis_have_as_many_places_as_they_need(most, words):
    assert [label.words for label in line(most, kind=Kind.SHARE).lines] == words


def test_all_zeros_lie_on_the_axis():
    chart = line(0, 0, 0)
    assert {dot.y for dot in chart.dots} == {100}
    assert chart.summary == "Sessions: 0 throughout."


def test_nothing_at_all_is_empty():
    assert line(None, None).is_empty
    assert line().is_empty
    assert line(None).summary == "Nothing in this period."


def test_a_summary_says_what_the_eye_sees_first():
    assert line(5, None, 1).summary == "Sessions: highest 5 (Mon), lowest 1 (Wed)."


def test_columns_stand_on_each_other():
    two = [Series("In", [2, 0]), Series("Out", [1, 4])]
    chart = Columns("c", "Messages", DAYS[:2], two)
    assert chart.scale[-1] == 4
    first, above, alone = chart.bars
    assert (first.y, first.height) == (50, 50)
    assert (above.y, above.height, above.place) == (25, 25, 1)
    assert alone.height == 100


def test_many_days_are_named_now_and_then_and_less_often_where_it_is_narrow():
    names = [str(day) for day in range(90)]
    labels = Columns("c", "Many", names, [Series("One", [1] * 90)]).labels
    assert 5 <= len(labels) <= 8
    narrow = [label for label in labels if not label.is_wide]
    assert 2 <= len(narrow) <= 5


def test_long_names_are_cut_chinese_ones_sooner():
    assert cut("a" * 80).endswith("a…")
    assert len(cut("客" * 40)) <= 23
    assert cut("售前咨询") == "售前咨询"


def test_bars_are_as_long_as_their_share_of_the_longest():
    chart = Bars("c", "Agents", ["Lin", "Wang", "Nobody"], [Series("Replies", [10, 5, 0])])
    assert [bar.width for bar in chart.bars] == [100, 50, 0]


def test_a_spark_of_too_little_is_no_line():
    assert Spark([None, 3]).paths == []
    assert Spark([0, 0]).paths == ["M0.0 22.0 L100.0 22.0"]
    assert len(Spark([1, 2, None, 2, 1]).paths) == 2


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (None, 0), (1, 1), (50, 3), (100, 6)])
def test_a_heatmap_has_few_levels_and_nothing_is_its_own(value, expected):
    assert level(value, 100) == expected


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(42, "42 s"), (245, "4 min"), (3900, "1 h 5"), (7200, "2 h"), (187_200, "2 d 4")],
)
def test_in_a_small_place_a_time_is_said_shortly(seconds, words):
    assert short_span(seconds) == words


@pytest.mark.parametrize(
    "chart",
    [
        line(1, None, 3, 2),
        Columns("c", "Two", DAYS, [Series("<In>", [1, 2, 3, 4]), Series("Out", [1, 0, 0, 2])]),
        Bars("c", "Agents", ["<b>", "Wang"], [Series("Replies", [10, 0])]),
    ],
)
def test_a_drawing_has_a_name_and_words_and_needs_no_style(chart):
    drawn = render_to_string(chart.template, {"chart": chart})
    assert 'role="img" ' in drawn
    assert f'<title id="c-title">{chart.title}</title>' in drawn
    assert f'<desc id="c-about">{chart.summary.replace("<", "&lt;").replace(">", "&gt;")}' in drawn
    assert "style=" not in drawn
    assert "<b>" not in drawn


def test_numbers_of_a_drawing_are_the_same_in_every_language(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    chart = Bars("c", "Many", [str(n) for n in range(40)], [Series("One", [1] * 40)])
    assert 'height="1520"' in render_to_string(chart.template, {"chart": chart})


@pytest.mark.parametrize(
    ("value", "kind", "on_page", "in_file"),
    [
        (42, Kind.SECONDS, "42 s", "0:00:42"),
        (245.4, Kind.SECONDS, "4 min 5 s", "0:04:05"),
        (7200, Kind.SECONDS, "2 h", "2:00:00"),
        (187_200, Kind.SECONDS, "2 d 4 h", "52:00:00"),
        (2 / 112, Kind.SHARE, "1.8%", "1.8%"),
        (1, Kind.SHARE, "100%", "100.0%"),
        (12345, Kind.COUNT, "12,345", "12345"),
        (4.306, Kind.SCORE, "4.31", "4.31"),
        (None, Kind.SECONDS, "–", ""),
    ],
)
def test_values_are_said_in_words_and_written_in_figures(value, kind, on_page, in_file):
    assert said(value, kind) == on_page
    assert written(value, kind) == in_file
