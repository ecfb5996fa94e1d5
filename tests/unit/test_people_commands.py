"""`rollcall people`: from the command line, a new code and a closed account."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from rollcall import SYSTEM, Rollcall, Settings
from rollcall.cli import cli
from rollcall.errors import InvalidCredentials, SessionEnded
from tests.cast import Cast

GOOD = "correct horse battery staple"
HERE = "192.0.2.1"
Run = Callable[..., str]


@pytest.fixture
def run(
    roll: Rollcall, settings: Settings, mongodb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs a command on the record of this test; answers what it prints."""
    monkeypatch.setenv("ROLLCALL_HOME", str(settings.home))
    monkeypatch.setenv("MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("ROLLCALL_DATABASE", roll.database.name)
    return lambda *words: CliRunner().invoke(cli, list(words), catch_exceptions=False).output


def test_reset_prints_a_code_that_opens_the_account(run: Run, roll: Rollcall, cast: Cast) -> None:
    roll.credentials.set(SYSTEM, "EMP004", GOOD)
    printed = run("people", "reset", "emp004")
    with pytest.raises(InvalidCredentials):
        roll.credentials.check("EMP004", GOOD, HERE)
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(str(cast.employee.session_id))
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", printed)
    assert code is not None
    answered = run("people", "activate", "EMP004", "--code", code[0], "--passphrase", GOOD)
    assert answered == "Erika Musterfrau can sign in as EMP004.\n"


def test_deactivate_closes_the_account(run: Run, roll: Rollcall, cast: Cast) -> None:
    printed = run("people", "deactivate", "EMP004")
    assert printed == "Erika Musterfrau (EMP004) can't sign in any more.\n"
    assert roll.people.get(cast.admin, "EMP004").status == "left"
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(str(cast.employee.session_id))
