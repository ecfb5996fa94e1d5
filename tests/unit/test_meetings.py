"""Meetings: who may set them up, find, see, change and end them."""

from datetime import timedelta

import pytest

from rollcall import Rollcall
from rollcall.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound, Unauthenticated
from rollcall.meetings import Arrival, MeetingChange, NewMeeting
from rollcall.meetings.codes import read_code
from tests.cast import Cast
from tests.conftest import StandingClock

SIGNED_IN = ["admin", "manager", "faculty", "employee", "outsider"]


def test_a_meeting_without_a_time_is_live_and_has_its_host_on_the_list(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = roll.meetings.create(cast.employee, NewMeeting("  Quick   chat "))
    assert (meeting.title, meeting.kind, meeting.status) == ("Quick chat", "ad_hoc", "live")
    assert meeting.started_at == clock()
    assert meeting.code == read_code(str(meeting.code))
    [entry] = roll.activities.list(cast.admin, kind="meeting.created").items
    assert entry.text == "Erika Musterfrau set up “Quick chat”"
    assert roll.meetings.list(cast.employee).items == [meeting]


def test_a_meeting_with_a_time_is_scheduled_and_invited_people_have_it(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    begins = clock() + timedelta(days=4)
    new = NewMeeting("Retro", begins, begins + timedelta(hours=1), invited=("EMP004",))
    meeting = roll.meetings.create(cast.manager, new)
    assert (meeting.kind, meeting.status) == ("scheduled", "scheduled")
    assert [one.title for one in roll.meetings.list(cast.employee, "scheduled").items] == ["Retro"]
    assert roll.meetings.list(cast.outsider).items == []
    assert roll.meetings.of_day(cast.employee, begins, begins + timedelta(days=1)) == [meeting]
    assert roll.meetings.of_day(cast.employee, clock(), begins) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"starts_at": -60}, "starts_at"),
        ({"starts_at": 60, "ends_at": 60}, "ends_at"),
        ({"starts_at": 60, "ends_at": 30}, "ends_at"),
        ({"starts_at": 60, "ends_at": 60 + 25 * 60}, "ends_at"),
        ({"external_id": "12 34"}, "external_id"),
        ({"external_id": "x" * 10}, "external_id"),
    ],
)
def test_what_can_not_be_is_refused_with_its_field(
    roll: Rollcall, cast: Cast, clock: StandingClock, change: dict[str, object], field: str
) -> None:
    values = {
        name: clock() + timedelta(minutes=value) if isinstance(value, int) else value
        for name, value in change.items()
    }
    with pytest.raises(Invalid) as refused:
        roll.meetings.create(cast.manager, NewMeeting(**{"title": "Retro", **values}))  # type: ignore[arg-type]
    assert field in refused.value.fields
    assert roll.database.collection("meetings").count_documents({}) == 0


def test_guests_set_nothing_up(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Unauthenticated):
        roll.meetings.create(cast.guest, NewMeeting("Retro"))


def test_only_people_one_may_know_of_are_invited(roll: Rollcall, cast: Cast) -> None:
    messages = set()
    for invited in ("EMP005", "EMP777"):
        with pytest.raises(NotFound) as refused:
            roll.meetings.create(cast.manager, NewMeeting("Retro", invited=(invited,)))
        messages.add(refused.value.message.replace(invited, "…"))
    assert len(messages) == 1
    assert roll.database.collection("meetings").count_documents({}) == 0


def test_repeated_key_answers_the_first_meeting(roll: Rollcall, cast: Cast) -> None:
    first = roll.meetings.create(cast.employee, NewMeeting("Retro"), "k1")
    again = roll.meetings.create(cast.employee, NewMeeting("Retro"), "k1")
    assert again.meeting_id == first.meeting_id
    assert roll.database.collection("meetings").count_documents({}) == 1


