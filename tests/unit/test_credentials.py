"""Credentials: an activation code once, then a passphrase; ten wrong tries and no more."""

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from rollcall import SYSTEM, Rollcall, Settings
from rollcall.errors import (
    Forbidden,
    Invalid,
    InvalidCredentials,
    SessionEnded,
    TooManyAttempts,
    Unauthenticated,
)
from rollcall.people import NewEmployee
from rollcall.storage.database import Database
from tests.cast import Cast
from tests.conftest import StandingClock

GOOD = "correct horse battery staple"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def set_up(roll: Rollcall, cast: Cast) -> Rollcall:
    """Erika (EMP004) and Oscar (EMP005) have the passphrase `GOOD`."""
    for employee_id in ("EMP004", "EMP005"):
        roll.credentials.set(SYSTEM, employee_id, GOOD)
    return roll


def _fail(roll: Rollcall, times: int, employee_id: str = "EMP004", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            roll.credentials.check(employee_id, "wrong", address)


def _newcomer(roll: Rollcall) -> str:
    return roll.people.add(SYSTEM, NewEmployee("EMP010", "Nora New"))[1]


def test_right_passphrase_gives_the_employee(set_up: Rollcall) -> None:
    assert set_up.credentials.check(" emp004 ", GOOD, HERE).name == "Erika Musterfrau"


def test_what_is_kept_is_argon2id_with_the_parameters_of_the_guideline(set_up: Rollcall) -> None:
    kept = set_up.database.collection("credentials").find_one({"_id": "EMP004"})
    assert kept is not None
    assert kept["passphrase_hash"].startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_accents_typed_on_another_keyboard_are_the_same(set_up: Rollcall) -> None:
    set_up.credentials.set(SYSTEM, "EMP004", unicodedata.normalize("NFC", "größer Müller"))
    decomposed = unicodedata.normalize("NFD", "größer Müller")
    assert set_up.credentials.check("EMP004", decomposed, HERE).employee_id == "EMP004"


@pytest.mark.parametrize(
    "employee_id",
    ["EMP004", "EMP999", "EMP001", "nobody", "", "{'$ne': ''}", "\x00", "EMP004" * 1000],
    ids=["wrong passphrase", "unknown id", "no passphrase yet", "no id", "empty", "operator",
         "control character", "endless"],
)  # fmt: skip
def test_every_failure_says_the_same(set_up: Rollcall, employee_id: str) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        set_up.credentials.check(employee_id, "wrong", HERE)
    assert refused.value.message == (
        "That employee id and passphrase don't match. Please try again."
    )
    assert refused.value.fields == {}


def test_somebody_who_left_is_refused_like_an_unknown(set_up: Rollcall) -> None:
    set_up.database.collection("employees").update_one(
        {"_id": "EMP004"}, {"$set": {"status": "left"}}
    )
    with pytest.raises(InvalidCredentials):
        set_up.credentials.check("EMP004", GOOD, HERE)


def test_longest_passphrase_is_not_cut(set_up: Rollcall) -> None:
    set_up.credentials.set(SYSTEM, "EMP004", "x" * 128)
    with pytest.raises(InvalidCredentials):
        set_up.credentials.check("EMP004", "x" * 129, HERE)
    set_up.credentials.check("EMP004", "x" * 128, HERE)


def test_ten_failures_lock_the_account_for_a_quarter_of_an_hour(
    set_up: Rollcall, clock: StandingClock
) -> None:
    _fail(set_up, 10)
    with pytest.raises(TooManyAttempts) as refused:
        set_up.credentials.check("EMP004", GOOD, THERE)
    assert refused.value.retry_after == 15 * 60
    clock.forward(minutes=14)
    with pytest.raises(TooManyAttempts) as still:
        set_up.credentials.check("EMP004", GOOD, THERE)
    assert still.value.retry_after == 60
    clock.forward(minutes=1)
    assert set_up.credentials.check("EMP004", GOOD, THERE).employee_id == "EMP004"


def test_ten_failures_lock_the_address_for_every_account(set_up: Rollcall) -> None:
    for number in range(10):
        _fail(set_up, 1, f"EMP{900 + number}")
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP005", GOOD, HERE)
    assert set_up.credentials.check("EMP005", GOOD, THERE).employee_id == "EMP005"


def test_unknown_accounts_are_locked_just_the_same(set_up: Rollcall) -> None:
    for number in range(10):
        _fail(set_up, 1, "EMP999", f"192.0.2.{100 + number}")
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP999", "wrong", THERE)


def test_success_clears_the_account(set_up: Rollcall) -> None:
    _fail(set_up, 9)
    set_up.credentials.check("EMP004", GOOD, THERE)
    _fail(set_up, 9, address=THERE)
    set_up.credentials.check("EMP004", GOOD, THERE)


def test_successes_do_not_use_up_the_address(set_up: Rollcall) -> None:
    for _ in range(12):
        set_up.credentials.check("EMP004", GOOD, HERE)


def test_guessing_in_parallel_gives_no_extra_tries(set_up: Rollcall) -> None:
    def guess(number: int) -> type[Exception] | None:
        try:
            set_up.credentials.check("EMP004", f"guess {number}", HERE)
        except (InvalidCredentials, TooManyAttempts) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(guess, range(32)))
    assert outcomes.count(InvalidCredentials) == 10
    assert outcomes.count(TooManyAttempts) == 22


