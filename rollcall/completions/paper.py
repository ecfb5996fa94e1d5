"""Pages of paper: the font, the margins and the colours that all printed things share."""

from datetime import datetime
from importlib.resources import as_file, files

from fpdf import FPDF

FONT = "Noto Sans"
# Latin, Greek and Cyrillic letters; its default instance is the regular one.
_FONT_FILE = files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
MARGIN = 20.0
"""Millimetres."""
SMALL, TEXT, LARGE = 8, 10, 20
GREY, BLACK, PURPLE = (95, 95, 105), (20, 20, 30), (91, 33, 182)


def new_paper(title: str, made_at: datetime, *, wide: bool = False, margin: float = MARGIN) -> FPDF:
    """An A4 document with its first page. The same content gives the same bytes."""
    pdf = FPDF(orientation="landscape" if wide else "portrait", format="A4")
    pdf.set_creation_date(made_at)
    pdf.set_title(title)
    pdf.set_author("Rollcall")
    pdf.set_lang("en")
    pdf.set_margin(margin)
    pdf.set_auto_page_break(True, margin)
    with as_file(_FONT_FILE) as font:
        pdf.add_font(FONT, fname=font)
    pdf.add_page()
    return pdf


def write(pdf: FPDF, text: str, size: int, colour: tuple[int, int, int], width: float = 0) -> None:
    """A paragraph; `size` in points, `width` in millimetres (0: to the margin)."""
    pdf.set_font(FONT, size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(width, size * 0.55, text, align="L", new_x="LMARGIN", new_y="NEXT")