def test_who_sees_a_meeting(roll: Rollcall, cast: Cast) -> None:
    meeting = roll.meetings.create(cast.employee, NewMeeting("Retro"))
    sees = set()
    for part in SIGNED_IN:
        try:
            roll.meetings.get(getattr(cast, part), meeting.meeting_id)
            sees.add(part)
        except NotFound:
            pass
    assert sees == {"admin", "manager", "employee"}
    with pytest.raises(Unauthenticated):
        roll.meetings.get(cast.guest, meeting.meeting_id)


def test_the_code_opens_a_meeting_to_everybody_signed_in(roll: Rollcall, cast: Cast) -> None:
    meeting = roll.meetings.create(cast.employee, NewMeeting("Retro"))
    code = str(meeting.code)
    assert roll.meetings.by_code(cast.outsider, f"{code[:3]}-{code[3:].lower()}") == meeting
    with pytest.raises(NotFound):
        roll.meetings.by_code(cast.outsider, "BCDF23")
    with pytest.raises(NotFound):
        roll.meetings.by_code(cast.outsider, meeting.meeting_id)
    with pytest.raises(Unauthenticated):
        roll.meetings.by_code(cast.guest, code)


def test_a_renewed_code_replaces_the_one_before(roll: Rollcall, cast: Cast) -> None:
    before = roll.meetings.create(cast.employee, NewMeeting("Retro"))
    after = roll.meetings.renew_code(cast.employee, before.meeting_id)
    assert after.code != before.code
    with pytest.raises(NotFound, match="renewed"):
        roll.meetings.by_code(cast.outsider, str(before.code))
    assert roll.meetings.by_code(cast.outsider, str(after.code)).meeting_id == before.meeting_id


HOST_ONLY = ["renew_code", "cancel", "start", "end", "rotating_code", "invite", "waiting",
             "change"]  # fmt: skip


@pytest.mark.parametrize("act", HOST_ONLY)
def test_only_the_host_and_admins_run_a_meeting(
    roll: Rollcall, cast: Cast, clock: StandingClock, act: str
) -> None:
    new = NewMeeting("Retro", clock() + timedelta(hours=1), rotating=True, invited=("EMP004",))
    meeting = roll.meetings.create(cast.manager, new)
    calls = {
        "end": roll.hosting.end,
        "waiting": roll.hosting.waiting,
        "invite": lambda actor, reference: roll.meetings.invite(actor, reference, []),
        "change": lambda actor, reference: roll.meetings.change(
            actor, reference, MeetingChange("Other")
        ),
    }
    call = calls.get(act) or getattr(roll.meetings, act)
    with pytest.raises(Forbidden):
        call(cast.employee, meeting.meeting_id)
    for part in ("faculty", "outsider"):
        with pytest.raises(NotFound):
            call(getattr(cast, part), meeting.meeting_id)
    with pytest.raises(Unauthenticated):
        call(cast.guest, meeting.meeting_id)
    call(cast.admin, meeting.meeting_id)


MOVES = [
    # before, move, after (None: refused)
    ("scheduled", "start", "live"),
    ("live", "start", None),
    ("completed", "start", None),
    ("cancelled", "start", None),
    ("scheduled", "cancel", "cancelled"),
    ("live", "cancel", None),
    ("completed", "cancel", None),
    ("scheduled", "end", "completed"),
    ("live", "end", "completed"),
    ("completed", "end", None),
    ("cancelled", "end", None),
    ("completed", "renew_code", None),
    ("cancelled", "invite", None),
]


@pytest.mark.parametrize(("before", "move", "after"), MOVES)
def test_states(
    roll: Rollcall, cast: Cast, clock: StandingClock, before: str, move: str, after: str | None
) -> None:
    new = NewMeeting("Retro", clock() + timedelta(hours=1))
    identity = roll.meetings.create(cast.manager, new).meeting_id
    roll.database.collection("meetings").update_one({}, {"$set": {"status": before}})
    moves = {
        "start": lambda: roll.meetings.start(cast.manager, identity),
        "cancel": lambda: roll.meetings.cancel(cast.manager, identity),
        "end": lambda: roll.hosting.end(cast.manager, identity),
        "renew_code": lambda: roll.meetings.renew_code(cast.manager, identity),
        "invite": lambda: roll.meetings.invite(cast.manager, identity, ["EMP004"]),
    }
    if after is None:
        with pytest.raises(Conflict, match="“Retro” is"):
            moves[move]()
        after = before
    else:
        moves[move]()
    assert roll.meetings.get(cast.manager, identity).status == after


