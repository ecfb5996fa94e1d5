"""Conversations with all kinds of events, in any order that Rasa could meet and some more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from rasa.shared.core import events as e
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

TURNS = 12
ODD = 0.15  # of the conversations have events that hardly any conversation has


def conversations(domain: Domain, number: int, seed: int = 7) -> Iterator[DialogueStateTracker]:
    """`number` different conversations, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - for examples, not for secrets
    for one in range(number):
        tracker = DialogueStateTracker(
            f"conversation_{one}", domain.slots, chance.choice([None, None, None, 20])
        )
        tracker.model_id, tracker.assistant_id = "model", "rollcall"
        odd = chance.random() < ODD
        for event in _events(domain, chance, odd=odd):
            tracker.update(event, domain)
        if chance.random() < 0.2:
            tracker.clear_followup_action()  # as the processor does before it runs one
        yield tracker


def said(text: str, intent: str, *entities: dict[str, Any]) -> e.UserUttered:
    """A message as the pipeline reads it."""
    reading = {"name": intent, "confidence": 0.9}
    return e.UserUttered(
        text,
        reading,
        list(entities),
        {"text": text, "intent": reading, "entities": list(entities), "intent_ranking": [reading]},
        input_channel="rollcall",
        message_id=f"message of {text}",
        metadata={"turn": "a token"},
    )


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    """All that a tracker knows, to be compared."""
    known = dict(vars(tracker))
    known["slots"] = {
        name: (type(slot), slot.value, slot.has_been_set) for name, slot in tracker.slots.items()
    }
    known["events"] = list(tracker.events)
    return known


def _events(domain: Domain, chance: random.Random, *, odd: bool) -> Iterator[e.Event]:
    forms = domain.form_names
    actions = [one for one in domain.user_actions if not one.startswith("validate")]
    slots = [one.name for one in domain.slots]
    form: str | None = None
    yield e.ActionExecuted(ACTION_SESSION_START_NAME)
    yield e.SessionStarted()
    for turn in range(chance.randint(0, TURNS)):
        yield e.ActionExecuted(ACTION_LISTEN_NAME, "RulePolicy", 1.0, hide_rule_turn=turn % 2 == 0)
        entity = {"entity": chance.choice(sorted(domain.entities)), "value": "x"}
        yield said(f"sentence {turn}", chance.choice(sorted(domain.intents)), entity)
        yield e.DefinePrevUserUtteredFeaturization(chance.random() < 0.1)
        if chance.random() < 0.1:
            yield e.EntitiesAdded([{"entity": "number", "value": str(turn)}])
        if form and chance.random() < 0.4:
            yield e.ActionExecutionRejected(form)
        elif form:
            yield e.ActionExecuted(form, "RulePolicy", 1.0, hide_rule_turn=chance.random() < 0.5)
            yield e.SlotSet("requested_slot", "answer")
            yield e.BotUttered("And then?")
            if chance.random() < 0.3:
                form = None
                yield e.ActiveLoop(None)
                yield e.SlotSet("requested_slot", None)
            continue
        yield e.ActionExecuted(
            chance.choice(actions), "RulePolicy", 1.0, hide_rule_turn=chance.random() < 0.5
        )
        yield e.BotUttered("Done.", {"buttons": []})
        yield e.SlotSet(chance.choice(slots), chance.choice([None, "value", {"a": 1}]))
        if form is None and chance.random() < 0.4:
            form = chance.choice(forms)
            yield e.FollowupAction(form)
            yield e.ActionExecuted(form, "RulePolicy", 1.0)
            yield e.ActiveLoop(form)
        elif form and chance.random() < 0.5:
            yield e.LoopInterrupted(True)
            yield e.ActionExecuted(form, "RulePolicy", 1.0)
        if odd and chance.random() < 0.3:
            yield chance.choice(
                [
                    e.Restarted(), e.UserUtteranceReverted(), e.ActionReverted(),
                    e.SessionStarted(), e.AllSlotsReset(), e.ConversationPaused(),
                    e.ConversationResumed(), e.FollowupAction(chance.choice(actions)),
                ]
            )  # fmt: skip
