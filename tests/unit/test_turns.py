"""Turns and buttons: a message is answered once, and a button belongs to its conversation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from rollcall import Rollcall
from rollcall.clock import iso
from rollcall.errors import Conflict, StorageUnavailable
from rollcall.turn_counts import AT_ONCE
from rollcall.turns import Button, Told, button_id
from tests.cast import Cast
from tests.conftest import StandingClock

HERE, THERE = "guest_here", "guest_there"
REPLIES = [{"text": "Hello!", "buttons": [], "custom": None}]
SAVE, CANCEL = Button("Save", "/affirm"), Button("Cancel", "/deny")


def _begin(roll: Rollcall, turn_id: str = "turn-0001", conversation: str = HERE) -> object:
    return roll.turns.begin(turn_id, conversation, None, None, "hello")


def _finish(roll: Rollcall, turn_id: str = "turn-0001") -> None:
    roll.turns.finish(turn_id, REPLIES, "greet", 0.99, ["utter_greet"], 12)


def test_new_message_has_no_earlier_answer(roll: Rollcall) -> None:
    assert _begin(roll) is None


def test_repeated_message_gets_the_first_answer(roll: Rollcall) -> None:
    _begin(roll)
    _finish(roll)
    earlier = roll.turns.begin("turn-0001", HERE, None, None, "something else")
    assert earlier is not None
    assert (earlier.text, earlier.replies) == ("hello", REPLIES)


def test_message_that_is_being_answered_waits(roll: Rollcall) -> None:
    _begin(roll)
    with pytest.raises(Conflict, match="being answered"):
        _begin(roll)


def test_failed_message_may_be_tried_again(roll: Rollcall) -> None:
    _begin(roll)
    roll.turns.fail("turn-0001")
    assert _begin(roll) is None
    with pytest.raises(Conflict):
        _begin(roll)


def test_message_lost_with_its_process_may_be_tried_again_soon(
    roll: Rollcall, clock: StandingClock
) -> None:
    _begin(roll)
    clock.forward(seconds=10)
    with pytest.raises(Conflict):
        _begin(roll)
    clock.forward(seconds=1)
    assert _begin(roll) is None


def test_eight_tries_at_once_are_played_once(roll: Rollcall) -> None:
    def begin(_: int) -> bool:
        try:
            return _begin(roll) is None
        except Conflict:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(begin, range(8))) == 1


def test_id_of_another_conversation_tells_nothing(roll: Rollcall) -> None:
    _begin(roll)
    _finish(roll)
    with pytest.raises(Conflict):
        _begin(roll, conversation=THERE)


def test_history_is_what_was_answered_oldest_first(roll: Rollcall, clock: StandingClock) -> None:
    for number in range(4):
        clock.forward(seconds=1)
        roll.turns.begin(f"turn-{number}", HERE, None, None, f"message {number}")
        if number != 2:
            _finish(roll, f"turn-{number}")
    _begin(roll, "turn-elsewhere", THERE)
    _finish(roll, "turn-elsewhere")
    history = [one.text for one in roll.turns.history(HERE)]
    assert history == ["message 0", "message 1", "message 3"]
    assert [one.text for one in roll.turns.history(HERE, 2)] == ["message 1", "message 3"]


def test_turn_is_kept_with_all_that_training_needs(roll: Rollcall, clock: StandingClock) -> None:
    _begin(roll)
    _finish(roll)
    kept = roll.database.collection("turns").find_one({"_id": "turn-0001"})
    assert kept == {
        "_id": "turn-0001",
        "conversation_id": HERE,
        "session_id": None,
        "employee_id": None,
        "at": clock(),
        "text": "hello",
        "state": "answered",
        "replies": REPLIES,
        "intent": "greet",
        "confidence": 0.99,
        "actions": ["utter_greet"],
        "ms": 12,
        "uncounted": True,
    }


def test_an_answer_is_kept_when_a_failing_primary_lost_its_beginning(
    roll: Rollcall, clock: StandingClock
) -> None:
    _begin(roll)
    roll.database.collection("turns").delete_one({"_id": "turn-0001"})
    _finish(roll)
    assert roll.turns.history(HERE)[0].public() == {
        "turn_id": "turn-0001",
        "at": iso(clock()),
        "message": "hello",
        "replies": REPLIES,
    }
    assert _begin(roll) is not None


def test_what_a_guest_said_that_nobody_understood_is_not_kept_after_a_retry(roll: Rollcall) -> None:
    _begin(roll)
    roll.turns.fail("turn-0001")
    assert _begin(roll) is None
    roll.turns.finish("turn-0001", REPLIES, "nlu_fallback", 0.1, [], 5)
    assert [one.text for one in roll.turns.history(HERE)] == ["…"]


def _told(roll: Rollcall, turn_id: str, number: int) -> None:
    """What Rasa writes down of a turn."""
    at = roll.clock()
    roll.database.collection("conversation_turns").insert_one(
        {
            "_id": {"conversation": HERE, "turn": number},
            "at": at,
            "expires_at": at + timedelta(days=7),
            "before": {},
            "events": [{"event": "user", "message_id": turn_id}, {"event": "action"}],
        }
    )


def test_what_the_assistant_wrote_ahead_is_safe_in_the_election_of_the_answer(
    roll: Rollcall,
) -> None:
    election = roll.database.update_in_election("turns", {"_id": "nothing"}, {"$set": {"ms": 1}})
    assert election is not None
    _begin(roll)
    roll.turns.finish("turn-0001", REPLIES, "greet", 0.9, [], 12, told=Told(1, election))
    assert roll.turns.history(HERE)[0].replies == REPLIES


def test_what_the_assistant_wrote_in_another_election_is_looked_for(roll: Rollcall) -> None:
    _begin(roll)
    _told(roll, "turn-0001", 4)
    roll.turns.finish("turn-0001", REPLIES, "greet", 0.9, [], 12, told=Told(4, "another"))
    assert roll.turns.history(HERE)[0].replies == REPLIES


def test_answer_whose_conversation_a_failing_primary_lost_may_be_tried_again(
    roll: Rollcall, cast: Cast
) -> None:
    _begin(roll)
    _told(roll, "turn-0000", 4)
    with pytest.raises(StorageUnavailable):
        roll.turns.finish("turn-0001", REPLIES, "greet", 0.9, [], 12, told=Told(4, "another"))
    assert roll.turns.history(HERE) == []
    assert roll.turn_counts.settle() == 0
    assert _begin(roll) is None
    _finish(roll)
    assert roll.turn_counts.settle() == 1


def test_try_that_fails_leaves_the_answer_of_another_one(roll: Rollcall) -> None:
    _begin(roll)
    _finish(roll)
    roll.turns.fail("turn-0001")
    assert roll.turns.history(HERE)[0].replies == REPLIES


def test_counting_goes_on_where_it_stopped(roll: Rollcall, cast: Cast) -> None:
    session_id = str(cast.employee.session_id)
    for number in range(AT_ONCE + 1):
        roll.turns.begin(f"turn-{number:04}", session_id, session_id, "EMP004", "hello")
        roll.turns.finish(f"turn-{number:04}", REPLIES, "greet", 0.99, [], 12)
    assert roll.turn_counts.settle() == AT_ONCE + 1
    assert roll.sessions.get(cast.employee, session_id).counts["messages"] == AT_ONCE + 1


def test_messages_of_a_session_are_counted_once_each(roll: Rollcall, cast: Cast) -> None:
    session_id = str(cast.employee.session_id)
    for turn_id in ("turn-0001", "turn-0002"):
        roll.turns.begin(turn_id, session_id, session_id, "EMP004", "hello")
        roll.turns.finish(turn_id, REPLIES, "greet", 0.99, ["utter_greet"], 12)
        roll.turns.begin(turn_id, session_id, session_id, "EMP004", "hello")
    assert roll.turn_counts.settle() == 2
    assert roll.turn_counts.settle() == 0
    assert roll.sessions.get(cast.employee, session_id).counts["messages"] == 2


def test_turn_that_two_tries_answered_is_kept_and_counted_once(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    session_id = str(cast.employee.session_id)
    for _ in range(2):
        roll.turns.begin("turn-0001", session_id, session_id, "EMP004", "hello")
        clock.forward(minutes=1)
    for replies in (REPLIES, [{"text": "Later."}]):
        roll.turns.finish("turn-0001", replies, "greet", 0.99, [], 12)
        roll.turn_counts.settle()
    assert roll.turns.history(session_id)[0].replies == REPLIES
    assert roll.sessions.get(cast.employee, session_id).counts["messages"] == 1


def test_turns_are_counted_once_by_any_number_at_the_same_time(roll: Rollcall, cast: Cast) -> None:
    session_id = str(cast.employee.session_id)
    for number in range(40):
        roll.turns.begin(f"turn-{number:04}", session_id, session_id, "EMP004", "hello")
        roll.turns.finish(
            f"turn-{number:04}", REPLIES, "greet", 0.99, [], 12, opens_chat=not number
        )
    with ThreadPoolExecutor(4) as pool:
        counted = [pool.submit(roll.turn_counts.settle) for _ in range(4)]
        assert sum(one.result() for one in counted) == 40
    assert roll.sessions.get(cast.employee, session_id).counts["messages"] == 40
    [hour] = roll.database.collection("chat_figures").find({}, {"_id": 0})
    assert (hour["messages"], hour["sessions"]) == (40, 1)
    [responses], [first] = hour["responses"].values(), hour["first_responses"].values()
    assert (responses, first) == (40, 1)


def test_figures_of_the_chat_have_what_nobody_counted_yet(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    since = clock()
    for number, intent in enumerate(("greet", "nlu_fallback", "out_of_scope")):
        roll.turns.begin(f"turn-{number:04}", HERE, None, None, "hello")
        roll.turns.finish(f"turn-{number:04}", REPLIES, intent, 0.9, [], 12)
    roll.turns.begin("turn-0009", HERE, None, None, "hello")
    roll.turns.finish("turn-0009", REPLIES, "greet", 0.9, [], 12, counts=False)
    [hour] = roll.chat_figures.between(cast.admin, since, clock() + timedelta(hours=1))
    assert (hour.messages, hour.fallbacks) == (3, 2)


def test_button_means_what_was_issued(roll: Rollcall) -> None:
    identity = roll.buttons.issue(HERE, "Save", "/affirm")
    assert identity.startswith("button_")
    button = roll.buttons.press(HERE, identity)
    assert button is not None
    assert (button.title, button.payload) == ("Save", "/affirm")


@pytest.mark.parametrize("text", ["/affirm", "button_", "button_x", "", "{'$ne': ''}"])
def test_what_was_not_issued_is_text(roll: Rollcall, text: str) -> None:
    roll.buttons.issue(HERE, "Save", "/affirm")
    assert roll.buttons.press(HERE, text) is None


def test_button_of_another_conversation_is_text(roll: Rollcall) -> None:
    identity = roll.buttons.issue(HERE, "Save", "/affirm")
    assert roll.buttons.press(THERE, identity) is None


def test_button_lives_seven_days(roll: Rollcall, clock: StandingClock) -> None:
    index = roll.database.collection("buttons").index_information()["expiry"]
    assert index["expireAfterSeconds"] == timedelta(days=7).total_seconds()
    _begin(roll)
    roll.turns.finish("turn-0001", REPLIES, "greet", 0.9, [], 12, buttons=[SAVE])
    clock.forward(days=6)
    assert roll.buttons.press(HERE, button_id("turn-0001", 0)) == SAVE
    clock.forward(days=1)
    assert roll.buttons.press(HERE, button_id("turn-0001", 0)) is None


def test_buttons_of_an_answer_mean_what_was_kept_with_it(roll: Rollcall) -> None:
    _begin(roll)
    roll.turns.finish("turn-0001", REPLIES, "greet", 0.9, [], 12, buttons=[SAVE, CANCEL])
    assert roll.buttons.press(HERE, button_id("turn-0001", 0)) == SAVE
    assert roll.buttons.press(HERE, button_id("turn-0001", 1)) == CANCEL
    assert roll.buttons.press(HERE, button_id("turn-0001", 2)) is None
    assert roll.buttons.press(HERE, button_id("turn-0002", 0)) is None
    assert roll.buttons.press(THERE, button_id("turn-0001", 0)) is None
