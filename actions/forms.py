"""The one implementation behind every form: reads the utterance, lets the domain decide, asks."""

import re

from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.drafts import CLOSE, about_drafts
from actions.form_replies import (
    say_cancelled,
    say_question,
    say_saved,
    say_saved_table,
    say_summary,
    say_table,
)
from actions.meetings import say_planned
from actions.scheduled_wording import say_completed
from actions.task_wording import say_assigned
from actions.tasks import UpdateTask
from actions.turn import Answer, Asked, Events, SkillAction, button
from rollcall.completions.model import Completion
from rollcall.errors import Invalid, Unsure
from rollcall.forms.chatter import PROSE, says_unknown
from rollcall.forms.commands import looks_like_a_name
from rollcall.forms.dialogue import insists
from rollcall.forms.draft import Draft, Event, Outcome, Utterance
from rollcall.forms.kinds import read, show
from rollcall.forms.spec import Form
from rollcall.forms.tables import speaks_of_row
from rollcall.meetings import Meeting
from rollcall.principal import Principal
from rollcall.tasks import Task

GO_ON: Events = [SlotSet("answer", None), SlotSet("requested_slot", "answer")]
FINISH = CLOSE
_BARE_ID = re.compile(r"\W*[A-Za-z]{2,6}[- ]?\d+\W*")
_OF_IT = re.compile(r"\W*(?:no|nope|sorry|wait|actually|i mean|it|they)\b", re.IGNORECASE)
CLEAR_REQUEST = 0.8
PLAIN_REQUEST = 0.95
LIKELY_QUESTION = 0.5
LIKELY_REQUEST = 0.6
DIGRESSIONS = frozenset(
    {
        "greet", "goodbye", "thanks", "help", "human",
        "sign_in", "sign_out", "who_am_i", "list_sessions", "complete_session", "cancel_session",
        "add_note", "register", "continue_draft",
        "assign_task", "list_tasks", "start_task", "complete_task", "update_task",
        "create_meeting", "join_meeting", "leave_meeting", "list_meetings", "who_is_here",
        "end_meeting", "list_approvals", "approve", "reject", "query_history", "export", "my_data",
    }
)  # fmt: skip
"""Intents that interrupt a form: those with a rule that has no condition."""
DEEDS = frozenset(
    {
        "register", "assign_task", "start_task", "complete_task", "update_task", "create_meeting",
        "join_meeting", "end_meeting", "complete_session", "cancel_session", "add_note", "approve",
        "reject", "export", "human",
    }
)  # fmt: skip
"""What is asked of somebody is said in the same words: “Complete the security training” is a good
answer to “What has to be done?”."""
_ASKS = re.compile(
    r"^\W*(?:what|who|where|when|how|which|show|list|tell|do i|have i|did|am i|is|are)\b|\?\s*$",
    re.IGNORECASE,
)


