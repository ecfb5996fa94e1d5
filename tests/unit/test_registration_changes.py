"""Changing what was just saved, and taking the change back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rollcall import Principal, Rollcall
from rollcall.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound
from rollcall.forms.draft import Event, Utterance
from rollcall.registration import Registration
from tests.cast import Cast
from tests.conftest import StandingClock

DATA = {
    "company_name": "Acme",
    "contact_name": "Jane Doe",
    "email": "jane@acme.com",
    "category": "goods",
}


@pytest.fixture
def made(roll: Rollcall, cast: Cast) -> Registration:
    """A supplier of EMP004's, just saved."""
    return roll.registrations.create(cast.employee, "supplier", DATA)


def _active(roll: Rollcall) -> list[dict[str, object]]:
    found = roll.database.collection("supplier_registration").find({"status": "active"})
    return [one["data"] for one in found]


def _kinds(roll: Rollcall, actor: Principal) -> list[str]:
    page = roll.activities.list(actor)
    return [one.kind for one in page.items if one.subject.type == "registration"][::-1]


def test_a_change_is_an_inverse_entry_and_a_new_one(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    data = {**made.data, "phone": "+1 202 555 0102"}
    after = roll.changes.replace(cast.employee, made.document_id, data, "change-1")
    assert after.replaces == made.document_id
    assert _active(roll) == [{**made.data, "phone": "+12025550102"}]
    assert _kinds(roll, cast.employee) == [
        "registration.created",
        "registration.undone",
        "registration.created",
    ]
    old = roll.registrations.get(cast.employee, made.document_id)
    assert (old.status, old.data) == ("undone", made.data)
    assert roll.dashboard.statistics(cast.employee)["totals"]["registrations"] == 1


def test_the_same_change_is_made_once(roll: Rollcall, cast: Cast, made: Registration) -> None:
    data = {**made.data, "category": "services"}

    def change(_: int) -> str:
        return roll.changes.replace(cast.employee, made.document_id, data, "change-1").document_id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(change, range(8)))) == 1
    assert len(_active(roll)) == 1


def test_a_change_keeps_its_own_unique_values_and_no_others(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    other = {**DATA, "company_name": "Beta", "email": "b@beta.com"}
    roll.registrations.create(cast.outsider, "supplier", other)
    with pytest.raises(Duplicate):
        roll.changes.replace(cast.employee, made.document_id, {**made.data, "email": "b@beta.com"})
    assert {one["company_name"] for one in _active(roll)} == {"Acme", "Beta"}
    after = roll.changes.replace(cast.employee, made.document_id, {**made.data, "category": "it"})
    assert after.data["category"] == "software"


def test_a_wrong_change_changes_nothing(roll: Rollcall, cast: Cast, made: Registration) -> None:
    with pytest.raises(Invalid):
        roll.changes.replace(cast.employee, made.document_id, {**made.data, "email": "x"})
    assert _active(roll) == [made.data]


def test_after_ten_minutes_it_stays(
    roll: Rollcall, cast: Cast, made: Registration, clock: StandingClock
) -> None:
    draft = roll.drafts.reopen(cast.employee, made.document_id)
    clock.forward(minutes=11)
    for attempt in (
        lambda: roll.drafts.reopen(cast.employee, made.document_id),
        lambda: roll.changes.replace(cast.employee, made.document_id, made.data),
        lambda: roll.drafts.respond(cast.employee, draft, Utterance("yes", "affirm")),
    ):
        with pytest.raises(Conflict, match="more than ten minutes"):
            attempt()
    assert _active(roll) == [made.data]
    assert roll.drafts.get(cast.employee, draft.draft_id) is None


def test_it_validates_ownership(roll: Rollcall, cast: Cast, made: Registration) -> None:
    with pytest.raises(NotFound):
        roll.changes.replace(cast.outsider, made.document_id, made.data)
    for part in ("admin", "manager"):
        with pytest.raises(Forbidden):
            roll.changes.replace(cast.everyone()[part], made.document_id, made.data)
        with pytest.raises(Forbidden):
            roll.drafts.reopen(cast.everyone()[part], made.document_id)
    assert _active(roll) == [made.data]


def test_what_was_taken_back_can_not_be_changed(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    roll.changes.undo(cast.employee, made.document_id)
    with pytest.raises(Conflict, match="taken back"):
        roll.drafts.reopen(cast.employee, made.document_id)


def test_it_is_reopened_as_a_summary_and_saved_in_place_of_the_old(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    draft = roll.drafts.reopen(cast.employee, made.document_id)
    said = Utterance("actually the phone is +1 202 555 0102", "correct")
    outcome = roll.drafts.respond(cast.employee, draft, said).outcome
    assert outcome.event is Event.SUMMARY
    assert _active(roll) == [made.data]
    saved = roll.drafts.respond(cast.employee, outcome.draft, Utterance("yes", "affirm")).saved
    assert isinstance(saved, Registration)
    assert saved.replaces == made.document_id
    assert _active(roll) == [{**made.data, "phone": "+12025550102"}]


def test_undo_of_a_change_brings_back_what_was_before(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    data = {**made.data, "category": "services"}
    roll.changes.replace(cast.employee, made.document_id, data)
    undone = roll.undo.undo(cast.employee)
    assert undone.restored is not None
    assert undone.restored.data == made.data
    assert _active(roll) == [made.data]


def test_another_undo_takes_the_registration_itself_back(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    data = {**made.data, "category": "services"}
    roll.changes.replace(cast.employee, made.document_id, data)
    roll.undo.undo(cast.employee)
    assert roll.undo.undo(cast.employee).restored is None
    assert _active(roll) == []
    with pytest.raises(NotFound):
        roll.undo.undo(cast.employee)


def test_two_changes_are_taken_back_one_after_the_other(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    first = roll.changes.replace(
        cast.employee, made.document_id, {**made.data, "category": "services"}
    )
    roll.changes.replace(cast.employee, first.document_id, {**first.data, "category": "software"})
    assert [one["category"] for one in _active(roll)] == ["software"]
    roll.undo.undo(cast.employee)
    assert [one["category"] for one in _active(roll)] == ["services"]
    roll.undo.undo(cast.employee)
    assert [one["category"] for one in _active(roll)] == ["goods"]
    roll.undo.undo(cast.employee)
    assert _active(roll) == []


def test_what_was_before_does_not_come_back_over_somebody_elses(
    roll: Rollcall, cast: Cast, made: Registration
) -> None:
    moved = {**made.data, "company_name": "Acme Two", "email": "two@acme.com"}
    roll.changes.replace(cast.employee, made.document_id, moved)
    roll.registrations.create(cast.outsider, "supplier", DATA)
    with pytest.raises(Conflict, match="registered meanwhile"):
        roll.undo.undo(cast.employee)
    assert {one["company_name"] for one in _active(roll)} == {"Acme", "Acme Two"}


def test_people_are_shown_by_name_and_choices_by_label(roll: Rollcall, cast: Cast) -> None:
    data = {"course": "Fire Safety", "participant": "EMP004", "date": "2026-03-09",
            "format": "on_site", "cost": "250 EUR"}  # fmt: skip
    made = roll.registrations.create(cast.manager, "training", data)
    [shown] = roll.registrations.described(cast.employee, [made])
    assert shown["title"] == "Fire Safety"
    assert {one["label"]: one["value"] for one in shown["details"]} == {
        "Participant": "Erika Musterfrau (EMP004)",
        "Date": "Monday, 9 March 2026",
        "Format": "On site",
        "Cost": "250.00 EUR",
    }
    assert shown["data"]["participant"] == "EMP004"
