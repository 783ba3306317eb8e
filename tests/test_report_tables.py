"""A table on its page, as CSV and as XLSX: the same rows, columns and values."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from defusedxml import ElementTree
from django.template.loader import render_to_string

from sessions.reports import tables
from sessions.reports.saying import DAY, Kind, written
from sessions.reports.tables import Cell, Column, Place, Table, as_csv, as_xlsx

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet knows no zones)
AT = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)

TABLE = Table(
    "agents",
    "Agents",
    [
        Column("Agent"),
        Column("Replies", Kind.COUNT),
        Column("Response (median)", Kind.SECONDS, short="Response"),
        Column("Response (p90)", Kind.SECONDS, Place.BELOW, "p90"),
        Column("Response (mean)", Kind.SECONDS, Place.HINT, "mean"),
        Column("Response (n)", Kind.COUNT, Place.BELOW, "n"),
        Column("Satisfied", Kind.SHARE),
        Column("Rating", Kind.SCORE),
        Column("Last", Kind.MOMENT),
    ],
    [
        [Cell("林, 晓", "/x/"), Cell(1234), Cell(65.5), Cell(4000), Cell(80), Cell(9), Cell(2 / 3), Cell(4.306), Cell(AT)],
        [Cell("=1+1"), Cell(0), Cell(None), Cell(None), Cell(None), Cell(0), Cell(None), Cell(None), Cell(None)],
    ],
    [Cell("All"), Cell(1234), Cell(65.5), Cell(4000), Cell(80), Cell(9), Cell(2 / 3), Cell(4.306), Cell(None)],
)  # fmt: skip


def csv_rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def xlsx_rows(content: bytes, columns) -> list[list[str]]:
    """What a reader sees of the first sheet, said as in a CSV."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = []
    for number, row in enumerate(sheet.iter(f"{SPACE}row")):
        cells = {
            ord(cell.get("r")[0]) - ord("A"): cell
            for cell in row.iter(f"{SPACE}c")
            if cell.get("t") or cell.find(f"{SPACE}v") is not None
        }
        kinds = [Kind.TEXT if number == 0 else column.kind for column in columns]
        found.append([_seen(cells.get(place), kind) for place, kind in enumerate(kinds)])
    return found


def _seen(cell, kind: Kind) -> str:
    if cell is None:
        return ""
    assert cell.find(f"{SPACE}f") is None, "a formula"
    if kind == Kind.TEXT:
        return "".join(cell.itertext())
    number = float(cell.find(f"{SPACE}v").text)
    if kind == Kind.MOMENT:
        seconds = round(number * DAY)
        return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")
    return written(number * DAY if kind == Kind.SECONDS else number, kind)


def test_a_csv_is_read_by_excel_and_calculates_nothing():
    head, first, second, total = csv_rows(as_csv(TABLE))
    assert head[2:4] == ["Response (median)", "Response (p90)"]
    assert first == [
        "林, 晓", "1234", "0:01:06", "1:06:40", "0:01:20", "9", "66.7%", "4.31", "2026-03-02 12:05:06",
    ]  # fmt: skip
    assert second == ["'=1+1", "0", "", "", "", "0", "", "", ""]
    assert total[0] == "All"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_what_begins_like_a_formula_is_a_text(text):
    table = Table("t", "T", [Column("Name")], [[Cell(text)]])
    assert csv_rows(as_csv(table))[1][0].startswith("'")
    assert xlsx_rows(as_xlsx(table), table.columns)[1][0]


def test_an_xlsx_says_the_same_as_the_csv():
    sheet = xlsx_rows(as_xlsx(TABLE), TABLE.columns)
    plain = csv_rows(as_csv(TABLE))
    assert sheet == [[cell.removeprefix("'") for cell in row] for row in plain]


def test_a_page_says_the_same_as_the_csv():
    drawn = render_to_string("reports/_table.html", {"table": TABLE})
    page = ElementTree.fromstring(drawn.replace("&nbsp;", " "))
    rows = [[each.get("value") for each in row.iter("data")] for row in page.iter("tr")][1:]
    shown = [n for n, column in enumerate(TABLE.columns) if column.place != Place.HINT]
    plain = [[row[n].removeprefix("'") for n in shown] for row in csv_rows(as_csv(TABLE))[1:]]
    for on_page, in_file in zip(rows, plain, strict=True):
        # Below a number that is nothing stands nothing.
        expected = in_file if len(on_page) == len(in_file) else in_file[:3] + in_file[5:]
        assert on_page == expected
    assert 'title="mean 1 min 20 s"' in drawn


def test_a_sheet_has_a_name_that_excel_takes():
    table = Table("t", "Who [did] it: 2026/03? and what became of it", [Column("Name")], [])
    with zipfile.ZipFile(io.BytesIO(as_xlsx(table))) as book:
        name = ElementTree.fromstring(book.read("xl/workbook.xml")).find(f".//{SPACE}sheet")
    assert len(name.get("name")) <= 31
    assert not set(name.get("name")) & set("[]:*?/\\")


def test_what_one_sheet_does_not_hold_stands_on_the_next(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    table = Table("t", "Many", [Column("Name")], [[Cell(str(n))] for n in range(4)])
    with zipfile.ZipFile(io.BytesIO(as_xlsx(table))) as book:
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SPACE}sheet")
        assert [sheet.get("name") for sheet in sheets] == ["Many", "Many 2"]