def test_failures_are_on_record_without_what_was_typed(set_up: Rollcall, cast: Cast) -> None:
    _fail(set_up, 10)
    kinds = [one.kind for one in set_up.activities.list(cast.admin).items][:11]
    assert kinds == ["address.locked", "credential.locked"] + ["credential.failed"] * 9
    for name in set_up.database.raw.list_collection_names():
        for document in set_up.database.collection(name).find():
            assert "wrong" not in str(document)
            assert GOOD not in str(document)


def test_failures_for_unknown_ids_are_on_record_without_the_id(
    set_up: Rollcall, cast: Cast
) -> None:
    # What was typed there may be a passphrase in the wrong field.
    _fail(set_up, 3, "EMP999")
    _fail(set_up, 1, "my secret passphrase")
    assert set_up.activities.list(cast.admin, kind="credential.failed").items == []
    found = set_up.activities.list(cast.admin, kind="credential.unknown").items
    assert len(found) == 4
    assert "EMP999" not in str(found)
    assert "secret" not in str(found)
    assert set_up.activities.list(cast.manager, kind="credential.unknown").items == []


def test_code_is_traded_for_a_passphrase_once(set_up: Rollcall, cast: Cast) -> None:
    code = _newcomer(set_up)
    employee = set_up.credentials.activate("EMP010", code, GOOD, HERE)
    assert employee.name == "Nora New"
    assert set_up.credentials.check("EMP010", GOOD, HERE) == employee
    with pytest.raises(InvalidCredentials):
        set_up.credentials.activate("EMP010", code, "another good one", HERE)
    [activity] = set_up.activities.list(cast.admin, kind="credential.activated").items
    assert activity.text == "Nora New activated the account"


def test_code_may_be_typed_carelessly(set_up: Rollcall) -> None:
    code = _newcomer(set_up).lower().replace("-", " ")
    assert set_up.credentials.activate("emp010", code, GOOD, HERE).employee_id == "EMP010"


def test_only_a_hash_of_the_code_is_kept(set_up: Rollcall) -> None:
    code = _newcomer(set_up)
    for name in set_up.database.raw.list_collection_names():
        assert code not in str(list(set_up.database.collection(name).find()))


