"""Phrases as a table: written so that Excel reads it, read as Excel and others write it."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from messaging.pinyin import fold
from sessions.models import Phrase

MAX_BYTES = 2 * 1024 * 1024
BOM = "\ufeff"
COLUMNS = (
    *(gettext_noop("scope"), gettext_noop("name"), gettext_noop("title"), gettext_noop("text")),
    *(gettext_noop("file"), gettext_noop("uses")),
)
NEEDED = {"title", "text"}
FORMULA = ("=", "+", "-", "@", "\t")  # a spreadsheet would calculate these


class Unreadable(Exception):
    """Not a table of phrases at all; says why."""


@dataclass(frozen=True)
class Line:
    number: int
    cells: list[str]
    raw: str  # as it was written, maybe over several lines


def write(phrases: Iterable[Phrase]) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for phrase in phrases:
        file = phrase.media.name if phrase.media else ""
        cells = (phrase.scope, _name_of(phrase), phrase.title, phrase.body, file)
        table.writerow([*map(_quoted, cells), phrase.uses])
    return BOM + out.getvalue()


def _name_of(phrase: Phrase) -> str:
    if phrase.scope == Phrase.Scope.TEAM:
        return phrase.team.name
    return phrase.account.external_id if phrase.scope == Phrase.Scope.ACCOUNT else ""


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def decode(data: bytes) -> str:
    """UTF-8 with or without its mark, Excel's UTF-16, or what a Chinese Windows writes."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except ValueError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(_("This is not a text file. Save it as CSV, in UTF-8."))


def lines_of(text: str) -> Iterator[Line]:
    """Every line that is not empty. The delimiter is the first line's: comma, semicolon or tab."""
    written = io.StringIO(text.removeprefix(BOM), newline="").readlines()
    head = written[0] if written else ""
    reader = csv.reader(written, delimiter=max(",;\t", key=head.count))
    begin = 0
    try:
        for cells in reader:
            line = Line(begin + 1, cells, "".join(written[begin : reader.line_num]))
            begin = reader.line_num
            if any(cell.strip() for cell in cells):
                yield line
    except csv.Error as error:
        where = {"line": reader.line_num, "error": error}
        raise Unreadable(_("Line %(line)s: %(error)s") % where) from None


def columns_of(header: Line) -> list[str]:
    """Which column is which; "" for those that are none of ours."""
    names = names_of(*COLUMNS)
    columns = [names.get(fold(cell), "") for cell in header.cells]
    if not set(columns) >= NEEDED:
        raise Unreadable(
            _("The first line has to name the columns. Needed: title, text. Also: scope, name.")
        )
    return columns


def names_of(*words: str) -> dict[str, str]:
    """These English words, and what they are called in each of our languages."""
    names = {word: word for word in words}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {fold(_(word)): word for word in words}
    return names


def row_of(line: Line, columns: list[str]) -> dict[str, str]:
    cells = zip(columns, line.cells, strict=False)
    return {name: _unquoted(cell).strip() for name, cell in cells if name}
