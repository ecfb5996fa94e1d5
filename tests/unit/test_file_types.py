"""Files are what their content says; what could harm who opens them is refused."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.attachments.names import LONGEST, extension_of, safe_name
from rollcall.attachments.types import (
    EXTENSIONS,
    HEAD,
    accepted_head,
    accepted_name,
    check_whole,
)
from rollcall.errors import UnsupportedType
from tests.samples import BAD, GOOD


def examine(name: str, content: bytes) -> str:
    """What an upload goes through; the media type."""
    promised = accepted_name(name)
    accepted_head(promised, content[:HEAD])
    check_whole(promised, io.BytesIO(content))
    return promised.media_type


@pytest.mark.parametrize("name", GOOD)
def test_every_type_of_the_list_is_accepted(name: str) -> None:
    assert examine(name, GOOD[name]) == EXTENSIONS[extension_of(name)].media_type


def test_the_samples_cover_the_list() -> None:
    covered = {EXTENSIONS[extension_of(name)].label for name in GOOD}
    assert covered == {one.label for one in EXTENSIONS.values()}


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused(what: str) -> None:
    with pytest.raises(UnsupportedType) as refused:
        examine(*BAD[what])
    assert refused.value.message.endswith(".")


@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=2000))
def test_random_bytes_are_refused_and_never_crash(name: str, content: bytes) -> None:
    try:
        examine(name, content)
    except UnsupportedType:
        return
    # What is let through looks like the type at its first bytes.
    accepted_head(accepted_name(name), content[:HEAD])


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_file_with_a_damaged_byte_never_crashes(name: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        examine(name, bytes(content))
    except UnsupportedType as refused:
        assert refused.message


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("minutes.pdf", "minutes.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.pdf", "cmd.pdf"),
        ("/etc/shadow.pdf", "shadow.pdf"),
        ("C:\\temp\\plan.docx", "plan.docx"),
        ("....//....//x.pdf", "x.pdf"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\x00b.pdf", "ab.pdf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("con.pdf", "_con.pdf"),
        ("COM1.pdf", "_COM1.pdf"),
        ("quote\"<>|?*.pdf", "quote______.pdf"),
        ("  spaced   out .pdf ", "spaced out.pdf"),
        ("Prüfung 3 – Lösung.pdf", "Prüfung 3 – Lösung.pdf"),
        ("Pru\u0308fung.pdf", "Prüfung.pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST - 4) + ".pdf"),
        ("x." + "y" * 300, "file"),
    ],
)  # fmt: skip
def test_a_name_is_kept_without_its_tricks(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe(given_name: str) -> None:
    name = safe_name(given_name)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('<>:"/\\|?*')
    assert name.isprintable()
    assert not name.startswith(".")
    assert safe_name(name) == name