def test_sixteen_at_once_activate_once(set_up: Rollcall) -> None:
    code = _newcomer(set_up)

    def activate(number: int) -> bool:
        try:
            set_up.credentials.activate("EMP010", code, f"{GOOD} {number}", f"192.0.2.{number}")
        except (InvalidCredentials, TooManyAttempts):
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(activate, range(16))) == 1


def test_code_expires_after_a_week(set_up: Rollcall, clock: StandingClock) -> None:
    code = _newcomer(set_up)
    clock.forward(days=7)
    with pytest.raises(InvalidCredentials, match="has expired"):
        set_up.credentials.activate("EMP010", code, GOOD, HERE)


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA", "----", "{'$gt': ''}"])
@pytest.mark.parametrize("employee_id", ["EMP010", "EMP004", "EMP999"])
def test_wrong_code_is_refused(set_up: Rollcall, employee_id: str, code: str) -> None:
    _newcomer(set_up)
    with pytest.raises(InvalidCredentials):
        set_up.credentials.activate(employee_id, code, GOOD, HERE)


def test_wrong_codes_are_counted(set_up: Rollcall) -> None:
    _newcomer(set_up)
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            set_up.credentials.activate("EMP010", "AAAA-AAAA-AAAA", GOOD, HERE)
    with pytest.raises(TooManyAttempts):
        set_up.credentials.activate("EMP010", "AAAA-AAAA-AAAA", GOOD, THERE)


def test_wrong_codes_of_others_do_not_keep_the_right_one_out(set_up: Rollcall) -> None:
    code = _newcomer(set_up)
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            set_up.credentials.activate("EMP010", "AAAA-AAAA-AAAA", GOOD, HERE)
    assert set_up.credentials.activate("EMP010", code, GOOD, THERE).employee_id == "EMP010"


@pytest.mark.parametrize(
    ("passphrase", "says"),
    [
        ("short", "at least 8 characters"),
        ("", "at least 8 characters"),
        ("x" * 129, "at most 128 characters"),
        ("my emp010 secret", "leave out your name"),
        (" " * 12, "others can't guess"),
    ],
)
def test_weak_passphrase_is_refused_and_the_code_stays_good(
    set_up: Rollcall, passphrase: str, says: str
) -> None:
    code = _newcomer(set_up)
    with pytest.raises(Invalid, match=says) as refused:
        set_up.credentials.activate("EMP010", code, passphrase, HERE)
    assert list(refused.value.fields) == ["passphrase"]
    set_up.credentials.activate("EMP010", code, GOOD, HERE)


def test_changing_needs_the_old_passphrase(set_up: Rollcall, cast: Cast) -> None:
    with pytest.raises(InvalidCredentials):
        set_up.credentials.change(cast.employee, "wrong", "another good one")
    set_up.credentials.change(cast.employee, GOOD, "another good one")
    assert set_up.credentials.check("EMP004", "another good one", HERE)
    with pytest.raises(InvalidCredentials):
        set_up.credentials.check("EMP004", GOOD, HERE)
    [activity] = set_up.activities.list(cast.admin, kind="credential.changed").items
    assert activity.session_id == cast.employee.session_id


def test_changing_to_a_weak_one_keeps_the_old(set_up: Rollcall, cast: Cast) -> None:
    with pytest.raises(Invalid):
        set_up.credentials.change(cast.employee, GOOD, "short")
    assert set_up.credentials.check("EMP004", GOOD, HERE)


def test_guest_has_nothing_to_change(set_up: Rollcall, cast: Cast) -> None:
    with pytest.raises(Unauthenticated):
        set_up.credentials.change(cast.guest, GOOD, "another good one")


def test_nobody_but_the_product_sets_passphrases_directly(set_up: Rollcall, cast: Cast) -> None:
    for actor in cast.everyone().values():
        with pytest.raises(InvalidCredentials):
            set_up.credentials.set(actor, "EMP004", "another good one")


