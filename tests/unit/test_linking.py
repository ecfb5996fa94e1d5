"""Who is who: accounts, names in Zoom, students; found by e-mail, else by a name only one has."""

import pytest
from bson import ObjectId

from rollcall import SYSTEM, Rollcall
from rollcall.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound
from rollcall.meetings import Arrival, Meeting, NewMeeting
from rollcall.meetings.model import Participant, build_participant
from rollcall.names import name_key
from rollcall.people import NewEmployee
from rollcall.students import NewStudent
from tests.cast import Cast


def student(roll: Rollcall, number: int, first: str, last: str, email: str | None = None) -> None:
    roll.students.add(SYSTEM, NewStudent(number, first, last, "Computer Science", email))


def meeting_of(roll: Rollcall, cast: Cast) -> Meeting:
    return roll.meetings.create(cast.manager, NewMeeting("All hands", external_id="123456789"))


def stranger(roll: Rollcall, meeting: Meeting, name: str, email: str | None = None) -> str:
    """Somebody in Zoom whom nothing recognised yet."""
    identity = ObjectId()
    roll.database.collection("participants").insert_one(
        {
            "_id": identity, "meeting_id": ObjectId(meeting.meeting_id), "key": f"zoom:{identity}",
            "source": "zoom", "name": name, "name_key": name_key(name), "email": email,
            "employee_id": None, "employee_link": None, "student_id": None, "student_link": None,
            "open": 0, "joins": 1, "at": meeting.at, "created_at": meeting.created_at,
        }
    )  # fmt: skip
    return str(identity)


def read(roll: Rollcall, identity: str) -> Participant:
    document = roll.database.collection("participants").find_one({"_id": ObjectId(identity)})
    assert document
    return build_participant(document)


def student_of(roll: Rollcall, cast: Cast) -> int | None:
    meeting = roll.meetings.create(cast.manager, NewMeeting("Retro"))
    roll.attendances.join(cast.faculty, Arrival(str(meeting.code)))
    [person] = roll.reports.of(cast.faculty, meeting.meeting_id).people
    return person.student.student_id if person.student else None


def test_a_student_is_found_by_e_mail_first(roll: Rollcall, cast: Cast) -> None:
    student(roll, 1, "Félix", "Ångström", "another@school.example")
    student(roll, 2, "F.", "Angstrom-Holm", "FELIX@example.com")
    assert student_of(roll, cast) == 2


@pytest.mark.parametrize(
    ("first", "last"), [("Félix", "Ångström"), ("felix", "angstrom"), ("ÅNGSTRÖM", "Felix")]
)
def test_else_by_name_whatever_accents_and_order(
    roll: Rollcall, cast: Cast, first: str, last: str
) -> None:
    student(roll, 7, first, last)
    assert student_of(roll, cast) == 7


def test_a_name_that_two_students_have_stays_open(roll: Rollcall, cast: Cast) -> None:
    student(roll, 1, "Félix", "Ångström")
    student(roll, 2, "Felix", "Angstrom")
    assert student_of(roll, cast) is None


def test_who_signs_in_is_linked_with_their_name_in_zoom(roll: Rollcall, cast: Cast) -> None:
    meeting = meeting_of(roll, cast)
    by_email = stranger(roll, meeting, "E. M.", "erika@example.com")
    by_name = stranger(roll, meeting, "Musterfrau, Erika (Operations)")
    other = stranger(roll, meeting, "Erika Mustermann")
    roll.attendances.join(cast.employee, Arrival("123456789"))
    found = {one: read(roll, one) for one in (by_email, by_name, other)}
    assert [one.employee_id for one in found.values()] == ["EMP004", "EMP004", None]
    links = [one.employee_link for one in found.values()]
    assert [link.by if link else None for link in links] == ["email", "name", None]
    entries = roll.activities.list(cast.employee, kind="participant.linked").items
    assert {one.subject.id for one in entries} == {by_email, by_name}
    assert "Erika" not in str([one.data for one in entries])


def test_a_name_that_two_on_the_list_have_stays_open(roll: Rollcall, cast: Cast) -> None:
    twin = NewEmployee("EMP044", "Erika Musterfrau", manager_id="EMP002")
    roll.people.add(SYSTEM, twin)
    meeting = roll.meetings.create(
        cast.manager, NewMeeting("All hands", external_id="123456789", invited=("EMP044",))
    )
    identity = stranger(roll, meeting, "Erika Musterfrau")
    roll.attendances.join(cast.employee, Arrival("123456789"))
    assert read(roll, identity).employee_id is None
    candidates = roll.deciding.candidates(cast.manager, meeting.meeting_id, identity)
    assert {one.employee_id for one in candidates.employees} == {"EMP004", "EMP044"}


