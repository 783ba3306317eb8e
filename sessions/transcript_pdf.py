"""A transcript as PDF.

ReportLab, as it needs no system library (WeasyPrint needs Pango) and its CID fonts no font file: readers
bring STSong and HYSMyeongJo, or what stands in for them, so that Chinese is set on a bare machine and the
file stays small (with fpdf2 a font of 10 MB would have to be found, and its part be put into each file).
No such font has emoji: they are written by their names.
"""

import io
import itertools
import unicodedata
from collections.abc import Iterator
from datetime import date
from html import escape

from django.utils.translation import gettext as _
from PIL import Image as Picture
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer

from messaging.files import MAX_PIXELS
from messaging.models import Media
from sessions.transcript import Line, Transcript
from sessions.transcript_text import bytes_of

MOST, MOST_PICTURES = 3000, 60  # a PDF is made in memory, in about two seconds
LATIN, CHINESE, KOREAN = "Helvetica", "STSong-Light", "HYSMyeongJo-Medium"
CODECS = {LATIN: "cp1252", CHINESE: "gbk", KOREAN: "cp949"}
SILENT = {"\u200d", "\ufe0e", "\ufe0f"}  # they join or colour what stands before them
INK, SOFT, NOTE = map(HexColor, ("#1c2421", "#525c57", "#fff8dd"))
for _font in (CHINESE, KOREAN):
    pdfmetrics.registerFont(UnicodeCIDFont(_font))


def pdf(told: Transcript) -> bytes:
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, title=told.title, author="kfconsole",
        leftMargin=2 * cm, rightMargin=2 * cm, topMargin=1.6 * cm, bottomMargin=1.6 * cm,
    )  # fmt: skip
    document.build(list(_story(told)), onFirstPage=_number, onLaterPages=_number)
    return file.getvalue()


def _number(canvas, document) -> None:
    canvas.setFont(LATIN, 8)
    canvas.setFillColor(SOFT)
    canvas.drawCentredString(A4[0] / 2, 0.9 * cm, str(document.page))


def _story(told: Transcript) -> Iterator[Flowable]:
    yield _paragraph(told.title, size=14, after=4)
    facts = f"{told.facts} {_('With internal notes.')}" if told.has_notes else told.facts
    yield _paragraph(facts, size=8, color=SOFT, after=8)
    lines = list(told.lines(most=MOST + 1))
    if len(lines) > MOST:
        cut = _("Only the newest %(most)s rows: the HTML and text files have them all.")
        yield _paragraph(cut % {"most": MOST}, size=9, after=8)
    day: date | None = None
    pictures = 0
    for line in lines[-MOST:]:
        if line.at.date() != day:
            day = line.at.date()
            yield Spacer(1, 8)
            yield _paragraph(day.isoformat(), size=9, color=SOFT, after=4)
        yield from _said(line)
        if line.picture and pictures < MOST_PICTURES and (shown := _picture(line.picture)):
            pictures += 1
            yield shown


def _said(line: Line) -> Iterator[Flowable]:
    if line.side == "event":
        yield _paragraph(f"{line.at:%H:%M}  {line.text}", size=8, color=SOFT, after=4)
        return
    marks = [_("internal note")] * (line.side == "note") + [_("[not delivered]")] * line.is_failed
    indent = 1 * cm if line.side == "out" else 0
    back = NOTE if line.side == "note" else None
    who = "  ".join((f"{line.at:%H:%M}", line.who, *marks))
    yield _paragraph(who, size=8, color=SOFT, indent=indent, back=back)
    yield _paragraph(line.text, indent=indent, after=6, back=back)


def _paragraph(
    text: str, *, size: int = 10, color=INK, indent: float = 0, after: float = 0, back=None
) -> Paragraph:
    # Chinese breaks between any two characters, other scripts at spaces.
    wrap = None if text.isascii() else "CJK"
    style = ParagraphStyle(
        "line", fontName=LATIN, fontSize=size, leading=size * 1.4, leftIndent=indent,
        spaceAfter=after, textColor=color, backColor=back, wordWrap=wrap, splitLongWords=1,
    )  # fmt: skip
    return Paragraph(marked(text), style)


def marked(text: str) -> str:
    """Each run of characters in a font that has them; what none has by its name."""
    shown = "".join(map(_writable, text))
    runs = itertools.groupby(shown, font_of)
    return "".join(
        f'<font name="{font}">{escape("".join(run))}</font>' for font, run in runs
    ).replace("\n", "<br/>")


def _writable(char: str) -> str:
    if char == "\n":
        return char
    if char in SILENT or not char.isprintable():
        return " " if char.isspace() else ""
    return char if font_of(char) else f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"


def font_of(char: str) -> str:
    """Empty where none has it."""
    return LATIN if char == "\n" else next((f for f in CODECS if _has(f, char)), "")


def _has(font: str, char: str) -> bool:
    try:
        return bool(char.encode(CODECS[font])) and ord(char) < 0x10000
    except UnicodeEncodeError:
        return False


def _picture(stored: Media) -> Image | None:
    """A file that is no picture after all is only named."""
    data, _type = bytes_of(stored)
    try:
        with Picture.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return None
            opened.load()
            file = io.BytesIO()
            opened.convert("RGB").save(file, "JPEG", quality=80)
    except Exception:  # Pillow raises anything on what strangers send
        return None
    shown = Image(file, width=7 * cm, height=8 * cm, kind="proportional", hAlign="LEFT")
    shown.spaceAfter = 6
    return shown
