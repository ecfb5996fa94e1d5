"""Registrations: what the catalogue describes, saved once, taken back within ten minutes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rollcall import Principal, Rollcall
from rollcall.errors import (
    Conflict,
    Duplicate,
    Forbidden,
    Invalid,
    NotFound,
    RollcallError,
    Unauthenticated,
)
from tests.cast import Cast
from tests.conftest import StandingClock

ACME: dict[str, Any] = {
    "company_name": "Acme Ltd",
    "contact_name": "Jane Doe",
    "email": "jane@acme.com",
    "phone": "+44 20 7946 0018",
    "category": "Goods",
}
USER = {
    "full_name": "Nora New",
    "email": "nora@example.com",
    "department": "Sales",
    "access_level": "read only",
}


def _count(roll: Rollcall, collection: str = "supplier_registration") -> int:
    return roll.database.collection(collection).count_documents({})


def test_it_is_kept_with_the_fields_of_the_seed(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    [kept] = roll.database.collection("supplier_registration").find()
    assert str(kept.pop("_id")) == made.document_id
    assert kept.pop("unique_keys") == ["company_name:acme ltd", "email:jane acme com"]
    assert kept == {
        "registration_type": "supplier_registration",
        "employee_id": "EMP004",
        "session_id": cast.employee.session_id,
        "data": {
            "company_name": "Acme Ltd",
            "contact_name": "Jane Doe",
            "email": "jane@acme.com",
            "phone": "+442079460018",
            "category": "goods",
        },
        "timestamp": clock(),
        "status": "active",
    }


def test_it_is_on_record_without_its_data(roll: Rollcall, cast: Cast) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    [activity] = roll.activities.list(cast.employee, kind="registration.created").items
    assert activity.subject.id == made.document_id
    assert activity.text == "Erika Musterfrau registered a new supplier"
    assert "acme" not in str(activity.data).lower()


def test_optional_fields_may_be_left_out(roll: Rollcall, cast: Cast) -> None:
    data = {**ACME, "phone": ""}
    assert "phone" not in roll.registrations.create(cast.employee, "supplier", data).data


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({}, {"company_name", "contact_name", "email", "category"}),
        ({**ACME, "email": "not an address"}, {"email"}),
        ({**ACME, "email": "x@", "category": "zebra"}, {"email", "category"}),
        ({**ACME, "shoe_size": "44"}, {"shoe_size"}),
        ({**ACME, "company_name": None}, {"company_name"}),
        ({**ACME, "company_name": "x" * 121}, {"company_name"}),
        ({**ACME, "company_name": "\x00\x07 \n"}, {"company_name"}),
        ({**ACME, "company_name": {"$ne": ""}}, {"company_name"}),
        ({**ACME, "email": {"$gt": ""}}, {"email"}),
        ({**ACME, "company_name": {"amount": {"$gt": 1}, "currency": "USD"}}, {"company_name"}),
        ({**ACME, "company_name": ["Acme"]}, {"company_name"}),
        ({**ACME, "$where": "sleep(1000)"}, {"$where"}),
        ({**ACME, "data.email": "x@y.com"}, {"data.email"}),
    ],
)
def test_every_wrong_field_is_named_and_nothing_is_kept(
    roll: Rollcall, cast: Cast, data: dict[str, Any], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        roll.registrations.create(cast.employee, "supplier", data)
    assert set(refused.value.fields) == wrong
    assert _count(roll) == 0
    assert roll.activities.list(cast.employee, kind="registration.created").items == []


@pytest.mark.parametrize(
    "value",
    [{"amount": {"$gt": 1}, "currency": "USD"}, {"amount": 5}, {"$gt": 1}, "9" * 400 + " USD"],
)
def test_money_is_an_amount_or_refused(roll: Rollcall, cast: Cast, value: Any) -> None:
    laptop = {"item": "Laptop", "serial_number": "SN-1", "value": value}
    with pytest.raises(Invalid) as refused:
        roll.registrations.create(cast.employee, "equipment", laptop)
    assert list(refused.value.fields) == ["value"]


def test_money_that_was_read_before_is_taken(roll: Rollcall, cast: Cast) -> None:
    value = {"amount": "1200.50", "currency": "EUR"}
    laptop = {"item": "Laptop", "serial_number": "SN-1", "value": value}
    assert roll.registrations.create(cast.employee, "equipment", laptop).data["value"] == value


def test_answers_of_endless_length_are_refused_at_once(roll: Rollcall, cast: Cast) -> None:
    endless = dict.fromkeys(ACME, "a" * 900_000)
    with pytest.raises(Invalid) as refused:
        roll.registrations.create(cast.employee, "supplier", endless)
    assert set(refused.value.fields) == set(ACME)


def test_one_key_gives_one_receipt(roll: Rollcall, cast: Cast) -> None:
    first = roll.registrations.create(cast.employee, "supplier", ACME, "key-1")
    assert roll.registrations.create(cast.employee, "supplier", ACME, "key-1") == first
    assert _count(roll) == 1


def test_sixteen_at_once_with_one_key_are_one_document(roll: Rollcall, cast: Cast) -> None:
    def create(_: int) -> str:
        return roll.registrations.create(cast.employee, "supplier", ACME, "key-1").document_id

    with ThreadPoolExecutor(16) as threads:
        receipts = set(threads.map(create, range(16)))
    assert len(receipts) == 1
    assert _count(roll) == 1
    assert len(roll.activities.list(cast.employee, kind="registration.created").items) == 1


def test_sixteen_at_once_with_the_same_company_are_one_document(roll: Rollcall, cast: Cast) -> None:
    def create(number: int) -> bool:
        try:
            roll.registrations.create(cast.employee, "supplier", ACME, f"key-{number}")
        except Duplicate:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(create, range(16))) == 1
    assert _count(roll) == 1


def test_keys_of_two_people_do_not_meet(roll: Rollcall, cast: Cast) -> None:
    other = {**ACME, "company_name": "Other", "email": "other@example.com"}
    first = roll.registrations.create(cast.employee, "supplier", ACME, "key-1")
    second = roll.registrations.create(cast.manager, "supplier", other, "key-1")
    assert first.document_id != second.document_id


def test_a_key_stands_for_one_kind_of_change(roll: Rollcall, cast: Cast) -> None:
    roll.registrations.create(cast.manager, "supplier", ACME, "key-1")
    made = roll.registrations.create(cast.manager, "user", USER, "key-2")
    with pytest.raises(Conflict, match="key"):
        roll.changes.undo(cast.manager, made.document_id, "key-1")


@pytest.mark.parametrize("name", ["Acme Ltd", "ACME LTD", "  acme   ltd. ", "Acme-Ltd"], ids=repr)
def test_duplicate_is_refused_however_it_is_written(roll: Rollcall, cast: Cast, name: str) -> None:
    roll.registrations.create(cast.employee, "supplier", ACME)
    again = {**ACME, "company_name": name, "email": "new@example.com"}
    with pytest.raises(Duplicate) as refused:
        roll.registrations.create(cast.outsider, "supplier", again)
    assert refused.value.fields == {"company_name": "already registered"}
    assert refused.value.message == "A supplier with this company name is already registered."


def test_duplicate_names_the_field_that_is_taken(roll: Rollcall, cast: Cast) -> None:
    roll.registrations.create(cast.employee, "supplier", ACME)
    with pytest.raises(Duplicate) as refused:
        roll.registrations.create(cast.employee, "supplier", {**ACME, "company_name": "Other"})
    assert list(refused.value.fields) == ["email"]


def test_the_same_value_in_another_type_is_no_duplicate(roll: Rollcall, cast: Cast) -> None:
    roll.registrations.create(cast.manager, "supplier", {**ACME, "email": USER["email"]})
    roll.registrations.create(cast.manager, "user", USER)


@pytest.mark.parametrize(
    ("part", "may"),
    [("admin", True), ("manager", True), ("faculty", False), ("employee", False)],
)
def test_type_says_who_may_register(roll: Rollcall, cast: Cast, part: str, may: bool) -> None:
    actor = cast.everyone()[part]
    assert ("user" in {one.name for one in roll.registrations.types(actor)}) is may
    if may:
        assert roll.registrations.create(actor, "user", USER).status == "active"
    else:
        with pytest.raises(Forbidden, match="Ask your manager"):
            roll.registrations.create(actor, "user", USER)


def test_guest_registers_and_reads_nothing(roll: Rollcall, cast: Cast) -> None:
    for call in (
        lambda: roll.registrations.types(cast.guest),
        lambda: roll.registrations.create(cast.guest, "supplier", ACME),
        lambda: roll.registrations.list(cast.guest),
        lambda: roll.registrations.get(cast.guest, "0" * 24),
        lambda: roll.changes.undo(cast.guest, "0" * 24),
    ):
        with pytest.raises(Unauthenticated):
            call()


@pytest.mark.parametrize("name", ["zebra", "", "supplier_registration", "../supplier", "$ne"])
def test_unknown_type_is_not_found(roll: Rollcall, cast: Cast, name: str) -> None:
    with pytest.raises(NotFound):
        roll.registrations.create(cast.employee, name, ACME)
    with pytest.raises(NotFound):
        roll.registrations.list(cast.employee, type_name=name)


def test_employee_fields_name_only_people_the_actor_may_see(roll: Rollcall, cast: Cast) -> None:
    training = {"course": "First aid", "participant": "EMP005", "date": "2026-04-01",
                "format": "online"}  # fmt: skip
    with pytest.raises(Invalid) as refused:
        roll.registrations.create(cast.manager, "training", training)
    assert list(refused.value.fields) == ["participant"]
    training["participant"] = "Erika"
    made = roll.registrations.create(cast.manager, "training", training)
    assert made.data["participant"] == "EMP004"


def test_undo_takes_it_back_and_keeps_the_document(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    clock.forward(minutes=10)
    assert roll.changes.undo(cast.employee, made.document_id).undone.status == "undone"
    assert _count(roll) == 1
    [activity] = roll.activities.list(cast.employee, kind="registration.undone").items
    assert activity.text == "Erika Musterfrau took back the registration of a supplier"
    assert roll.registrations.create(cast.employee, "supplier", ACME).status == "active"


def test_undo_after_ten_minutes_is_too_late(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    clock.forward(minutes=10, seconds=1)
    with pytest.raises(Conflict, match="ten minutes"):
        roll.changes.undo(cast.employee, made.document_id)


def test_undoing_twice_is_a_conflict(roll: Rollcall, cast: Cast) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    roll.changes.undo(cast.employee, made.document_id)
    with pytest.raises(Conflict, match="already taken back"):
        roll.changes.undo(cast.employee, made.document_id)


def test_undoing_again_with_the_same_key_answers_the_first_result(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    first = roll.changes.undo(cast.employee, made.document_id, "undo-1").undone
    clock.forward(hours=1)
    assert roll.changes.undo(cast.employee, made.document_id, "undo-1").undone == first


def test_eight_undoing_at_once_take_it_back_once(roll: Rollcall, cast: Cast) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)

    def undo(_: int) -> bool:
        try:
            roll.changes.undo(cast.employee, made.document_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(undo, range(8))) == 1
    assert len(roll.activities.list(cast.employee, kind="registration.undone").items) == 1


@pytest.mark.parametrize(
    ("part", "error"),
    [("admin", Forbidden), ("manager", Forbidden), ("faculty", NotFound), ("outsider", NotFound)],
)
def test_only_who_registered_takes_it_back(
    roll: Rollcall, cast: Cast, part: str, error: type[RollcallError]
) -> None:
    made = roll.registrations.create(cast.employee, "supplier", ACME)
    with pytest.raises(error):
        roll.changes.undo(cast.everyone()[part], made.document_id)
    assert roll.registrations.get(cast.employee, made.document_id).status == "active"


SEES = {
    "admin": {"manager", "faculty", "employee", "outsider"},
    "manager": {"manager", "employee"},
    "faculty": {"faculty"},
    "employee": {"employee"},
    "outsider": {"outsider"},
}


@pytest.mark.parametrize("part", SEES)
def test_it_validates_ownership(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    actor = everyone[part]
    for owner in sorted(SEES["admin"]):
        data = {**ACME, "company_name": owner, "email": f"{owner}@example.com"}
        made = roll.registrations.create(everyone[owner], "supplier", data)
        if owner in SEES[part]:
            assert roll.registrations.get(actor, made.document_id) == made
        else:
            with pytest.raises(NotFound):
                roll.registrations.get(actor, made.document_id)
    for page in (
        roll.registrations.list(actor, limit=200),
        roll.registrations.list(actor, type_name="supplier", limit=200),
    ):
        assert {one.data["company_name"] for one in page.items} == SEES[part]


@pytest.mark.parametrize("document_id", ["", "x", "0" * 24, "{'$ne': 1}", "\x00", "ä" * 12])
def test_unknown_id_is_not_found(roll: Rollcall, cast: Cast, document_id: str) -> None:
    with pytest.raises(NotFound):
        roll.registrations.get(cast.admin, document_id)


def _several(roll: Rollcall, actor: Principal, clock: StandingClock) -> list[str]:
    made = []
    for number in range(7):
        data = {**ACME, "company_name": f"Company {number}", "email": f"c{number}@example.com"}
        made.append(roll.registrations.create(actor, "supplier", data).document_id)
        clock.forward(seconds=number % 2)
    return made[::-1]


@pytest.mark.parametrize("type_name", [None, "supplier"])
def test_pages_have_everything_once_newest_first(
    roll: Rollcall, cast: Cast, clock: StandingClock, type_name: str | None
) -> None:
    made = _several(roll, cast.employee, clock)
    seen: list[str] = []
    after = None
    while True:
        page = roll.registrations.list(cast.employee, None, type_name, 3, after)
        seen += [one.document_id for one in page.items]
        if page.next is None:
            break
        after = page.next
    assert seen == made
