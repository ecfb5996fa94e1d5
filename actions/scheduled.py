"""Scheduled sessions in the chat: completing them, calling them off, noting something on them."""

from collections.abc import Sequence

from actions.drafts import open_form
from actions.paging import ALL, page_of
from actions.scheduled_wording import ask_which, bullets, card, described
from actions.turn import Answer, Asked, Button, Events, SkillAction, button
from rollcall.completions.lists import Wanted
from rollcall.completions.model import MISSING, Completion
from rollcall.errors import Conflict, NotFound
from rollcall.forms.completion_form import label_of
from rollcall.spoken.sessions import (
    note_in,
    note_type_in,
    reason_in,
    sessions_meant,
    told_in,
)

LOOKED_AT = 200
NEXT_ONES = 3
ALONE_IF_PRESSED = "task_title"
"""The entity in which a button, or the answer to “which one?”, names what was chosen."""


class Scheduled(SkillAction):
    """Finds the session that a sentence means."""

    intent: str
    needs: str
    """What one has to be allowed to do with it: complete, cancel, note."""

    def find(
        self, asked: Asked, answer: Answer, words: str, sessions: Sequence[Completion], none: str
    ) -> Completion | Events:
        """The one that is meant; or, after asking which or saying that there is none, events."""
        chosen = asked.entities.get(ALONE_IF_PRESSED, "")
        if chosen.startswith("#"):
            return self._chosen(asked, chosen[1:].split(",")[0])
        if not sessions:
            answer.say(none, {"type": "completions", "items": []})
            return []
        found, named = sessions_meant(words, sessions, self.roll.clock())
        if len(found) == 1 and (named or len(sessions) == 1):
            return found[0]
        question = "Which session do you mean?"
        if named and not found:
            question = "I don't find that session. Do you mean one of these?"
        return ask_which(asked, answer, self.action_name, self.intent, question, found or sessions)

    def _chosen(self, asked: Asked, completion_id: str) -> Completion:
        """The session that a button names, if this may be done with it now."""
        session = self.roll.completions.get(asked.actor, completion_id)
        may = self.roll.completions.may(asked.actor, [session])[completion_id]
        if self.needs in may:
            return session
        if "attach" in may:
            raise Conflict(f"“{session.title}” is {session.status} already.")
        raise NotFound(MISSING)

    def recent(self, asked: Asked, status: str | None = None) -> Sequence[Completion]:
        """The person's own sessions in a state, latest first."""
        wanted = Wanted(asked.actor.employee_id, status)
        return self.roll.completions.list(asked.actor, wanted, LOOKED_AT).items


class CompleteSession(Scheduled):
    """“Complete my 9 o'clock session, it ran till 10:45, covered topics 1 to 3”."""

    action_name = "action_complete_session"
    intent = "complete_session"
    needs = "complete"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        told = told_in(asked.text)
        sessions = self.roll.drafts.completion_form.open_sessions(actor)
        none = "You have no session to complete: none that has begun is still open."
        found = self.find(asked, answer, told.about, sessions, none)
        if not isinstance(found, Completion):
            return found
        turn_id = asked.turn.turn_id
        outcome, form = self.roll.drafts.begin_completion(actor, found, told, turn_id)
        answers = outcome.draft.answers
        told_of = [
            f"{form.field(name).label.lower()} {answers[name]}"
            for name in ("actual_start_time", "actual_end_time")
            if name in answers
        ]
        answer.say(f"Let's complete {label_of(found)}: {', '.join(told_of)}.", card(found))
        return open_form(outcome.draft.form, outcome)


class CancelSession(Scheduled):
    """“Cancel my 3pm session because I am ill”: asks before it does."""

    action_name = "action_cancel_session"
    intent = "cancel_session"
    needs = "cancel"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        words, reason = reason_in(asked.text)
        pending = self.recent(asked, "pending")[::-1]
        found = self.find(asked, answer, words, pending, "You have no session to cancel.")
        if not isinstance(found, Completion):
            return found
        if not asked.agreed:
            why = f" (reason: {reason})" if reason else ""
            answer.say(
                f"Shall I cancel {label_of(found)}{why}? That can't be taken back.",
                card(found),
                [button("Yes", "/affirm"), button("No", "/deny")],
            )
            chosen = {**asked.entities, ALONE_IF_PRESSED: f"#{found.completion_id}"}
            return [asked.asks(self.action_name, "yes", entities=chosen)]
        done = self.roll.completions.cancel(
            actor, found.completion_id, reason, asked.key(self.action_name)
        )
        why = f" Reason: {done.cancel_reason}" if done.cancel_reason else ""
        answer.say(f"Cancelled: {label_of(done)}.{why}", card(done))
        return []