def test_all_see_all_that_their_role_covers(roll: Rollcall, cast: Cast) -> None:
    for part in SIGNED_IN:
        roll.meetings.create(getattr(cast, part), NewMeeting(part))

    def seen(part: str) -> set[str]:
        page = roll.meetings.list(getattr(cast, part), everybodys=True)
        return {one.title for one in page.items}

    assert seen("admin") == set(SIGNED_IN)
    assert seen("manager") == {"manager", "employee"}
    assert seen("employee") == {"employee"}


def test_lists_are_paged_also_when_most_are_filtered_away(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    for number in range(12):
        meeting = roll.meetings.create(cast.employee, NewMeeting(f"n{number}"))
        clock.forward(minutes=1)
        if number % 4:
            roll.hosting.end(cast.employee, meeting.meeting_id)
    titles: list[str] = []
    after = None
    while True:
        page = roll.meetings.list(cast.employee, "live", limit=2, after=after)
        titles += [one.title for one in page.items]
        after = page.next
        if after is None:
            break
    assert titles == ["n8", "n4", "n0"]


# Zoom ---------------------------------------------------------------------------------------


def test_a_zoom_meeting_is_found_by_its_number_however_it_is_written(
    roll: Rollcall, cast: Cast
) -> None:
    new = NewMeeting("All hands", external_id="123 456 789")
    meeting = roll.meetings.create(cast.manager, new)
    assert (meeting.kind, meeting.provider, meeting.public_id) == ("external", "zoom", "123456789")
    for written in ("123456789", "123 456 789", "123-456-789"):
        assert roll.meetings.get(cast.manager, written) == meeting


def test_two_open_meetings_can_not_have_one_number(roll: Rollcall, cast: Cast) -> None:
    first = roll.meetings.create(cast.manager, NewMeeting("All hands", external_id="123456789"))
    with pytest.raises(Duplicate, match="123456789"):
        roll.meetings.create(cast.faculty, NewMeeting("Mine", external_id="123456789"))
    roll.hosting.end(cast.manager, first.meeting_id)
    second = roll.meetings.create(cast.faculty, NewMeeting("Mine", external_id="123456789"))
    assert roll.meetings.get(cast.admin, "123456789") == second


def test_employees_can_not_claim_a_zoom_meeting(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        roll.meetings.create(cast.employee, NewMeeting("Mine now", external_id="123456789"))


def test_who_sets_up_a_number_that_others_joined_already_becomes_its_host(
    roll: Rollcall, cast: Cast
) -> None:
    joined = roll.attendances.join(cast.employee, Arrival("123456789"))
    with pytest.raises(NotFound):
        roll.reports.of(cast.manager, "123456789")
    meeting = roll.meetings.create(cast.manager, NewMeeting("All hands", external_id="123456789"))
    assert meeting.meeting_id == joined.meeting_id
    assert (meeting.status, meeting.host_id, meeting.title) == ("live", "EMP002", "All hands")
    assert roll.reports.of(cast.manager, "123456789").complete


def test_a_meeting_that_zoom_told_about_is_nobodys_to_claim(roll: Rollcall, cast: Cast) -> None:
    roll.attendances.join(cast.employee, Arrival("123456789"))
    roll.database.collection("meetings").update_one({}, {"$set": {"external_uuid": "abc=="}})
    with pytest.raises(Duplicate):
        roll.meetings.create(cast.manager, NewMeeting("Mine", external_id="123456789"))
