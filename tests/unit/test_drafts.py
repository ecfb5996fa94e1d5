"""Drafts: a form survives sign-out and another device, and is saved exactly once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rollcall import Principal, Rollcall, Settings
from rollcall.errors import Forbidden, NotFound, Unauthenticated
from rollcall.forms.draft import Draft, Event, Utterance
from rollcall.forms.drafts import Saved
from rollcall.operation.worker import jobs_of
from rollcall.registration import Registration
from rollcall.tasks import Task
from tests.cast import Cast
from tests.conftest import StandingClock

OPENING = "register supplier Acme Ltd, contact: Jane Doe, jane@acme.com"


def _say(roll: Rollcall, actor: Principal, draft: Draft, text: str, intent: str = "x") -> Saved:
    return roll.drafts.respond(actor, draft, Utterance(text, intent))


def _at_summary(roll: Rollcall, actor: Principal) -> Draft:
    outcome = roll.drafts.begin_registration(actor, "supplier", OPENING)
    while outcome.draft.asking in {"phone", "category"}:
        text = {"phone": "+1 202 555 0102", "category": "goods"}[outcome.draft.asking]
        outcome = _say(roll, actor, outcome.draft, text).outcome
    assert outcome.event is Event.SUMMARY
    return outcome.draft


def test_confirming_saves_the_registration(roll: Rollcall, cast: Cast) -> None:
    done = _say(roll, cast.employee, _at_summary(roll, cast.employee), "yes", "affirm")
    assert done.outcome.event is Event.CONFIRMED
    assert isinstance(done.saved, Registration)
    assert done.saved.data["company_name"] == "Acme Ltd"
    assert roll.drafts.list(cast.employee) == []


def test_confirming_twice_saves_once(roll: Rollcall, cast: Cast) -> None:
    draft = _at_summary(roll, cast.employee)

    def confirm(_: int) -> str:
        saved = _say(roll, cast.employee, draft, "yes", "affirm").saved
        assert isinstance(saved, Registration)
        return saved.document_id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(confirm, range(8)))) == 1
    assert len(roll.registrations.list(cast.employee).items) == 1


def test_value_that_was_taken_meanwhile_is_asked_again_and_nothing_lost(
    roll: Rollcall, cast: Cast
) -> None:
    mine = _at_summary(roll, cast.employee)
    theirs = _at_summary(roll, cast.outsider)
    _say(roll, cast.outsider, theirs, "yes", "affirm")
    refused = _say(roll, cast.employee, mine, "yes", "affirm")
    assert refused.saved is None
    assert refused.outcome.draft.asking == "company_name"
    assert refused.outcome.problem is not None
    draft = _say(roll, cast.employee, refused.outcome.draft, "Acme Two").outcome.draft
    assert draft.answers["contact_name"] == "Jane Doe"


def test_it_goes_on_in_another_session(roll: Rollcall, cast: Cast) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    employee = roll.directory.find("EMP004")
    assert employee is not None
    session = roll.sessions.open(employee)
    tomorrow = roll.sessions.authenticate(session.session_id)
    resumed = roll.drafts.resume(tomorrow, None)
    assert resumed.draft == draft
    assert resumed.event is Event.QUESTION


def test_beginning_another_parks_the_first(roll: Rollcall, cast: Cast) -> None:
    first = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    second = roll.drafts.begin_registration(cast.employee, "visitor", "visitor Ann Lee").draft
    states = {one.draft_id: one.state for one in roll.drafts.list(cast.employee)}
    assert states == {first.draft_id: "parked", second.draft_id: "open"}
    assert roll.drafts.resume(cast.employee, "supplier").draft.answers == first.answers


def test_nothing_to_resume_says_so(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(NotFound, match="no unfinished form"):
        roll.drafts.resume(cast.employee, None)


def test_cancelled_draft_is_gone(roll: Rollcall, cast: Cast) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    _say(roll, cast.employee, draft, "cancel", "cancel")
    assert roll.drafts.get(cast.employee, draft.draft_id) is None
    assert roll.drafts.list(cast.employee) == []


def test_it_validates_ownership(roll: Rollcall, cast: Cast) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    for part in ("admin", "manager", "faculty", "outsider", "guest"):
        assert roll.drafts.get(cast.everyone()[part], draft.draft_id) is None
    assert roll.drafts.get(cast.employee, draft.draft_id) == draft


@pytest.mark.parametrize("draft_id", [None, "", "x", "0" * 24, "{'$ne': 1}"])
def test_unknown_draft_is_none(roll: Rollcall, cast: Cast, draft_id: str | None) -> None:
    assert roll.drafts.get(cast.employee, draft_id) is None


def test_guest_has_no_drafts(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Unauthenticated):
        roll.drafts.list(cast.guest)
    with pytest.raises(Unauthenticated):
        roll.drafts.begin_registration(cast.guest, "supplier", OPENING)
    with pytest.raises(Unauthenticated):
        roll.drafts.begin_task(cast.guest, {})


def test_type_says_who_may_begin(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        roll.drafts.begin_registration(cast.employee, "user", "")


def test_confirmed_task_is_assigned(roll: Rollcall, cast: Cast) -> None:
    known = {"title": "Order chairs", "assignee": "EMP004"}
    draft = roll.drafts.begin_task(cast.manager, known).draft
    assert draft.asking == "priority"
    draft = _say(roll, cast.manager, draft, "high").outcome.draft
    draft = _say(roll, cast.manager, draft, "skip", "skip").outcome.draft
    saved = _say(roll, cast.manager, draft, "yes", "affirm").saved
    assert isinstance(saved, Task)
    assert (saved.employee_id, saved.priority, saved.due_date) == ("EMP004", "high", None)


def _stored(roll: Rollcall) -> int:
    return roll.database.collection("drafts").count_documents({})


def _kinds(roll: Rollcall, actor: Principal) -> list[str]:
    return [one.kind for one in roll.activities.list(actor).items]


def test_a_form_left_without_any_answer_leaves_no_draft(roll: Rollcall, cast: Cast) -> None:
    for name in ("supplier", "visitor", "training"):
        roll.drafts.begin_registration(cast.employee, name, "")
    assert roll.drafts.list(cast.employee) == []
    assert _stored(roll) == 1  # The one that is in front now.
    with pytest.raises(NotFound):
        roll.drafts.resume(cast.employee)


def test_parking_a_form_without_any_answer_keeps_nothing(roll: Rollcall, cast: Cast) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", "").draft
    outcome = _say(roll, cast.employee, draft, "later", "park").outcome
    assert outcome.event is Event.CANCELLED
    assert roll.drafts.list(cast.employee) == []


def test_cancelled_draft_comes_back_within_ten_minutes(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    _say(roll, cast.employee, draft, "cancel", "cancel")
    clock.forward(minutes=9)
    assert roll.drafts.cancelled(cast.employee) is not None
    assert roll.drafts.cancelled(cast.outsider) is None
    back = roll.drafts.resume(cast.employee, "supplier")
    assert back.draft.answers == draft.answers
    assert back.draft.asking == draft.asking
    assert [one.state for one in roll.drafts.list(cast.employee)] == ["open"]


def test_cancelled_draft_is_gone_after_ten_minutes(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    _say(roll, cast.employee, draft, "cancel", "cancel")
    clock.forward(minutes=11)
    assert roll.drafts.cancelled(cast.employee) is None
    with pytest.raises(NotFound):
        roll.drafts.resume(cast.employee, "supplier")


def test_what_waits_goes_before_what_was_cancelled(roll: Rollcall, cast: Cast) -> None:
    parked = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    _say(roll, cast.employee, parked, "later", "park")
    other = roll.drafts.begin_registration(cast.employee, "supplier", "supplier Beta").draft
    _say(roll, cast.employee, other, "cancel", "cancel")
    assert roll.drafts.resume(cast.employee, "supplier").draft.draft_id == parked.draft_id
    assert roll.drafts.resume(cast.employee, draft_id=other.draft_id).draft.answers == other.answers


def test_deleting_drafts_is_on_record_once(roll: Rollcall, cast: Cast) -> None:
    roll.drafts.begin_registration(cast.employee, "supplier", OPENING)
    roll.drafts.begin_registration(cast.employee, "visitor", "visitor Ann Lee")
    drafts = roll.drafts.list(cast.employee)
    for _ in range(2):
        assert roll.drafts.delete(cast.employee, drafts, "delete-1") == 2
    assert _stored(roll) == 0
    assert _kinds(roll, cast.employee).count("draft.deleted") == 2
    texts = {one.text for one in roll.activities.list(cast.employee, kind="draft.deleted").items}
    assert texts == {
        "Erika Musterfrau deleted a draft (supplier)",
        "Erika Musterfrau deleted a draft (visitor)",
    }


def test_only_the_owner_deletes(roll: Rollcall, cast: Cast) -> None:
    roll.drafts.begin_registration(cast.employee, "supplier", OPENING)
    drafts = roll.drafts.list(cast.employee)
    for part in ("admin", "manager", "outsider"):
        with pytest.raises(NotFound):
            roll.drafts.delete(cast.everyone()[part], drafts)
    with pytest.raises(Unauthenticated):
        roll.drafts.delete(cast.guest, drafts)
    assert len(roll.drafts.list(cast.employee)) == 1


def test_drafts_expire_after_their_days_and_it_is_on_record(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    roll.drafts.begin_registration(cast.employee, "supplier", OPENING)
    clock.forward(days=20)
    roll.drafts.begin_registration(cast.employee, "visitor", "visitor Ann Lee")
    clock.forward(days=10, seconds=1)
    assert roll.drafts.expire(30) == 1
    assert [one.type for one in roll.drafts.list(cast.employee)] == ["visitor"]
    [expired] = roll.activities.list(cast.employee, kind="draft.expired").items
    assert expired.text == "Rollcall deleted a draft that nobody had touched for long (supplier)"
    assert roll.drafts.expire(30) == 0


def test_what_is_done_with_is_cleared_away(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    _say(roll, cast.employee, _at_summary(roll, cast.employee), "yes", "affirm")
    draft = roll.drafts.begin_registration(cast.employee, "visitor", "visitor Ann Lee").draft
    _say(roll, cast.employee, draft, "cancel", "cancel")
    clock.forward(hours=23)
    roll.drafts.expire(30)
    assert _stored(roll) == 2
    clock.forward(hours=2)
    assert roll.drafts.expire(30) == 0
    assert _stored(roll) == 0


def test_the_worker_expires_drafts_as_the_setting_says(roll: Rollcall) -> None:
    [job] = [one for one in jobs_of(roll) if one.name == "expire drafts"]
    assert job.run() == 0
    assert Settings(draft_days=7).draft_days == 7


def test_a_turn_that_is_played_again_answers_the_form_as_it_stood(
    roll: Rollcall, cast: Cast
) -> None:
    begun = roll.drafts.begin_registration(cast.employee, "supplier", OPENING).draft
    assert begun.asking == "phone"

    def answer() -> Draft:
        draft = roll.drafts.get(cast.employee, begun.draft_id, "turn 2")
        assert draft is not None
        said = Utterance("+1 202 555 0102", "nlu_fallback", turn_id="turn 2")
        return roll.drafts.respond(cast.employee, draft, said).outcome.draft

    assert answer().asking == answer().asking == "category"
    kept = roll.drafts.get(cast.employee, begun.draft_id, "turn 3")
    assert kept is not None
    assert (kept.asking, kept.answers["phone"]) == ("category", "+12025550102")


def test_a_confirmation_that_is_played_again_answers_the_first_receipt(
    roll: Rollcall, cast: Cast
) -> None:
    ready = _at_summary(roll, cast.employee)

    def confirm() -> Saved:
        draft = roll.drafts.get(cast.employee, ready.draft_id, "turn 9")
        assert draft is not None
        said = Utterance("yes", "affirm", turn_id="turn 9")
        return roll.drafts.respond(cast.employee, draft, said)

    first, again = confirm(), confirm()
    assert isinstance(first.saved, Registration)
    assert isinstance(again.saved, Registration)
    assert first.saved.document_id == again.saved.document_id
    assert roll.drafts.get(cast.employee, ready.draft_id, "turn 10") is None
    assert len(roll.registrations.list(cast.employee).items) == 1


def test_a_turn_that_is_played_again_begins_the_same_form(roll: Rollcall, cast: Cast) -> None:
    begun = [
        roll.drafts.begin_registration(cast.employee, "supplier", OPENING, turn).draft.draft_id
        for turn in ("turn 1", "turn 1", "turn 2")
    ]
    assert begun[0] == begun[1] != begun[2]
    theirs = roll.drafts.begin_registration(cast.outsider, "supplier", OPENING, "turn 1")
    assert theirs.draft.draft_id != begun[0]
    assert len(roll.drafts.list(cast.employee)) == 2
