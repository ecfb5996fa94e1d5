"""Every role at every action of the chat, against the table of permissions."""

import json
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.skills import ACTIONS
from actions.turn import Answer, read_turn
from rollcall import Principal, Rollcall, RollcallError, turn_tokens
from rollcall.completions.model import NewCompletion
from rollcall.forms.dialogue import Utterance
from rollcall.meetings import Arrival, NewMeeting
from rollcall.permissions import Permission
from rollcall.spoken.sessions import told_in
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.security.matrix import LEADERS, ONESELF, PARTS, TALKERS, Has, Need, Over
from tests.security.parts import Players, players

P = Permission
KEY = "0123456789abcdef" * 4
PRESENT = [part for part in PARTS if part != "program"]
"""Programs have no chat: test_matrix_routes.py holds them to that."""
INCIDENT = {"summary": "Slipped", "place": "Hall", "happened_at": "2026-03-01T10:00:00Z",
            "severity": "minor", "injured": "no"}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """Something said to an action about what belongs to EMP004, and what one needs to be obeyed.

    `#task` and `#session` are theirs, `#registration`, `#assigning`, `#completing` drafts.
    `shows` is in the answer of whoever is obeyed.
    """

    action: str
    need: Need
    text: str = ""
    entities: dict[str, str] = field(default_factory=dict)
    draft: str = ""
    kind: str = "text"
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.action}: {self.text or self.kind}"


OF_EMP004 = {"employee_id": "EMP004"}
SAID = [
    Said("action_greet", TALKERS, "hello"),
    Said("action_help", TALKERS, "help"),
    Said("action_default_fallback", TALKERS, "the moon is round"),
    Said("action_no_form", TALKERS, "skip"),
    Said("action_unsupported", TALKERS, "book a room"),
    Said("action_human", Has(P.READ_TASKS), "I want to talk to a person",
         shows="get in touch"),
    Said("action_sign_in", TALKERS, "I am employee EMP004", OF_EMP004),
    Said("action_who_am_i", TALKERS, "who am I"),
    Said("action_sign_out", TALKERS, "sign out"),
    Said("action_list_sessions", Over(P.READ_SESSIONS), "sessions of EMP004", OF_EMP004,
         shows='"table"'),
    Said("action_register", Has(P.CREATE_REGISTRATIONS), "register an incident",
         {"registration_type": "incident"}),
    Said("action_register", LEADERS, "register a user", {"registration_type": "user"}),
    Said("action_correct", ONESELF, "the place is Yard"),
    Said("action_continue_draft", ONESELF, "continue"),
    Said("action_undo", ONESELF, kind="button"),
    Said("validate_registration_form", ONESELF, "Hall", draft="#registration",
         shows="form_question"),
    Said("validate_task_form", ONESELF, "EMP004", draft="#assigning",
         shows="form_question"),
    Said("action_assign_task", Over(P.ASSIGN_TASKS), "assign 'Order chairs' to EMP004", OF_EMP004,
         shows="Assigned"),
    Said("action_list_tasks", Over(P.READ_TASKS), "tasks of EMP004", OF_EMP004,
         shows='"tasks"'),
    Said("action_start_task", ONESELF, "start it", {"task_title": "#task"}),
    Said("action_complete_task", ONESELF, "finish it", {"task_title": "#task"}),
    Said("action_update_task", Over(P.UPDATE_TASKS), "make it urgent",
         {"task_title": "#task", "priority": "urgent"}),
    Said("action_complete_session", Over(P.WRITE_COMPLETIONS), "complete it",
         {"task_title": "#session"}, shows="Let's complete"),
    Said("action_cancel_session", Over(P.WRITE_COMPLETIONS), "cancel it",
         {"task_title": "#session"}, shows="Shall I cancel"),
    Said("action_add_note", Over(P.READ_COMPLETIONS), "note on it: great",
         {"task_title": "#session"}, shows="Noted"),
    Said("validate_completion_form", ONESELF, "10:45", draft="#completing",
         shows="form_question"),
    Said("action_create_meeting", Has(P.CREATE_MEETINGS), "set up a meeting"),
    Said("action_join_meeting", Has(P.JOIN_MEETINGS), "join the meeting"),
    Said("action_leave_meeting", ONESELF, "leave the meeting"),
    Said("action_list_meetings", Has(P.JOIN_MEETINGS), "my meetings"),
    Said("action_who_is_here", Has(P.JOIN_MEETINGS), "who is here"),
    Said("action_end_meeting", ONESELF, "end the meeting"),
    Said("validate_meeting_form", Has(P.JOIN_MEETINGS), "Retro"),
    Said("action_query_history", Over(P.READ_REGISTRATIONS), "how many did EMP004 register",
         OF_EMP004, shows='"table"'),
    Said("action_export", Over(P.READ_REGISTRATIONS), "registrations of EMP004 as csv", OF_EMP004,
         shows='"table"'),
]  # fmt: skip


