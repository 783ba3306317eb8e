"""A table as it is drawn, and the same as CSV and XLSX: its values are said by saying.py alone."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.reports.saying import DAY, Kind, plain, said, written

Text = str | Promise
BOM = "\ufeff"
FORMULA = (*"=+-@＝＋－＠", "\t", "\r")  # a spreadsheet would calculate these
FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SECONDS: "[h]:mm:ss",
    Kind.SHARE: "0.0%",
    Kind.RATIO: "0.00",
    Kind.SCORE: "0.00",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
WIDTH = 18  # of a column in a sheet
PIECE = 64 * 1024
MOST_ROWS = 1_000_000  # of a sheet


class Place(StrEnum):
    """Where a column stands on a page; in files each stands for itself."""

    OWN = ""
    BELOW = "below"  # small, in the field of the column before
    HINT = "hint"  # in that field's tooltip


@dataclass(frozen=True)
class Column:
    """`short` is what it is called below another; `metric` is explained on the page of definitions."""

    label: Text
    kind: Kind = Kind.TEXT
    place: Place = Place.OWN
    short: Text = ""
    metric: str = ""

    @property
    def is_figure(self) -> bool:
        return self.kind not in (Kind.TEXT, Kind.MOMENT)


@dataclass(frozen=True)
class Cell:
    value: Any = None
    href: str = ""
    is_thin: bool = False  # made of few: grey
    hue: int | None = None


@dataclass(frozen=True)
class Said:
    """A cell under its column, as a template needs it."""

    column: Column
    cell: Cell

    @property
    def words(self) -> str:
        return said(self.cell.value, self.column.kind)

    @property
    def written(self) -> str:
        return written(self.cell.value, self.column.kind)


@dataclass
class Field:
    """What stands in one place of a row on a page."""

    head: Said
    below: list[Said] = field(default_factory=list)
    hints: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    name: str
    title: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    note: Text = ""
    whole: Callable[[], Iterable[Sequence[Cell]]] | None = None  # where a page shows but some

    @property
    def heads(self) -> list[Column]:
        return [column for column in self.columns if column.place == Place.OWN]

    @property
    def drawn(self) -> list[list[Field]]:
        return [self._fields(row) for row in self.rows]

    @property
    def drawn_total(self) -> list[Field]:
        return self._fields(self.total) if self.total else []

    @property
    def all_rows(self) -> list[Sequence[Cell]]:
        """Those of a file."""
        rows = self.whole() if self.whole else self.rows
        return [*rows, *([self.total] if self.total else [])]

    def _fields(self, row: Sequence[Cell]) -> list[Field]:
        found: list[Field] = []
        for column, cell in zip(self.columns, row, strict=True):
            one = Said(column, cell)
            if column.place == Place.OWN:
                found.append(Field(one))
            else:
                (found[-1].below if column.place == Place.BELOW else found[-1].hints).append(one)
        return found


# --- files ----------------------------------------------------------------------------------------


class Lines:
    """The lines of a CSV, for Excel and for what else reads UTF-8."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns, self._out = columns, io.StringIO()
        self._writer = csv.writer(self._out)

    @property
    def head(self) -> str:
        return BOM + self._line([str(column.label) for column in self.columns])

    def of(self, row: Sequence[Any]) -> str:
        cells = zip(self.columns, row, strict=True)
        return self._line([_safe(column, value) for column, value in cells])

    def _line(self, cells: list[str]) -> str:
        self._out.seek(0)
        self._out.truncate()
        self._writer.writerow(cells)
        return self._out.getvalue()


def lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    written_as = Lines(columns)
    yield written_as.head
    yield from map(written_as.of, rows)


def as_csv(table: Table) -> str:
    return "".join(lines(table.columns, _values(table)))


class Sheets:
    """Row after row, so that a long one needs no memory; on further sheets what one does not hold."""

    def __init__(
        self, file: BinaryIO | str, title: str, columns: Sequence[Column], folder: str | None = None
    ) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options | {"tmpdir": folder})
        self.formats = {
            kind: self.book.add_format({"num_format": f}) for kind, f in FORMATS.items()
        }
        self.head = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.title, self.columns, self.number = title, columns, 0
        self._turn()

    def add(self, row: Sequence[Any]) -> None:
        if self.line == MOST_ROWS:
            self._turn()
        self.line += 1
        for place, (column, value) in enumerate(zip(self.columns, row, strict=True)):
            _write(self.sheet, self.line, place, column.kind, value, self.formats)

    def close(self) -> None:
        self.book.close()

    def _turn(self) -> None:
        name = _sheet_name(self.title, self.number)
        self.sheet = _sheet(self.book, name, self.columns, self.head)
        self.line, self.number = 0, self.number + 1


def write_xlsx(file: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable) -> None:
    with closing(Sheets(file, title, columns)) as sheets:
        for row in rows:
            sheets.add(row)


def _sheet(book: Any, name: str, columns: Sequence[Column], head: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, len(columns) - 1, WIDTH)
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.label), head)
    return sheet


def as_xlsx(table: Table) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, str(table.title), table.columns, _values(table))
    return out.getvalue()


def _values(table: Table) -> Iterator[list[Any]]:
    return ([cell.value for cell in row] for row in table.all_rows)


def _write(sheet: Any, line: int, place: int, kind: Kind, value: Any, formats: dict) -> None:
    value = plain(value, kind)
    if value is None or value == "":
        return
    if kind == Kind.TEXT:
        sheet.write_string(line, place, str(value))
    elif kind == Kind.MOMENT:
        told = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(line, place, told, formats[kind])
    else:
        sheet.write_number(
            line, place, value / DAY if kind == Kind.SECONDS else value, formats[kind]
        )


def _safe(column: Column, value: Any) -> str:
    """A text that begins like a formula is made one that does not; a number is none."""
    text = written(value, column.kind)
    return f"'{text}" if column.kind == Kind.TEXT and text.startswith(FORMULA) else text


def _sheet_name(title: str, place: int) -> str:
    """Excel allows 31 characters, and not all."""
    kept = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title) or _("Report")
    return f"{kept[:27]} {place + 1}" if place else kept[:31]


def xlsx_pieces(title: str, columns: Sequence[Column], rows: Iterable) -> Iterator[bytes]:
    """The file is made on disk first: its table of contents stands at its end."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, title, columns, rows)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