class FormTurn(SkillAction):
    """Rasa calls this at each turn of an active form, and when the form comes back to the front
    after something else was asked in between."""

    def take(self, asked: Asked, answer: Answer) -> Events:
        # What is asked within a form is answered to the form.
        return self.act(asked, answer)

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        # Answered as it stood when this was said, should the turn be played once more.
        turn_id = asked.turn.turn_id if asked.just_said else None
        draft = self.roll.drafts.get(actor, asked.draft_id, turn_id)
        if draft is None:
            answer.say("That form is closed. Say what you would like to register or do.")
            return FINISH
        form = self.roll.drafts.form_of(actor, draft)
        if not asked.just_said:
            return self._tell(actor, form, self._where_it_was(actor, form, draft), answer)
        if not self._insists(asked, draft, form):
            done = about_drafts(self.roll, asked, answer, at_hand=draft)
            if done:  # Something was asked back: one question at a time.
                return [*done, *GO_ON]
            if done is not None:
                return self._tell(actor, form, self._where_it_was(actor, form, draft), answer)
            if self._is_digression(asked, draft, form):
                if self._is_free(draft, form):
                    self.roll.drafts.doubt(draft, asked.text)
                # Refused by the form, the message goes to the skill it is meant for; then the
                # form asks its question again.
                raise ActionExecutionRejection(self.action_name)
        result = self.roll.drafts.respond(actor, draft, _utterance(asked))
        if result.batch:
            say_saved_table(form, result.batch, answer)
            return FINISH
        if isinstance(result.saved, Task):
            names = self.roll.directory.names([result.saved.employee_id])
            say_assigned(actor, [result.saved], names, answer)
            return FINISH
        if isinstance(result.saved, Completion):
            say_completed(result.saved, answer)
            return FINISH
        if isinstance(result.saved, Meeting):
            say_planned(actor, result.saved, answer)
            return FINISH
        if result.saved is not None:
            say_saved(form, result.saved, answer)
            return FINISH
        return self._tell(actor, form, result.outcome, answer)

    def _where_it_was(self, actor: Principal, form: Form, draft: Draft) -> Outcome:
        """The question or summary that stands, also one that asks back a guess."""
        if draft.guess is not None:
            spec = form.field(draft.guess.field)
            shown = show(spec, draft.guess.value, self.roll.drafts.context(actor))
            return Outcome(draft, Event.QUESTION, f"Did you mean {shown}?")
        return Outcome(draft, Event.QUESTION if draft.asking else Event.SUMMARY)

    def _is_free(self, draft: Draft, form: Form) -> bool:
        return bool(draft.asking) and form.field(str(draft.asking)).kind in ("text", "name")

    def _insists(self, asked: Asked, draft: Draft, form: Form) -> bool:
        return (
            draft.asking is not None
            and asked.turn.kind == "text"
            and insists(draft, form.field(draft.asking), asked.text)
        )

    def _is_digression(self, asked: Asked, draft: Draft, form: Form) -> bool:
        if asked.intent not in DIGRESSIONS or (draft.rows and speaks_of_row(asked.text)):
            return False
        if asked.intent == "update_task" and asked.text:
            # "No wait, make it urgent": the form at hand, unless another task is named.
            return UpdateTask(self.roll, self._turn_key).plainly_meant(asked) is not None
        if asked.intent == "complete_session" and draft.form == "completion" and asked.text:
            # "No, it ended at 11": the form at hand as well, not another session.
            return _OF_IT.match(asked.text) is None
        if draft.asking is None or (asked.turn.kind == "button" and not asked.text):
            return True
        spec = form.field(draft.asking)
        if says_unknown(asked.text):
            return False
        if self._is_free(draft, form):
            return self._interrupts_a_text(asked, draft, form)
        if spec.kind == "employee" and _BARE_ID.fullmatch(asked.text):
            # An answer, also when nobody has that id: not somebody who wants to sign in.
            return False
        if _ASKS.search(asked.text) and asked.confidence >= LIKELY_QUESTION:
            return True
        try:
            read(spec, asked.text, self.roll.drafts.context(asked.actor))
        except Unsure:
            return asked.confidence >= CLEAR_REQUEST
        except Invalid:
            # Less than that is a mistyped answer: "jane at acme".
            return asked.confidence >= LIKELY_REQUEST
        return False

    def _interrupts_a_text(self, asked: Asked, draft: Draft, form: Form) -> bool:
        """Any words can be a text or a name; only a clear request is taken for one."""
        spec = form.field(str(draft.asking))
        names_a_task = draft.form == "task" and spec.name == form.title_field
        if names_a_task and asked.intent in DEEDS:
            return False
        if _ASKS.search(asked.text) and asked.confidence >= LIKELY_QUESTION:
            return True
        plain = spec.longest > PROSE or looks_like_a_name(asked.text)
        return asked.confidence >= (PLAIN_REQUEST if plain else CLEAR_REQUEST)

    def after_error(self) -> Events:
        return FINISH

    def refuse_command(self, asked: Asked, answer: Answer) -> Events:
        """A command is no answer either: the question stays."""
        super().refuse_command(asked, answer)
        actor = asked.require_person()
        draft = self.roll.drafts.get(actor, asked.draft_id)
        if draft is None:
            return FINISH
        form = self.roll.drafts.form_of(actor, draft)
        return self._tell(actor, form, self._where_it_was(actor, form, draft), answer)

    def _tell(self, actor: Principal, form: Form, outcome: Outcome, answer: Answer) -> Events:
        match outcome.event:
            case Event.CANCELLED:
                say_cancelled(self.roll, actor, outcome.draft, answer)
                return FINISH
            case Event.PARKED:
                answer.say(
                    f"I keep the {self.roll.drafts.title(actor, outcome.draft)} for you. Say "
                    f"“continue my {form.label}” any time.",
                    buttons=[button(f"Continue the {form.label}", "/continue_draft")],
                )
                return FINISH
            case Event.SUMMARY if outcome.draft.rows:
                say_table(form, outcome, answer)
            case Event.SUMMARY:
                say_summary(form, outcome, self.roll.drafts.context(actor), answer)
            case _:
                say_question(form, outcome, answer)
        return GO_ON


def _utterance(asked: Asked) -> Utterance:
    return Utterance(
        asked.text or asked.entities.get("field_name", ""),
        asked.intent,
        asked.entities.get("field_name"),
        asked.confidence,
        pressed=asked.turn.kind == "button" and not asked.text,
        turn_id=asked.turn.turn_id,
    )


class RegistrationForm(FormTurn):
    """A turn of `registration_form`."""

    action_name = "validate_registration_form"


class TaskForm(FormTurn):
    """A turn of `task_form`."""

    action_name = "validate_task_form"


class CompletionForm(FormTurn):
    """A turn of `completion_form`."""

    action_name = "validate_completion_form"


class MeetingForm(FormTurn):
    """A turn of `meeting_form`."""

    action_name = "validate_meeting_form"
