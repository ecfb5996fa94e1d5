"""What a file is, by its content. The name only has to agree; what a client claims is ignored.

An allow-list of our own, in the order of OWASP's file upload cheat sheet: extension, signature,
then the structure inside of what is a container. Signatures are those of the formats'
specifications, named beside each.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import olefile
from PIL import Image, UnidentifiedImageError

from rollcall.attachments.names import extension_of
from rollcall.errors import UnsupportedType

HEAD = 4096
MOST_PIXELS = 100_000_000
MOST_ENTRIES = 10_000
MOST_UNPACKED = 1024**3
MOST_RATIO = 200
LONGEST_CONTENT_TYPES = 1024**2
_NESTED = (".zip", ".jar", ".rar", ".7z", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr")


@dataclass(frozen=True)
class FileType:
    """An accepted type: how it is called, and how it is served."""

    label: str
    media_type: str
    extensions: tuple[str, ...]
    previewed: bool = False


PDF = FileType("PDF", "application/pdf", ("pdf",), previewed=True)
MP4 = FileType("MP4 video", "video/mp4", ("mp4", "m4v"))
QUICKTIME = FileType("QuickTime video", "video/quicktime", ("mov", "qt"))
WEBM = FileType("WebM", "video/webm", ("webm", "weba"))
MPEG = FileType("MPEG video", "video/mpeg", ("mpeg", "mpg"))
MP3 = FileType("MP3 audio", "audio/mpeg", ("mp3",))
WAV = FileType("WAV audio", "audio/wav", ("wav",))
DOCX = FileType(
    "Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ("docx",),
)
XLSX = FileType(
    "Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)
)
DOC = FileType("Word document (97-2003)", "application/msword", ("doc",))
XLS = FileType("Excel workbook (97-2003)", "application/vnd.ms-excel", ("xls",))
PNG = FileType("PNG picture", "image/png", ("png",), previewed=True)
JPEG = FileType("JPEG picture", "image/jpeg", ("jpg", "jpeg"), previewed=True)
GIF = FileType("GIF picture", "image/gif", ("gif",), previewed=True)
WEBP = FileType("WebP picture", "image/webp", ("webp",), previewed=True)

TYPES = (PDF, MP4, QUICKTIME, WEBM, MPEG, MP3, WAV, DOCX, XLSX, DOC, XLS, PNG, JPEG, GIF, WEBP)
BY_MEDIA_TYPE = {one.media_type: one for one in TYPES}
EXTENSIONS = {extension: one for one in TYPES for extension in one.extensions}
# Pillow's own line of defence stands where ours does.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
_PICTURES = {PNG: "PNG", JPEG: "JPEG", GIF: "GIF", WEBP: "WEBP"}


def accepted_name(name: str) -> FileType:
    """The type that a file's name promises. Raises `UnsupportedType`, before a byte is read."""
    promised = EXTENSIONS.get(extension_of(name))
    if promised is None:
        raise UnsupportedType(
            "That type of file is not accepted. Please send PDF, MP4, WebM, MOV, MPEG, MP3, WAV, "
            "DOCX, XLSX, DOC, XLS, PNG, JPG, GIF or WebP."
        )
    return promised


def accepted_head(promised: FileType, head: bytes) -> None:
    """Check the first bytes (up to `HEAD`) of a file. Raises `UnsupportedType`.

    For telling early, while the rest is still on its way.
    """
    if not head:
        raise UnsupportedType("That file is empty.")
    if not _SIGNATURES[promised](head):
        raise UnsupportedType(
            f"That file's name says {promised.label}, but its content is something else."
        )


def check_whole(promised: FileType, content: BinaryIO) -> None:
    """Check the structure of a complete file, which `content` can be read and sought in.

    Raises `UnsupportedType` with the reason: bombs, macros, files inside, two kinds at once.
    """
    if promised in (DOCX, XLSX):
        _check_office(promised, content)
        return
    if promised in (DOC, XLS):
        _check_ole(promised, content)
    elif promised in _PICTURES:
        _check_picture(promised, content)
    elif promised is PDF:
        _check_pdf(content)
    content.seek(0)
    if zipfile.is_zipfile(content):
        raise UnsupportedType("That file is two kinds of file at once: a zip hides in it.")


def _iso_brand(*brands: bytes) -> Callable[[bytes], bool]:
    """ISO/IEC 14496-12, section 4.3: a `ftyp` box that names the brand comes first."""

    def matches(head: bytes) -> bool:
        if head[4:8] != b"ftyp":
            return False
        size = min(struct.unpack(">I", head[:4])[0], len(head))
        named = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
        return any(one.startswith(brands) for one in named)

    return matches


def _is_quicktime(head: bytes) -> bool:
    # Before `ftyp` was invented a QuickTime file began with one of its other boxes.
    return _iso_brand(b"qt  ")(head) or head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip")


