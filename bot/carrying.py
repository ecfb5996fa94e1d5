"""What a conversation carries along when its past is left behind, as the events that tell it.

Rasa rebuilds the state of a conversation from its events, again and again: for every action, every
prediction, every slot. So what comes before the few turns that are read is given to it as events
too: slots, the form that is open with the message that opened it, the action that ran last, a
follow-up that waits, a pause.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, SESSION_START_METADATA_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    FollowupAction,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

Carried = dict[str, Any]
SIGNATURE = "turn"
"""Where the metadata of a message has the signed turn: good for a minute, and for one."""
_OF_TRIGGER = ("text", "intent", "entities")


def carry(tracker: DialogueStateTracker) -> Carried:
    """The state of a conversation, as a document; {} for one in which nothing happened yet."""
    if not tracker.events:
        return {}
    carried: Carried = {
        "slots": [
            [slot.name, unsigned(slot.name, slot.value)]
            for slot in tracker.slots.values()
            if slot.has_been_set or slot.value != slot.initial_value
        ],
        "action": tracker.latest_action_name,
        "followup": tracker.followup_action,
        "paused": tracker.is_paused(),
        "loop": None,
    }
    loop = tracker.active_loop
    if loop is not None and tracker.active_loop_name:
        said = loop.trigger_message or {}
        carried["loop"] = {
            "name": loop.name,
            "interrupted": loop.is_interrupted,
            "rejected": loop.rejected,
            "trigger": {name: said.get(name) for name in _OF_TRIGGER},
        }
    return carried


def unsigned(slot: str, value: Any) -> Any:
    """The value of a slot without the signature of a turn, which Rasa keeps of the first one."""
    if slot != SESSION_START_METADATA_SLOT or not isinstance(value, dict):
        return value
    return {name: one for name, one in value.items() if name != SIGNATURE}


def told(carried: Carried) -> list[Event]:
    """The events after which a new conversation is in the state that was carried."""
    if not carried:
        return []
    events: list[Event] = [SlotSet(name, value) for name, value in carried["slots"]]
    loop = carried["loop"]
    if loop:
        trigger = loop["trigger"]
        events += [
            ActionExecuted(ACTION_LISTEN_NAME),
            UserUttered(trigger["text"], trigger["intent"], trigger["entities"]),
            ActionExecuted(loop["name"]),
            ActiveLoop(loop["name"]),
        ]
    if carried["action"]:
        events.append(ActionExecuted(carried["action"]))
    if loop and loop["interrupted"]:
        events.append(LoopInterrupted(True))
    if loop and loop["rejected"]:
        events.append(ActionExecutionRejected(loop["name"]))
    if carried["followup"]:
        events.append(FollowupAction(carried["followup"]))
    if carried["paused"]:
        events.append(ConversationPaused())
    return events