def test_locked_address_can_lock_nobody(set_up: Rollcall) -> None:
    for number in range(10):
        _fail(set_up, 1, f"EMP{900 + number}")
    for _ in range(12):
        with pytest.raises(TooManyAttempts):
            set_up.credentials.check("EMP004", "wrong", HERE)
    assert set_up.credentials.check("EMP004", GOOD, THERE).employee_id == "EMP004"


def test_hammering_a_locked_account_does_not_lock_the_office(set_up: Rollcall) -> None:
    _fail(set_up, 10, address=THERE)
    for _ in range(12):
        with pytest.raises(TooManyAttempts):
            set_up.credentials.check("EMP004", GOOD, HERE)
    assert set_up.credentials.check("EMP005", GOOD, HERE).employee_id == "EMP005"


def test_each_lock_of_an_account_is_longer_than_the_one_before(
    set_up: Rollcall, clock: StandingClock
) -> None:
    waits = []
    for round_ in range(6):
        for number in range(10):
            _fail(set_up, 1, address=f"192.0.{round_}.{number}")
        with pytest.raises(TooManyAttempts) as refused:
            set_up.credentials.check("EMP004", GOOD, THERE)
        waits.append(refused.value.retry_after // 60)
        clock.forward(seconds=refused.value.retry_after)
    assert waits == [15, 30, 60, 120, 240, 240]


def test_known_device_gets_in_while_strangers_have_locked_the_account(set_up: Rollcall) -> None:
    device = set_up.credentials.device_token("EMP004")
    _fail(set_up, 10, address=THERE)
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP004", GOOD, HERE)
    assert set_up.credentials.check("EMP004", GOOD, HERE, device).employee_id == "EMP004"
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP004", GOOD, HERE)


def test_known_device_gets_in_from_an_address_that_others_have_locked(set_up: Rollcall) -> None:
    device = set_up.credentials.device_token("EMP004")
    for number in range(10):
        _fail(set_up, 1, f"EMP{900 + number}")
    assert set_up.credentials.check("EMP004", GOOD, HERE, device).employee_id == "EMP004"


def test_known_device_has_ten_tries_of_its_own_and_no_more(set_up: Rollcall) -> None:
    device = set_up.credentials.device_token("EMP004")
    for number in range(10):
        with pytest.raises(InvalidCredentials):
            set_up.credentials.check("EMP004", "wrong", f"192.0.2.{number}", device)
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP004", GOOD, HERE, device)
    assert set_up.credentials.check("EMP004", GOOD, HERE).employee_id == "EMP004"


def test_device_is_known_for_its_owner_only(set_up: Rollcall) -> None:
    device = set_up.credentials.device_token("EMP005")
    _fail(set_up, 10, address=THERE)
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP004", GOOD, HERE, device)


@pytest.mark.parametrize(
    "change",
    [lambda _: "", lambda _: "a.b.c", lambda _: "a.9999999999.b", lambda token: token[:-1],
     lambda token: token.replace(".", ".9", 1), lambda token: "x" + token, lambda _: "." * 4000,
     lambda token: token.replace(".1", ".١", 1)],
)  # fmt: skip
def test_forged_device_is_a_strangers(set_up: Rollcall, change: Callable[[str], str]) -> None:
    device = set_up.credentials.device_token("EMP004")
    _fail(set_up, 10, address=THERE)
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP004", GOOD, HERE, change(device))


def test_device_is_forgotten_after_half_a_year(set_up: Rollcall, clock: StandingClock) -> None:
    device = set_up.credentials.device_token("EMP004")
    clock.forward(days=180)
    _fail(set_up, 10, address=THERE)
    with pytest.raises(TooManyAttempts):
        set_up.credentials.check("EMP004", GOOD, HERE, device)


def test_address_that_is_locked_is_on_record_without_the_address(
    set_up: Rollcall, cast: Cast
) -> None:
    for number in range(10):
        _fail(set_up, 1, f"EMP{900 + number}")
    _fail(set_up, 1, address=THERE)
    [locked] = set_up.activities.list(cast.admin, kind="address.locked").items
    assert locked.text == "Too many failed sign-ins from one address"
    unknown = set_up.activities.list(cast.admin, kind="credential.unknown").items
    here = {one.data["from"] for one in unknown}
    [there] = set_up.activities.list(cast.admin, "EMP004", "credential.failed").items
    assert here == {locked.data["from"]} != {there.data["from"]}
    assert "192.0.2" not in str(list(set_up.database.collection("session_activities").find()))


def test_hash_of_older_parameters_is_replaced_at_the_next_sign_in(set_up: Rollcall) -> None:
    kept = set_up.database.collection("credentials")
    older = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    kept.update_one({"_id": "EMP004"}, {"$set": {"passphrase_hash": older}})
    _fail(set_up, 1)
    assert kept.find_one({"_id": "EMP004", "passphrase_hash": older})
    set_up.credentials.check("EMP004", GOOD, HERE)
    found = kept.find_one({"_id": "EMP004"})
    assert found is not None
    assert found["passphrase_hash"].startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert set_up.credentials.check("EMP004", GOOD, HERE).employee_id == "EMP004"


def test_changing_ends_all_other_sessions(set_up: Rollcall, cast: Cast) -> None:
    employee = set_up.directory.find("EMP004")
    assert employee is not None
    others = [set_up.sessions.open(employee).session_id for _ in range(2)]
    assert set_up.credentials.change(cast.employee, GOOD, "another good one") == 2
    for session_id in others:
        with pytest.raises(SessionEnded):
            set_up.sessions.authenticate(session_id)
    set_up.sessions.authenticate(str(cast.employee.session_id))
    assert len(set_up.activities.list(cast.admin, "EMP004", "session.closed").items) == 2


def test_changing_may_leave_the_other_sessions_alone(set_up: Rollcall, cast: Cast) -> None:
    employee = set_up.directory.find("EMP004")
    assert employee is not None
    other = set_up.sessions.open(employee).session_id
    assert set_up.credentials.change(cast.employee, GOOD, "another good one", False) == 0
    set_up.sessions.authenticate(other)


def test_guessing_the_old_passphrase_in_a_session_is_slowed_down_and_locks_nobody_out(
    set_up: Rollcall, cast: Cast
) -> None:
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            set_up.credentials.change(cast.employee, "wrong", "another good one")
    with pytest.raises(TooManyAttempts):
        set_up.credentials.change(cast.employee, GOOD, "another good one")
    assert set_up.credentials.check("EMP004", GOOD, HERE).employee_id == "EMP004"


def test_program_cannot_change_a_passphrase(set_up: Rollcall, cast: Cast) -> None:
    program = replace(cast.employee, session_id=None, scopes=frozenset({"tasks.read"}))
    with pytest.raises(Forbidden):
        set_up.credentials.change(program, GOOD, "another good one")


def test_somebody_who_left_cannot_activate(set_up: Rollcall) -> None:
    code = _newcomer(set_up)
    employees = set_up.database.collection("employees")
    employees.update_one({"_id": "EMP010"}, {"$set": {"status": "left"}})
    with pytest.raises(InvalidCredentials):
        set_up.credentials.activate("EMP010", code, GOOD, HERE)


@pytest.mark.parametrize("passphrase", ["password1", "Nora likes horses", "nordwind for ever"])
def test_common_and_personal_passphrases_are_refused(
    settings: Settings, database: Database, clock: StandingClock, passphrase: str
) -> None:
    named = settings.model_copy(update={"company": "Nordwind GmbH"})
    roll = Rollcall(named, database, "pepper", clock)
    roll.migrate()
    code = _newcomer(roll)
    with pytest.raises(Invalid) as refused:
        roll.credentials.activate("EMP010", code, passphrase, HERE)
    assert list(refused.value.fields) == ["passphrase"]
