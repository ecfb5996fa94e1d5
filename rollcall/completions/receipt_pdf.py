"""A receipt as a PDF to print, with a QR code that leads to where it is verified."""

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode

from rollcall.clock import iso
from rollcall.completions.paper import (
    BLACK,
    FONT,
    GREY,
    LARGE,
    MARGIN,
    PURPLE,
    SMALL,
    TEXT,
    new_paper,
    write,
)
from rollcall.completions.receipts import Receipt

QR_SIDE, QUIET = 44.0, 4
"""Millimetres; the quiet zone of ISO/IEC 18004 in modules."""
LABEL_WIDTH = 42.0


def receipt_pdf(receipt: Receipt, verify_url: str) -> bytes:
    """The page. `verify_url` is what the QR code says.

    The same receipt gives the same bytes.
    """
    pdf = new_paper(f"Receipt {receipt.code}", receipt.issued_at)
    _qr(pdf, verify_url)
    _head(pdf, receipt)
    for label, value in _facts(receipt):
        _row(pdf, label, value)
    _hashes(pdf, receipt)
    _foot(pdf, receipt, verify_url)
    return bytes(pdf.output())


def _head(pdf: FPDF, receipt: Receipt) -> None:
    width = pdf.epw - QR_SIDE - MARGIN / 2
    write(pdf, "Receipt of a session", SMALL, GREY, width)
    write(pdf, str(receipt.content["title"]), LARGE, PURPLE, width)
    write(pdf, receipt.code, LARGE, BLACK, width)
    pdf.set_y(max(pdf.get_y(), MARGIN + QR_SIDE) + 6)


def _facts(receipt: Receipt) -> list[tuple[str, str]]:
    content = receipt.content
    who = f"{receipt.name or 'unknown'} ({content['employee_id']})"
    changed = ", ".join(one.replace("_", " ") for one in receipt.changed)
    state = "yes" if receipt.valid else f"no: {changed} changed since"
    return [
        ("Held by", who),
        ("Planned", _period(content["scheduled"])),
        ("Held", _period(content["actual"])),
        ("In a meeting", _period(content["attendance"]) if content["attendance"] else "–"),
        ("Completed", _moment(content["completed_at"])),
        ("Receipt made", _moment(iso(receipt.issued_at))),
        ("Still as recorded", state),
        ("Notes", str(len(content["notes"]))),
        ("Files", str(len(content["files"]))),
    ]


def _hashes(pdf: FPDF, receipt: Receipt) -> None:
    content = receipt.content
    pdf.ln(4)
    write(pdf, "SHA-256", TEXT, BLACK)
    _row(pdf, "Receipt", receipt.sha256, SMALL)
    _row(pdf, "Summary", content["summary_sha256"], SMALL)
    for number, note in enumerate(content["notes"], 1):
        _row(pdf, f"Note {number} by {note['by']}", note["sha256"], SMALL)
    for number, file in enumerate(content["files"], 1):
        _row(pdf, f"File {number}, {file['size']:,} bytes", file["sha256"], SMALL)


def _foot(pdf: FPDF, receipt: Receipt, verify_url: str) -> None:
    pdf.ln(6)
    write(
        pdf,
        "Anybody in the company can verify this receipt: scan the code, open "
        f"{verify_url}, or run `rollcall verify {receipt.code}`. The last sign of the code checks "
        "the others. Times are UTC.",
        SMALL,
        GREY,
    )


def _row(pdf: FPDF, label: str, value: str, size: int = TEXT) -> None:
    pdf.set_font(FONT, size=size)
    pdf.set_text_color(*GREY)
    height = size * 0.6
    pdf.cell(LABEL_WIDTH, height, label)
    pdf.set_text_color(*BLACK)
    pdf.multi_cell(0, height, value, new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)


def _qr(pdf: FPDF, text: str) -> None:
    """The code in the upper right corner, drawn as squares: sharp at any size."""
    code = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    side = QR_SIDE / len(rows)
    left = pdf.w - MARGIN - QR_SIDE
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, MARGIN + y * side, side, side, style="F")


def _period(ends: list[str]) -> str:
    return f"{_moment(ends[0])} to {_moment(ends[1])}"


def _moment(text: str | None) -> str:
    return f"{text[:10]} {text[11:16]}" if text else "–"