def _is_webm(head: bytes) -> bool:
    # RFC 8794: EBML header; its DocType says Matroska or WebM.
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]


def _is_mpeg(head: bytes) -> bool:
    # ISO/IEC 13818-1 and -2: a pack header or a sequence header.
    return head[:4] in (b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")


def _is_mp3(head: bytes) -> bool:
    # An ID3v2 tag, or the header of a frame: sync, a layer III of MPEG 1, 2 or 2.5, a bit rate.
    if head.startswith(b"ID3"):
        return len(head) > 10 and head[3] < 0xFF and all(one < 0x80 for one in head[6:10])  # noqa: PLR2004
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in (0, 15) and sample_rate != 3  # noqa: PLR2004


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: dict[FileType, Callable[[bytes], bool]] = {
    PDF: lambda head: head.startswith(b"%PDF-"),  # ISO 32000-1, 7.5.2
    MP4: _iso_brand(b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"mmp4"),
    QUICKTIME: _is_quicktime,
    WEBM: _is_webm,
    MPEG: _is_mpeg,
    MP3: _is_mp3,
    WAV: lambda head: head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE",
    DOCX: lambda head: head.startswith(b"PK\x03\x04"),  # ECMA-376, part 2
    XLSX: lambda head: head.startswith(b"PK\x03\x04"),
    DOC: lambda head: head.startswith(_OLE),  # [MS-CFB], 2.2
    XLS: lambda head: head.startswith(_OLE),
    PNG: lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),  # RFC 2083
    JPEG: lambda head: head.startswith(b"\xff\xd8\xff"),
    GIF: lambda head: head[:6] in (b"GIF87a", b"GIF89a"),
    WEBP: lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",  # RFC 9649
}

_MAIN_PART = {
    DOCX: "wordprocessingml.document.main+xml",
    XLSX: "spreadsheetml.sheet.main+xml",
}


def _check_office(promised: FileType, content: BinaryIO) -> None:
    """ECMA-376, part 2: a zip whose `[Content_Types].xml` names the main part."""
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            described = next(
                (one for one in entries if one.filename == "[Content_Types].xml"), None
            )
            if described is None or described.file_size > LONGEST_CONTENT_TYPES:
                raise UnsupportedType(f"That is a zip file, not a {promised.label}.")
            with archive.open(described) as stream:
                parts = stream.read(LONGEST_CONTENT_TYPES).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
            ValueError) as error:  # fmt: skip
        raise UnsupportedType(
            "That document is damaged or has a passphrase; it can't be read."
        ) from error
    names = [one.filename.casefold() for one in entries]
    if "macroenabled" in parts.casefold() or any(one.endswith("vbaproject.bin") for one in names):
        raise UnsupportedType("Documents with macros are not accepted.")
    if _MAIN_PART[promised] not in parts:
        raise UnsupportedType(f"That is a zip file, not a {promised.label}.")
    if any(one.endswith(_NESTED) for one in names):
        raise UnsupportedType("That document has a program or an archive inside.")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what would fill a disk when it is unpacked, before anything is."""
    packed = sum(one.compress_size for one in entries)
    unpacked = sum(one.file_size for one in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED
        or unpacked > MOST_RATIO * max(packed, 1024)
    ):
        raise UnsupportedType("That file unpacks to far more than it should: it is not accepted.")


def _check_ole(promised: FileType, content: BinaryIO) -> None:
    """[MS-DOC] 2.1 and [MS-XLS] 2.1: the stream that holds the text or the sheets."""
    content.seek(0)
    try:
        with olefile.OleFileIO(content) as document:
            streams = {"/".join(one).casefold() for one in document.listdir()}
    except (OSError, ValueError, IndexError, struct.error, RecursionError) as error:
        raise UnsupportedType("That document is damaged; it can't be read.") from error
    wanted = {"worddocument"} if promised is DOC else {"workbook", "book"}
    if not streams & wanted:
        raise UnsupportedType(f"That is not a {promised.label}.")
    if any("_vba_project" in one for one in streams):
        raise UnsupportedType("Documents with macros are not accepted.")


def _check_picture(promised: FileType, content: BinaryIO) -> None:
    """The header has to be read, and to name a size that a browser can show."""
    content.seek(0)
    try:
        with Image.open(content, formats=[_PICTURES[promised]]) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:  # fmt: skip
        raise UnsupportedType("That picture is damaged or far too large.") from error
    if width * height > MOST_PIXELS:
        raise UnsupportedType(
            f"That picture has {width} x {height} pixels, which is more than a browser can show."
        )


def _check_pdf(content: BinaryIO) -> None:
    """ISO 32000-1, 7.5.5: the end is marked; much may follow in practice, a whole page not."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - 2 * HEAD))
    if b"%%EOF" not in content.read():
        raise UnsupportedType("That PDF is not complete. Please send it again.")
