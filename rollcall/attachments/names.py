"""Names of files as they are kept and offered for download: one line, no path, no tricks."""

import re
import unicodedata

LONGEST = 150
UNNAMED = "file"
# Reserved on Windows with any extension:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')


def safe_name(given: str) -> str:
    """`given` without folders, control and direction characters, at most 150 characters long.

    The extension survives the cut. Never empty, never a hidden or a reserved name.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    visible = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    plain = " ".join(_FORBIDDEN.sub("_", visible).split()).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        stem, extension = plain, ""
    stem = stem.strip(" .") or UNNAMED
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST - len(ending)].rstrip(" .") + ending if len(ending) < LONGEST else UNNAMED


def extension_of(name: str) -> str:
    """The extension, lower-case, without its dot; empty without one."""
    return name.rpartition(".")[2].casefold() if "." in name else ""
