"""Drafts: forms that are not saved yet. They live in MongoDB, so that a form survives a reload,
a sign-out, another device and a restart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bson import ObjectId

from rollcall.batches import Batches
from rollcall.clock import Clock, iso
from rollcall.completions.completions import Completions
from rollcall.completions.model import Completion
from rollcall.errors import Conflict, Duplicate, Invalid, NotFound
from rollcall.forms import completion_form
from rollcall.forms.answering import Setting
from rollcall.forms.answering import take as answered
from rollcall.forms.completion_form import CompletionForm
from rollcall.forms.dialogue import begin, respond
from rollcall.forms.draft import Draft, Event, Outcome, Utterance, new_draft
from rollcall.forms.draft_store import DraftStore
from rollcall.forms.kinds import Context, jsonable
from rollcall.forms.showing import titled
from rollcall.forms.spec import Form, load_form
from rollcall.forms.steps import go_on
from rollcall.forms.table_dialogue import checked_rows, respond_to_table
from rollcall.forms.tables import rows_of, split, type_of
from rollcall.meetings.meetings import Meetings
from rollcall.meetings.model import Meeting
from rollcall.meetings.spoken import planned_meeting
from rollcall.permissions import in_person
from rollcall.principal import Principal
from rollcall.registration import UNDO_WITHIN, Registration
from rollcall.registration_changes import RegistrationChanges
from rollcall.registrations import Registrations
from rollcall.settings import ROOT
from rollcall.spoken.sessions import Told
from rollcall.tasks import NewTask, Task, Tasks

FORMS = ROOT / "data" / "forms"
LISTED = 20
NONE_TO_CONTINUE = "You have no unfinished form to go on with."


@dataclass(frozen=True)
class Saved:
    """What came of a draft."""

    outcome: Outcome
    saved: Registration | Task | Completion | Meeting | None = None
    batch: tuple[Registration, ...] = ()


class Drafts:
    """Begins, continues and saves forms for a person."""

    def __init__(
        self,
        store: DraftStore,
        registrations: Registrations,
        changes: RegistrationChanges,
        batches: Batches,
        tasks: Tasks,
        meetings: Meetings,
        completions: Completions,
        clock: Clock,
    ) -> None:
        self._store = store
        self._registrations = registrations
        self._changes = changes
        self._batches = batches
        self._tasks = tasks
        self._meetings = meetings
        self._clock = clock
        self.task_form = load_form(FORMS / "task.yml")
        self.meeting_form = load_form(FORMS / "meeting.yml")
        self.completion_form = CompletionForm(completions, clock)

    def form_of(self, actor: Principal, draft: Draft) -> Form:
        """What the draft is a draft of. Raises `NotFound` or `Forbidden` for a type that is
        gone or no longer open to the actor."""
        if draft.form == "task":
            return self.task_form
        if draft.form == completion_form.NAME:
            return self.completion_form.form_for(actor, draft)
        if draft.form == "meeting":
            return self.meeting_form
        return self._registrations.type_for(actor, draft.type)

    def context(self, actor: Principal) -> Context:
        """What answers are read with and shown in."""
        return self._registrations.context(actor)

    def begin_registration(
        self, actor: Principal, type_name: str, text: str, turn_id: str | None = None
    ) -> Outcome:
        """Begin a registration with what the opening sentence says. An open form is parked. A turn
        that is played again begins the same one.

        Raises `Forbidden` and `NotFound` as `Registrations.type_for` does.
        """
        form = self._registrations.type_for(actor, type_name)
        draft = self._new(actor, "registration", type_name, turn_id)
        return self._keep(begin(draft, form, text, self.context(actor), self._taken(form)))

    def begin_table(self, actor: Principal, text: str, type_name: str | None = None) -> Outcome:
        """Begin a draft of many registrations from a pasted table. An open form is parked.

        Raises `Invalid` for what is no table, or one whose columns fit no type.
        """
        cells = split(text)
        if type_name is not None:
            form: Form | None = self._registrations.type_for(actor, type_name)
        else:
            form = type_of(list(self._registrations.types(actor)), cells[0])
        if form is None:
            raise Invalid(
                "I can't tell what these rows are. The first line should name the columns, for "
                "example: Company name, Contact person, E-mail, Category."
            )
        context = self.context(actor)
        rows = rows_of(form, cells, context)
        draft = self._new(actor, "registration", form.name)
        checked = checked_rows(form, rows, context, self._taken(form))
        return self._keep(Outcome(replace(draft, rows=checked), Event.SUMMARY))

    def begin_task(
        self, actor: Principal, known: Mapping[str, Any], turn_id: str | None = None
    ) -> Outcome:
        """Begin a task with values that were read already. An open form is parked."""
        draft = replace(self._new(actor, "task", "task", turn_id), answers=dict(known))
        return self._keep(go_on(draft, self.task_form))

    def begin_completion(
        self, actor: Principal, session: Completion, told: Told, turn_id: str | None = None
    ) -> tuple[Outcome, Form]:
        """Begin to close a session, with what is known of how it went. An open form is parked."""
        name = completion_form.NAME
        known = self.completion_form.known(actor, session, told)
        skipped = () if "completion_code" in known else ("completion_code",)
        draft = replace(self._new(actor, name, name, turn_id), answers=known, skipped=skipped)
        form = self.form_of(actor, draft)
        return self._keep(go_on(draft, form)), form

    def begin_meeting(
        self,
        actor: Principal,
        known: Mapping[str, Any],
        skipped: tuple[str, ...] = (),
        guests: str | None = None,
        turn_id: str | None = None,
    ) -> Outcome:
        """Begin a meeting with values that were read already. An open form is parked.

        `guests` are the words that say who is invited: if it isn't clear who, that is asked first,
        and without them not at all.
        """
        form, new = self.meeting_form, self._new(actor, "meeting", "meeting", turn_id)
        if guests is None:
            draft = replace(new, answers=dict(known), skipped=(*skipped, "invited"))
            return self._keep(go_on(draft, form))
        draft = replace(new, answers=dict(known), skipped=skipped)
        setting = Setting(form, self.context(actor), self._taken(form))
        return self._keep(answered(draft, setting, form.field("invited"), guests))

    def get(
        self, actor: Principal, draft_id: str | None, turn_id: str | None = None
    ) -> Draft | None:
        """One's own unfinished form, or None when it was finished or isn't one's own.

        With `turn_id` as that turn met it, also when the turn is played once more.
        """
        if actor.employee_id is None or not ObjectId.is_valid(draft_id or ""):
            return None
        found = self._store.find(actor.employee_id, str(draft_id), turn_id)
        return replace(found, state="open") if found else None

    def list(self, actor: Principal, limit: int = LISTED) -> Sequence[Draft]:
        """One's own unfinished forms with something in them, the last one touched first."""
        return self._store.waiting(in_person(actor), limit)

    def cancelled(self, actor: Principal) -> Draft | None:
        """What one cancelled last, as long as it can be had back: for ten minutes."""
        found = self._store.cancelled(in_person(actor), self._clock() - UNDO_WITHIN)
        return found[0] if found else None

    def resume(
        self, actor: Principal, type_name: str | None = None, draft_id: str | None = None
    ) -> Outcome:
        """Go on with the unfinished form `draft_id`, or of `type_name`, or the last one touched.

        What was cancelled within the last ten minutes comes back when nothing else waits. Raises
        `NotFound` when there is none.
        """
        since = self._clock() - UNDO_WITHIN
        candidates = [*self.list(actor), *self._store.cancelled(in_person(actor), since)]
        found = next(
            (
                one
                for one in candidates
                if type_name in (None, one.type) and draft_id in (None, one.draft_id)
            ),
            None,
        )
        if found is None:
            raise NotFound(NONE_TO_CONTINUE)
        self._store.put_aside(found.employee_id)
        draft = replace(found, state="open", wrong=0)
        event = Event.QUESTION if draft.asking else Event.SUMMARY
        return self._keep(Outcome(draft, event))

    def reopen(self, actor: Principal, document_id: str, turn_id: str | None = None) -> Draft:
        """A draft that changes one's own registration of the last ten minutes.

        Nothing is changed before it is saved. Raises `NotFound`, `Conflict` when it is too late
        or it was taken back.
        """
        found = self._changes.changeable(actor, document_id)
        draft = replace(
            self._new(actor, "registration", found.type, turn_id),
            answers=dict(found.data),
            replaces=found.document_id,
        )
        form = self.form_of(actor, draft)
        skipped = tuple(one.name for one in form.fields if one.name not in draft.answers)
        return self._keep(Outcome(replace(draft, skipped=skipped), Event.SUMMARY)).draft

    def respond(self, actor: Principal, draft: Draft, said: Utterance) -> Saved:
        """Take an utterance; saves the thing itself when the person confirms.

        What can't be saved (a value taken meanwhile) is asked again and nothing else is lost.
        Raises `Conflict` when a registration can't be changed any more.
        """
        form = self.form_of(actor, draft)
        talk = respond_to_table if draft.rows else respond
        outcome = talk(draft, form, said, self.context(actor), self._taken(form, draft.replaces))
        if outcome.event is Event.PARKED and outcome.draft.empty:
            outcome = Outcome(replace(outcome.draft, state="cancelled"), Event.CANCELLED)
        if outcome.event is not Event.CONFIRMED:
            return Saved(self._keep(outcome, draft, said))
        done = Outcome(replace(outcome.draft, state="saved"), Event.CONFIRMED)
        try:
            if draft.rows:
                typed = [row.typed for row in draft.rows]
                made = self._batches.create(actor, draft.type, typed, draft.key)
                return Saved(self._keep(done, draft, said), batch=tuple(made))
            saved = self._save(actor, draft)
        except (Duplicate, Invalid, NotFound) as error:
            wrong = next((one for one in error.fields if one in draft.answers), None)
            again = replace(draft, asking=wrong, wrong=1 if wrong else 0)
            event = Event.QUESTION if wrong else Event.SUMMARY
            refused = Outcome(again, event, problem=error.message)
            return Saved(self._keep(refused, draft, said))
        except Conflict:
            self._store.keep(replace(draft, state="cancelled"))
            raise
        return Saved(self._keep(done, draft, said), saved)

    def put_aside(self, actor: Principal) -> None:
        """Park what one has open."""
        self._store.put_aside(in_person(actor))

    def doubt(self, draft: Draft, text: str) -> None:
        """Remember that `text` was taken for something else than an answer: said once more, it is
        meant as one."""
        self._store.keep(replace(draft, doubted=text))

    def delete(self, actor: Principal, drafts: Sequence[Draft], key: str | None = None) -> int:
        """Delete these drafts of one's own, and put it on record; returns how many.

        Raises `NotFound` when one isn't the actor's.
        """
        owner = in_person(actor)
        if not drafts or any(one.employee_id != owner for one in drafts):
            raise NotFound("There is no such draft.")
        return self._store.delete(actor, drafts, self._labels(), key)

    def expire(self, days: int) -> int:
        """Delete what nobody touched for `days`; returns how many. The worker's job."""
        return self._store.expire(timedelta(days=days), self._labels())

    def title(self, actor: Principal, draft: Draft) -> str:
        """What it is about so far: "supplier Acme", "12 rows of suppliers"."""
        form = self.form_of(actor, draft)
        if draft.rows:
            return f"{len(draft.rows)} rows of {form.plural}"
        return titled(form, draft.answers, self.context(actor))

    def public(self, actor: Principal, draft: Draft) -> dict[str, Any]:
        """JSON-ready."""
        form = self.form_of(actor, draft)
        return {
            "id": draft.draft_id,
            "form": draft.form,
            "type": draft.type,
            "label": form.label,
            "title": self.title(actor, draft),
            "state": draft.state,
            "answers": {name: jsonable(value) for name, value in draft.answers.items()},
            "asking": draft.asking,
            "answered": len(draft.answers),
            "of": len(form.fields),
            "updated_at": iso(draft.updated_at),
        }

    def _save(self, actor: Principal, draft: Draft) -> Registration | Task | Completion | Meeting:
        if draft.form == completion_form.NAME:
            return self.completion_form.save(actor, draft)
        if draft.replaces is not None:
            return self._changes.replace(actor, draft.replaces, draft.answers, draft.key)
        if draft.form == "registration":
            return self._registrations.create(actor, draft.type, draft.answers, draft.key)
        answers = draft.answers
        if draft.form == "meeting":
            planned = planned_meeting(answers, self._clock())
            return self._meetings.create(actor, planned, draft.key)
        new = NewTask(
            title=answers["title"],
            assignee=answers["assignee"],
            priority=answers.get("priority", "medium"),
            due_date=answers.get("due_date"),
        )
        return self._tasks.assign(actor, new, draft.key)

    def _taken(self, form: Form, but: str | None = None) -> Any:
        return lambda name, answers: self._registrations.is_taken(form, name, answers, but)

    def _labels(self) -> dict[str, str]:
        types = self._registrations.labels()
        forms = (self.task_form, self.meeting_form, self.completion_form.form)
        return {**types, **{one.name: one.label for one in forms}}

    def _new(
        self, actor: Principal, form: str, type_name: str, turn_id: str | None = None
    ) -> Draft:
        employee_id = in_person(actor)
        self._store.put_aside(employee_id)
        return new_draft(employee_id, form, type_name, self._clock(), turn_id)

    def _keep(
        self, outcome: Outcome, before: Draft | None = None, said: Utterance | None = None
    ) -> Outcome:
        if said is None or said.turn_id is None:
            return replace(outcome, draft=self._store.keep(outcome.draft))
        now = replace(outcome.draft, turn_id=said.turn_id)
        return replace(outcome, draft=self._store.keep(now, before))
