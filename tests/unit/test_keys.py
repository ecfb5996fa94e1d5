"""Signing keys: a new one signs, the one before verifies until its tokens are over."""

import stat
from datetime import timedelta

import pytest
from click.testing import CliRunner

from rollcall import Settings, access_tokens
from rollcall.cli import cli
from rollcall.errors import InvalidToken
from rollcall.keys import Keys, key_id
from rollcall.operation.home import Home, OperationError, Secrets
from rollcall.operation.keyring import Keyring, keys_of, rotate
from tests.conftest import MONDAY, StandingClock


@pytest.fixture
def home(settings: Settings) -> Home:
    return Home(settings).prepare()


def _token(key: str, clock: StandingClock) -> str:
    return access_tokens.issue("EMP004", "session_EMP004_1_0", key, clock())


def test_token_names_its_key_and_says_nothing_about_it(home: Home, clock: StandingClock) -> None:
    key = home.secrets.access_key
    keys = Keys(key)
    assert keys.find(key_id(key), MONDAY) == key
    assert key_id(key) not in key
    for other in (None, "", key, key[:16], 7, key_id(key).upper(), key_id("x")):
        assert keys.find(other, MONDAY) is None


def test_old_key_verifies_until_its_last_token_is_over(home: Home, clock: StandingClock) -> None:
    old = home.secrets.access_key
    token = _token(old, clock)
    keys = rotate(home, clock())
    assert keys.signing != old
    clock.forward(minutes=9, seconds=59)
    assert access_tokens.verify(token, keys, clock()).employee_id == "EMP004"
    clock.forward(seconds=6)
    forged = access_tokens.issue("EMP001", "session_EMP001_1_0", old, clock())
    with pytest.raises(InvalidToken):
        access_tokens.verify(forged, keys, clock())


def test_process_that_runs_notices_the_change(home: Home, clock: StandingClock) -> None:
    keyring = Keyring(home)
    before = keyring.keys().signing
    after = rotate(home, clock())
    assert keyring.keys() == after
    assert list(keyring.keys().before) == [before]


def test_two_rotations_in_a_row_sign_nobody_out(home: Home, clock: StandingClock) -> None:
    tokens = [_token(home.secrets.access_key, clock)]
    for _ in range(2):
        tokens.append(_token(rotate(home, clock()).signing, clock))
    keys = keys_of(home.secrets)
    for token in tokens:
        access_tokens.verify(token, keys, clock())
    clock.forward(minutes=11)
    assert len(rotate(home, clock()).before) == 1


def test_other_keys_stay_and_the_file_stays_private(home: Home, clock: StandingClock) -> None:
    before = home.secrets
    rotate(home, clock())
    after = home.secrets
    assert (after.turn_key, after.action_key, after.refresh_pepper) == (
        before.turn_key, before.action_key, before.refresh_pepper,
    )  # fmt: skip
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600


def test_damaged_file_changes_nothing(home: Home, clock: StandingClock) -> None:
    keyring = Keyring(home)
    before = keyring.keys()
    home.secrets_file.write_text("{", encoding="utf-8")
    assert keyring.keys() == before
    home.secrets_file.unlink()
    assert keyring.keys() == before
    with pytest.raises(OperationError):
        rotate(home, clock())


@pytest.mark.parametrize(
    "before", [{"abc": "2026-03-02T09:00:00+00:00"}, {"0" * 64: "2026-03-02T09:00:00+00:00"}]
)
def test_weak_key_is_refused_also_as_an_old_one(home: Home, before: dict[str, str]) -> None:
    keys = home.secrets
    with pytest.raises(ValueError, match=r"random bytes|hexadecimal"):
        Secrets(keys.access_key, keys.turn_key, keys.action_key, keys.refresh_pepper, before)


def test_old_key_needs_a_time_with_its_zone(home: Home) -> None:
    keys = home.secrets
    until = {keys.turn_key: MONDAY.replace(tzinfo=None).isoformat()}
    with pytest.raises(ValueError, match="time zone"):
        Secrets(keys.access_key, keys.turn_key, keys.action_key, keys.refresh_pepper, until)


def test_command_shows_ids_and_no_keys(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLCALL_HOME", str(home.path))
    old = home.secrets.access_key
    rotated = CliRunner().invoke(cli, ["keys", "rotate"], catch_exceptions=False)
    listed = CliRunner().invoke(cli, ["keys", "list"], catch_exceptions=False)
    new = home.secrets.access_key
    assert rotated.output == listed.output
    assert f"{key_id(new)} signs" in listed.output
    assert f"{key_id(old)} verifies until" in listed.output
    assert old not in listed.output
    assert new not in listed.output


def test_times_of_a_token_are_checked_by_whichever_key(home: Home, clock: StandingClock) -> None:
    token = _token(home.secrets.access_key, clock)
    keys = rotate(home, clock())
    with pytest.raises(InvalidToken):
        access_tokens.verify(token, keys, clock() + timedelta(minutes=10))
