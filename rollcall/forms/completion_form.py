"""The form that closes a scheduled session: which one, when it really was, what it was about."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rollcall.clock import Clock
from rollcall.completions.completions import Completions
from rollcall.completions.lists import Wanted
from rollcall.completions.model import Completion, Ending
from rollcall.dates import zone
from rollcall.errors import Conflict, Duplicate, NotFound
from rollcall.forms.draft import Draft
from rollcall.forms.spec import Choice, Form, load_form
from rollcall.principal import Principal
from rollcall.settings import ROOT
from rollcall.spoken.sessions import Told

NAME = "completion"
FILE = ROOT / "data" / "forms" / "completion.yml"
MOST_CHOICES = 20


class CompletionForm:
    """Knows the sessions that can be closed, fills in what is known, and saves."""

    def __init__(self, completions: Completions, clock: Clock) -> None:
        self._completions = completions
        self._clock = clock
        self.form = load_form(FILE)

    def open_sessions(self, actor: Principal) -> Sequence[Completion]:
        """The actor's pending sessions that have begun, the latest first."""
        wanted = Wanted(actor.employee_id, "pending", until=self._clock())
        return self._completions.list(actor, wanted, MOST_CHOICES).items

    def form_for(self, actor: Principal, draft: Draft) -> Form:
        """The form with the sessions that may be meant as its choices."""
        sessions = list(self.open_sessions(actor))
        chosen = draft.answers.get("id")
        if chosen and all(one.completion_id != chosen for one in sessions):
            sessions += self._chosen(actor, chosen)
        choices = tuple(Choice(one.completion_id, label_of(one), (one.title,)) for one in sessions)
        first, *others = self.form.fields
        kind = "choice" if choices else "text"
        return replace(self.form, fields=(replace(first, kind=kind, choices=choices), *others))

    def known(self, actor: Principal, session: Completion, told: Told) -> dict[str, Any]:
        """What is known of how a session went: as it was told, else as attendance says.

        Its beginning is taken as planned when nothing says otherwise; its end is asked for.
        """
        proposal = self._completions.proposal(actor, session.completion_id)
        here = zone(session.timezone)
        starts, ends = (
            moment.astimezone(here).time() for moment in (session.starts_at, session.ends_at)
        )
        seen = proposal.source == "attendance"
        began = told.starts_at(starts) or proposal.starts.astimezone(here).time()
        ended = told.ends_at(ends) or (proposal.ends.astimezone(here).time() if seen else None)
        found: dict[str, Any] = {
            "id": session.completion_id,
            "actual_start_time": f"{began:%H:%M}",
        }
        if ended is not None:
            found["actual_end_time"] = f"{ended:%H:%M}"
        if told.notes:
            found["notes"] = told.notes[:1000]
        if told.code:
            found["completion_code"] = told.code
        return found

    def save(self, actor: Principal, draft: Draft) -> Completion:
        """Close the session. Raises `Duplicate` for a code that was used, `Invalid`, `Conflict`
        when somebody else closed it."""
        answers = draft.answers
        ending = Ending(
            answers["actual_start_time"],
            answers["actual_end_time"],
            answers.get("completion_code"),
            answers.get("notes"),
        )
        try:
            return self._completions.complete(actor, answers["id"], ending, draft.key)
        except Conflict as error:
            if error.fields:
                raise Duplicate(error.message, error.fields) from error
            raise

    def _chosen(self, actor: Principal, completion_id: str) -> list[Completion]:
        try:
            return [self._completions.get(actor, completion_id)]
        except NotFound:
            return []


def label_of(session: Completion) -> str:
    """A session as it is named in a list: title, day and time."""
    starts, ends = session.local(session.starts_at), session.local(session.ends_at)
    return f"{session.title}, {starts:%a} {starts:%-d %b %H:%M}–{ends:%H:%M}"