def test_a_person_decides_and_it_is_not_guessed_again(roll: Rollcall, cast: Cast) -> None:
    meeting = meeting_of(roll, cast)
    identity = stranger(roll, meeting, "Erika Musterfrau")
    roll.attendances.join(cast.employee, Arrival("123456789"))
    unlinked = roll.deciding.unlink(cast.manager, meeting.meeting_id, identity)
    assert unlinked.employee_id is None
    assert unlinked.employee_link
    assert (unlinked.employee_link.by, unlinked.employee_link.employee_id) == ("nobody", "EMP002")
    [mine] = roll.attendances.current(cast.employee)
    roll.attendances.leave(cast.employee, mine.session_id)
    roll.attendances.join(cast.employee, Arrival("123456789"))
    assert read(roll, identity).employee_id is None
    linked = roll.deciding.link(
        cast.manager, meeting.meeting_id, identity, employee_id="EMP004", key="k"
    )
    again = roll.deciding.link(
        cast.manager, meeting.meeting_id, identity, employee_id="EMP004", key="k"
    )
    assert linked == again
    assert linked.employee_id == "EMP004"
    people = roll.reports.of(cast.manager, meeting.meeting_id).people
    assert [len(one.entries) for one in people if one.signed_in] == [2]


def test_who_is_on_the_list_only_by_a_link_goes_with_it(roll: Rollcall, cast: Cast) -> None:
    meeting = meeting_of(roll, cast)
    identity = stranger(roll, meeting, "Somebody")
    roll.deciding.link(cast.manager, meeting.meeting_id, identity, employee_id="EMP004")
    assert [one.title for one in roll.meetings.list(cast.employee).items] == ["All hands"]
    roll.deciding.unlink(cast.manager, meeting.meeting_id, identity)
    assert roll.meetings.list(cast.employee).items == []


def test_a_student_is_linked_and_unlinked_by_hand_too(roll: Rollcall, cast: Cast) -> None:
    student(roll, 1, "Sam", "Lee")
    student(roll, 2, "Sam", "Lee")
    meeting = meeting_of(roll, cast)
    identity = stranger(roll, meeting, "Sam Lee")
    candidates = roll.deciding.candidates(cast.manager, meeting.meeting_id, identity)
    assert [one.student_id for one in candidates.students] == [1, 2]
    linked = roll.deciding.link(cast.manager, meeting.meeting_id, identity, student_id=2)
    assert linked.student_id == 2
    unlinked = roll.deciding.unlink(cast.manager, meeting.meeting_id, identity, student=True)
    assert unlinked.student_id is None
    with pytest.raises(Conflict, match="not linked"):
        roll.deciding.unlink(cast.manager, meeting.meeting_id, identity, student=True)


def test_what_a_person_can_not_decide(roll: Rollcall, cast: Cast) -> None:
    meeting = meeting_of(roll, cast)
    identity = stranger(roll, meeting, "Erika Musterfrau")
    interval = roll.attendances.join(cast.employee, Arrival("123456789"))
    link = roll.deciding.link
    with pytest.raises(Conflict, match="signed in themselves"):
        link(cast.manager, meeting.meeting_id, interval.participant_id, employee_id="EMP002")
    with pytest.raises(Conflict, match="signed in themselves"):
        roll.deciding.unlink(cast.manager, meeting.meeting_id, interval.participant_id)
    with pytest.raises(Invalid):
        link(cast.manager, meeting.meeting_id, identity)
    for stranger_id in ("EMP005", "EMP777"):
        with pytest.raises(NotFound, match="don't know that employee"):
            link(cast.manager, meeting.meeting_id, identity, employee_id=stranger_id)
    with pytest.raises(NotFound):
        link(cast.manager, meeting.meeting_id, identity, student_id=99)
    elsewhere = roll.meetings.create(cast.manager, NewMeeting("Retro"))
    with pytest.raises(NotFound):
        link(cast.manager, elsewhere.meeting_id, identity, employee_id="EMP004")
    with pytest.raises(NotFound):
        link(cast.outsider, meeting.meeting_id, identity, employee_id="EMP005")
    with pytest.raises(Forbidden):
        link(cast.employee, meeting.meeting_id, identity, employee_id="EMP004")


# Students themselves ------------------------------------------------------------------------


def test_students_are_added_and_read_by_admins(roll: Rollcall, cast: Cast) -> None:
    new = NewStudent(12345, " John ", "Doe", "Computer Science", "John.Doe@student.edu")
    added = roll.students.add(cast.admin, new, "k")
    assert roll.students.add(cast.admin, new, "k") == added
    assert added.public() == {
        "studentId": 12345, "firstName": "John", "lastName": "Doe",
        "department": "Computer Science", "email": "john.doe@student.edu",
    }  # fmt: skip
    assert roll.students.list(cast.admin).items == [added]
    with pytest.raises(Duplicate, match="student_id"):
        roll.students.add(cast.admin, NewStudent(12345, "Jane", "Doe"))
    with pytest.raises(Duplicate, match="email"):
        roll.students.add(cast.admin, NewStudent(2, "Jane", "Doe", None, "JOHN.DOE@student.edu"))
    with pytest.raises(Invalid):
        roll.students.add(cast.admin, NewStudent(3, "Jane", " "))
    for part in ("manager", "faculty", "employee"):
        with pytest.raises(Forbidden):
            roll.students.list(getattr(cast, part))
        with pytest.raises(Forbidden):
            roll.students.add(getattr(cast, part), NewStudent(4, "Jane", "Doe"))
