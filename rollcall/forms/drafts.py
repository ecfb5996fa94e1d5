"""Drafts: forms that are not saved yet. They live in MongoDB, so that a form survives a reload,
a sign-out, another device and a restart."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bson import ObjectId

from rollcall.batches import Batches
from rollcall.clock import Clock, iso
from rollcall.errors import Duplicate, Invalid, NotFound
from rollcall.forms.dialogue import (
    Draft,
    Event,
    Outcome,
    Utterance,
    begin,
    respond,
)
from rollcall.forms.kinds import Context, jsonable
from rollcall.forms.spec import Form, load_form
from rollcall.forms.table_dialogue import checked_rows, respond_to_table
from rollcall.forms.tables import Row, rows_of, split, type_of
from rollcall.permissions import in_person
from rollcall.principal import Principal
from rollcall.registrations import Registration, Registrations
from rollcall.settings import ROOT
from rollcall.storage.database import Database, Document, storage_errors
from rollcall.tasks import NewTask, Task, Tasks

TASK_FORM = ROOT / "data" / "forms" / "task.yml"
MISSING = "There is no such draft."


@dataclass(frozen=True)
class Saved:
    """What came of a draft."""

    outcome: Outcome
    saved: Registration | Task | None = None
    batch: tuple[Registration, ...] = ()


class Drafts:
    """Begins, continues and saves forms for a person."""

    def __init__(
        self,
        database: Database,
        registrations: Registrations,
        batches: Batches,
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._collection = database.collection("drafts")
        self._registrations = registrations
        self._batches = batches
        self._tasks = tasks
        self._clock = clock
        self.task_form = load_form(TASK_FORM)

    def form_of(self, actor: Principal, draft: Draft) -> Form:
        """What the draft is a draft of. Raises `NotFound` or `Forbidden` for a type that is
        gone or no longer open to the actor."""
        if draft.form == "task":
            return self.task_form
        return self._registrations.type_for(actor, draft.type)

    def context(self, actor: Principal) -> Context:
        """What answers are read with and shown in."""
        return self._registrations.context(actor)

    def begin_registration(self, actor: Principal, type_name: str, text: str) -> Outcome:
        """Begin a registration with what the opening sentence says. An open form is parked.

        Raises `Forbidden` and `NotFound` as `Registrations.type_for` does.
        """
        form = self._registrations.type_for(actor, type_name)
        draft = self._new(actor, "registration", type_name)
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

    def begin_task(self, actor: Principal, known: Mapping[str, Any]) -> Outcome:
        """Begin a task with values that were read already."""
        draft = replace(self._new(actor, "task", "task"), answers=dict(known))
        form = self.task_form
        return self._keep(begin_from(draft, form))

    def get(self, actor: Principal, draft_id: str | None) -> Draft | None:
        """One's own unfinished form, or None when it was finished or isn't one's own."""
        if not actor.signed_in or not ObjectId.is_valid(draft_id or ""):
            return None
        with storage_errors():
            found = self._collection.find_one(
                {
                    "_id": ObjectId(draft_id),
                    "employee_id": actor.employee_id,
                    "state": {"$in": ["open", "parked"]},
                }
            )
        return replace(_build(found), state="open") if found else None

    def list(self, actor: Principal, limit: int = 20) -> Sequence[Draft]:
        """One's own unfinished forms, the last one touched first."""
        query = {"employee_id": in_person(actor), "state": {"$in": ["open", "parked"]}}
        with storage_errors():
            found = self._collection.find(query).sort("updated_at", -1).limit(limit)
            return [_build(one) for one in found]

    def resume(self, actor: Principal, type_name: str | None) -> Outcome:
        """Go on with an unfinished form: of `type_name` if given, else the last one touched.

        Raises `NotFound` when there is none.
        """
        waiting = [one for one in self.list(actor) if type_name in (None, one.type)]
        if not waiting:
            raise NotFound("You have no unfinished form to go on with.")
        self._park_open(actor)
        draft = replace(waiting[0], state="open", wrong=0)
        event = Event.QUESTION if draft.asking else Event.SUMMARY
        return self._keep(Outcome(draft, event))

    def respond(self, actor: Principal, draft: Draft, said: Utterance) -> Saved:
        """Take an utterance; saves the thing itself when the person confirms.

        What can't be saved (a value taken meanwhile) is asked again and nothing else is lost.
        """
        form = self.form_of(actor, draft)
        go_on = respond_to_table if draft.rows else respond
        outcome = go_on(draft, form, said, self.context(actor), self._taken(form))
        if outcome.event is not Event.CONFIRMED:
            return Saved(self._keep(outcome))
        try:
            if draft.rows:
                made = self._batches.create(
                    actor, draft.type, [row.typed for row in draft.rows], draft.key
                )
                done = Outcome(replace(outcome.draft, state="saved"), Event.CONFIRMED)
                return Saved(self._keep(done), batch=tuple(made))
            saved = self._save(actor, draft)
        except (Duplicate, Invalid, NotFound) as error:
            wrong = next((one for one in error.fields if one in draft.answers), None)
            again = replace(draft, asking=wrong, wrong=1 if wrong else 0)
            event = Event.QUESTION if wrong else Event.SUMMARY
            return Saved(self._keep(Outcome(again, event, problem=error.message)))
        done = Outcome(replace(outcome.draft, state="saved"), Event.CONFIRMED)
        return Saved(self._keep(done), saved)

    def public(self, actor: Principal, draft: Draft) -> dict[str, Any]:
        """JSON-ready."""
        form = self.form_of(actor, draft)
        return {
            "id": draft.draft_id,
            "form": draft.form,
            "type": draft.type,
            "label": form.label,
            "state": draft.state,
            "answers": {name: jsonable(value) for name, value in draft.answers.items()},
            "asking": draft.asking,
            "answered": len(draft.answers),
            "of": len(form.fields),
            "updated_at": iso(draft.updated_at),
        }

    def _save(self, actor: Principal, draft: Draft) -> Registration | Task:
        if draft.form == "registration":
            return self._registrations.create(actor, draft.type, draft.answers, draft.key)
        answers = draft.answers
        new = NewTask(
            title=answers["title"],
            assignee=answers["assignee"],
            priority=answers.get("priority", "medium"),
            due_date=answers.get("due_date"),
        )
        return self._tasks.assign(actor, new, draft.key)

    def _taken(self, form: Form) -> Any:
        return lambda name, answers: self._registrations.is_taken(form, name, answers)

    def _new(self, actor: Principal, form: str, type_name: str) -> Draft:
        employee_id = in_person(actor)
        self._park_open(actor)
        return Draft(
            draft_id=str(ObjectId()),
            employee_id=employee_id,
            form=form,
            type=type_name,
            key=f"draft-{secrets.token_hex(12)}",
            updated_at=self._clock(),
        )

    def _park_open(self, actor: Principal) -> None:
        with storage_errors():
            self._collection.update_many(
                {"employee_id": actor.employee_id, "state": "open"},
                {"$set": {"state": "parked"}},
            )

    def _keep(self, outcome: Outcome) -> Outcome:
        draft = replace(outcome.draft, updated_at=self._clock())
        document: Document = {
            "employee_id": draft.employee_id,
            "form": draft.form,
            "type": draft.type,
            "key": draft.key,
            "answers": draft.answers,
            "skipped": list(draft.skipped),
            "asking": draft.asking,
            "wrong": draft.wrong,
            "state": draft.state,
            "rows": [{"typed": row.typed, "problems": row.problems} for row in draft.rows],
            "updated_at": draft.updated_at,
        }
        with storage_errors():
            self._collection.replace_one({"_id": ObjectId(draft.draft_id)}, document, upsert=True)
        return replace(outcome, draft=draft)


def begin_from(draft: Draft, form: Form) -> Outcome:
    """The first open question of a draft whose answers are read already."""
    missing = [one for one in form.fields if one.name not in draft.answers]
    if not missing:
        return Outcome(draft, Event.SUMMARY)
    return Outcome(replace(draft, asking=missing[0].name), Event.QUESTION)


def _build(document: Document) -> Draft:
    return Draft(
        draft_id=str(document["_id"]),
        employee_id=document["employee_id"],
        form=document["form"],
        type=document["type"],
        key=document["key"],
        updated_at=document["updated_at"],
        answers=document["answers"],
        skipped=tuple(document["skipped"]),
        asking=document["asking"],
        wrong=document["wrong"],
        state=document["state"],
        rows=tuple(Row(one["typed"], {}, one["problems"]) for one in document.get("rows", ())),
    )
