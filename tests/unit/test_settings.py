"""Settings as they are written in the environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from rollcall import Settings
from rollcall.operation.home import Home
from rollcall.operation.parts import environment_of

VARIABLE = "ROLLCALL_EMBED_ORIGINS"
SITES = ("https://intranet.example.com", "http://localhost:8080")


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"])
def test_several_origins_stand_in_one_variable(
    monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    monkeypatch.setenv(VARIABLE, between.join(SITES))
    assert Settings().embed_origins == SITES


@pytest.mark.parametrize(
    "given",
    [
        "*",
        "null",
        "intranet.example.com",
        "https://intranet.example.com/",
        "https://user@intranet.example.com",
        "https://Intranet.example.com",
        "http://intranet.example.com",
        "https://a.example;script-src",
        "https://*.example.com",
    ],
)
def test_what_is_no_origin_is_refused_by_name(given: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        Settings(embed_origins=(given,))


def test_the_parts_of_an_instance_get_the_origins_as_they_can_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(Settings(home=tmp_path / "home", embed_origins=SITES)).prepare()
    home.choose_ports()
    monkeypatch.setenv(VARIABLE, environment_of(home)[VARIABLE])
    assert Settings().embed_origins == SITES