@pytest.fixture
def playing(roll: Rollcall, cast: Cast) -> Players:
    found = players(roll, cast)
    found.end(roll)
    return found


@pytest.fixture
def known(roll: Rollcall, cast: Cast) -> dict[str, str]:
    """What belongs to the employee. The registration can be taken back."""
    owner = cast.employee
    roll.registrations.create(owner, "incident", INCIDENT)
    task = roll.tasks.assign(owner, NewTask("Order chairs", "EMP004"))
    assigning = roll.drafts.begin_task(owner, {"title": "Order desks"}).draft
    begun = roll.drafts.begin_registration(owner, "incident", "").draft
    # A form without a single answer is nothing to come back to.
    registration = roll.drafts.respond(owner, begun, Utterance("Slipped", None)).outcome.draft
    new = NewCompletion("Welding", date(2026, 3, 1), time(9), time(10))
    session = roll.completions.create(owner, new)
    completing, _ = roll.drafts.begin_completion(owner, session, told_in(""))
    meeting = roll.meetings.create(owner, NewMeeting("Retro"))
    roll.attendances.join(owner, Arrival(str(meeting.code)))
    return {
        "#session": session.completion_id,
        "#completing": completing.draft.draft_id,
        "#task": task.task_id,
        "#registration": registration.draft_id,
        "#assigning": assigning.draft_id,
    }


def tracker(roll: Rollcall, actor: Principal, said: Said, known: dict[str, str]) -> Tracker:
    """The state that Rasa posts: what `actor` said, in a turn that the web server signed."""
    conversation = actor.session_id or "guest_" + "0" * 32
    named = turn_tokens.Turn("t1", conversation, said.kind, actor.session_id, actor.employee_id)
    entities = [
        {"entity": name, "value": f"#{known[value]}" if value in known else value}
        for name, value in said.entities.items()
    ]
    message = {
        "text": said.text,
        "intent": {"name": "affirm", "confidence": 1.0},
        "entities": entities,
        "metadata": {"turn": turn_tokens.sign(named, said.text, KEY, roll.clock())},
    }
    slots = {"draft_id": known.get(said.draft), "last_question": None}
    return Tracker(conversation, slots, message, [], False, None, {}, None)


def obeyed(roll: Rollcall, actor: Principal, said: Said, known: dict[str, str]) -> bool:
    """Whether the action does what was said."""
    [made] = [one for one in ACTIONS if one.action_name == said.action]
    action = made(roll, KEY)
    dispatcher = CollectingDispatcher()
    try:
        asked = read_turn(roll, KEY, tracker(roll, actor, said, known))
        action.act(asked, Answer(dispatcher))
    except RollcallError as error:
        # 422: somebody whom one may not see is nobody one can name in an answer.
        # 409: what one did last oneself can't be taken back.
        assert error.status in (401, 403, 404, 409, 422), error
        return False
    except ActionExecutionRejection:
        return True
    return said.shows in json.dumps(dispatcher.messages)


@pytest.mark.parametrize("said", SAID, ids=str)
def test_an_action_obeys_whom_the_table_allows_and_nobody_else(
    said: Said, roll: Rollcall, playing: Players, known: dict[str, str]
) -> None:
    found: dict[str, Any] = {}
    # The least privileged first, so that nobody profits from what somebody else did.
    for part in reversed(PRESENT):
        found[part] = obeyed(roll, playing.people[part], said, known)
    assert found == {part: said.need.allows(part) for part in PRESENT}


def test_the_matrix_has_every_action() -> None:
    missing = {one.action_name for one in ACTIONS} - {one.action for one in SAID}
    assert not missing, (
        "nobody says who may use these actions; add what is said to them and what one needs to "
        f"SAID in tests/security/test_matrix_actions.py: {sorted(missing)}"
    )
    assert {one.action for one in SAID} <= {one.action_name for one in ACTIONS}