class AddNote(Scheduled):
    """“Add an issue note to my last session: the projector broke”."""

    action_name = "action_add_note"
    intent = "add_note"
    needs = "note"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        head, text = note_in(asked.text)
        begun = [one for one in self.recent(asked) if one.starts_at <= self.roll.clock()]
        none = "You have no session yet that a note could belong to."
        found = self._noted_on(asked, answer, head, begun, none)
        if not isinstance(found, Completion):
            return found
        if not text:
            answer.say(f"What shall I note on {label_of(found)}?", card(found))
            chosen = {**asked.entities, ALONE_IF_PRESSED: f"#{found.completion_id}"}
            more = {"joint": ": ", "detail": r"\w", "entities": chosen}
            return [asked.asks(self.action_name, "more", **more)]
        note = self.roll.notes.add(
            actor, found.completion_id, text, note_type_in(head), asked.key(self.action_name)
        )
        kind = "" if note.note_type == "general" else f" ({note.note_type})"
        answer.say(f"Noted{kind} on {label_of(found)}: {note.note_text}", card(found))
        return []

    def _noted_on(
        self, asked: Asked, answer: Answer, head: str, begun: Sequence[Completion], none: str
    ) -> Completion | Events:
        """Without a word about which one it is the session that began last."""
        pressed = asked.entities.get(ALONE_IF_PRESSED, "").startswith("#")
        _, named = sessions_meant(head, begun, self.roll.clock())
        if begun and not named and not pressed:
            return begun[0]
        return self.find(asked, answer, head, begun, none)


def say_coming(action: SkillAction, asked: Asked, answer: Answer) -> None:
    """The person's next few scheduled sessions, if there are any."""
    whose = asked.employee_id or asked.actor.employee_id
    wanted = Wanted(whose, "pending", since=action.roll.clock())
    page = action.roll.completions.list(asked.actor, wanted, NEXT_ONES, oldest_first=True)
    if page.items:
        lines = ["Your next sessions:", *(f"• {described(one)}" for one in page.items)]
        _say(answer, lines, page.items)


def say_scheduled(action: SkillAction, asked: Asked, answer: Answer) -> Events:
    """List the scheduled sessions that the words ask for, page by page."""
    whose = asked.employee_id or asked.actor.employee_id
    status = asked.entities.get("status") or _state_in(asked.text)
    # What is to come begins with the next one, what was with the latest.
    listed = action.roll.completions.list(
        asked.actor, Wanted(whose, status), LOOKED_AT, oldest_first=status == "pending"
    ).items
    found, _ = sessions_meant(asked.text, listed, action.roll.clock())
    if status is None and "history" not in asked.text:
        open_ones = [one for one in found if one.status == "pending"]
        found = open_ones[::-1] or found
    if not found:
        answer.say("There are no such sessions.", {"type": "completions", "items": []})
        return []
    page = page_of(asked, found)
    if page.is_behind:
        answer.say(ALL)
        return []
    heading = page.heading("Scheduled sessions:", "scheduled session")
    lines = [heading, *bullets(page.shown, page.start + 1), *page.closing()]
    _say(answer, lines, page.shown, page.buttons())
    return page.goes_on(asked, action.action_name)


def _say(
    answer: Answer,
    lines: Sequence[str],
    shown: Sequence[Completion],
    buttons: Sequence[Button] = (),
) -> None:
    rows = [one.public() for one in shown]
    answer.say(
        "\n".join(lines), {"type": "completions", "items": rows, "url": "/sessions"}, [*buttons]
    )


def _state_in(text: str) -> str | None:
    folded = text.casefold()
    for state, words in (
        ("completed", ("completed", "finished", "held")),
        ("cancelled", ("cancelled", "canceled", "called off")),
        ("pending", ("pending", "upcoming", "still have to", "not completed", "left", "open")),
    ):
        if any(word in folded for word in words):
            return state
    return None
