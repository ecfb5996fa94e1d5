"""Small files of every accepted type, made here, and what is wrong with some of them."""

import io
import struct
import zipfile
import zlib

from PIL import Image

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def pdf(body: bytes = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (4, 3)) -> bytes:
    """A picture of `kind`: PNG, JPEG, GIF or WEBP."""
    stream = io.BytesIO()
    Image.new("RGB", size, (102, 126, 234)).save(stream, kind)
    return stream.getvalue()


def huge_png() -> bytes:
    """A PNG of a few bytes whose header promises 60,000 x 60,000 pixels."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload) + 8) + kind + payload


def mp4(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0" + brand + b"iso2") + box(b"mdat", b"\0" * 64)


def webm() -> bytes:
    return b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm" + b"\0" * 64


def mpeg() -> bytes:
    return b"\x00\x00\x01\xba\x44\x00\x04\x00" + b"\0" * 64


def mp3() -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 10 + b"\xff\xfb\x90\x00" + b"\0" * 413


def bare_mp3() -> bytes:
    """Frames alone, without a tag in front."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * 2


def wav() -> bytes:
    return b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + b"\0" * 28


def archive(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return stream.getvalue()


def _content_types(main: str) -> bytes:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/x" ContentType="application/vnd.{main}"/></Types>'
    ).encode()


WORD = "openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORD_WITH_MACROS = "ms-word.document.macroEnabled.main+xml"


def office(main: str, more: dict[str, bytes] | None = None) -> bytes:
    """An Office document whose content types name `main`."""
    entries = {"[Content_Types].xml": _content_types(main), "word/document.xml": b"<w/>"}
    return archive(entries | (more or {}))


def ole(*streams: str) -> bytes:
    """A compound file ([MS-CFB]) with empty streams of these names in its root."""
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        b"", 0, 1, 1, 0, 4096, END, 0, END, 0, 0,
    )  # fmt: skip
    header += struct.pack("<I", FREE) * 108
    directory = _entry("Root Entry", 5, child=1) + b"".join(
        _entry(name, 2, right=at + 2 if at + 1 < len(streams) else FREE)
        for at, name in enumerate(streams)
    )
    directory += _entry("", 0) * (-(len(directory) // 128) % 4)
    sectors = len(directory) // SECTOR
    chain = [FAT, *(at + 1 for at in range(1, sectors)), END]
    fat = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    # The table of sectors comes first, then the directory.
    header = header[:48] + struct.pack("<I", 1) + header[52:76] + struct.pack("<I", 0) + header[80:]
    return header + fat + directory


def _entry(name: str, kind: int, child: int = FREE, right: int = FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0" if name else b""
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, FREE, right, child, b"", 0, 0, 0,
        END, 0,
    )  # fmt: skip


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

GOOD = {
    "minutes.pdf": pdf(),
    "lesson.mp4": mp4(),
    "lesson.mov": mp4(b"qt  "),
    "old.mov": box(b"moov", b"\0" * 32),
    "lesson.webm": webm(),
    "lesson.mpeg": mpeg(),
    "talk.mp3": mp3(),
    "bare.mp3": bare_mp3(),
    "talk.wav": wav(),
    "plan.docx": office(WORD),
    "list.xlsx": office(EXCEL),
    "plan.doc": ole("WordDocument", "1Table"),
    "list.xls": ole("Workbook"),
    "photo.png": picture("PNG"),
    "photo.JPG": picture("JPEG"),
    "photo.jpeg": picture("JPEG"),
    "loop.gif": picture("GIF"),
    "photo.webp": picture("WEBP"),
}
"""One of every accepted kind, by name."""

BOMB = office(WORD, {"word/media.bin": b"\0" * 30_000_000})
BAD = {
    "a program": ("setup.exe", b"MZ" + b"\0" * 64),
    "a page": ("page.html", b"<script>alert(1)</script>"),
    "a picture with scripts": ("logo.svg", b"<svg onload='alert(1)'/>"),
    "a zip": ("files.zip", archive({"a.txt": b"a"})),
    "no extension": ("README", b"hello"),
    "a page called PDF": ("page.pdf", b"<html><script>alert(1)</script>"),
    "a picture called PDF": ("photo.pdf", picture("PNG")),
    "a PDF called picture": ("photo.png", pdf()),
    "a sound called video": ("talk.mp4", wav()),
    "a program called picture": ("photo.jpg", b"MZ" + b"\0" * 64),
    "nothing": ("empty.pdf", b""),
    "a PDF behind other bytes": ("late.pdf", b"GIF89a" + pdf()),
    "half a PDF": ("half.pdf", pdf()[:-8]),
    "a zip called document": ("plan.docx", archive({"a.txt": b"a"})),
    "a workbook called document": ("plan.docx", office(EXCEL)),
    "a document with macros": ("plan.docx", office(WORD_WITH_MACROS)),
    "macros hidden in a document": ("plan.docx", office(WORD, {"word/vbaProject.bin": b"x"})),
    "a macro document by name": ("plan.docm", office(WORD_WITH_MACROS)),
    "an old document with macros": ("plan.doc", ole("WordDocument", "_VBA_PROJECT")),
    "an old workbook called document": ("plan.doc", ole("Workbook")),
    "half an old document": ("plan.doc", ole("WordDocument")[:600]),
    "a zip bomb": ("bomb.docx", BOMB),
    "an archive in a document": ("plan.docx", office(WORD, {"word/inner.zip": b"PK"})),
    "a damaged document": ("plan.docx", office(WORD)[:-30]),
    "a picture of 3.6 billion pixels": ("flood.png", huge_png()),
    "a damaged picture": ("photo.png", picture("PNG")[:20]),
    "a picture with a zip behind": ("both.gif", picture("GIF") + archive({"a.class": b"a"})),
    "a PDF with a zip behind": ("both.pdf", pdf() + archive({"a.txt": b"a"})),
    "a test virus": ("eicar.pdf", EICAR),
    "a test virus by name": ("eicar.com", EICAR),
    "a sound that is only sync": ("talk.mp3", b"\xff\xff\xff\xff" + b"\0" * 64),
}  # fmt: skip
"""What has to be refused, and why: name and content."""
