"""Credentials: an activation code once, then a passphrase; ten wrong tries and no more."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from rollcall import SYSTEM, Rollcall
from rollcall.errors import Invalid, InvalidCredentials, TooManyAttempts, Unauthenticated
from rollcall.people import NewEmployee
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
