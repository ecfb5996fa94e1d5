"""Questions to the record in plain words, and their answers as a file."""

import re
from typing import Any
from urllib.parse import urlencode

from rasa_sdk.events import SlotSet

from actions.errors import explain
from actions.history_words import Wording, long_words
from actions.tasks import UpdateTask
from actions.turn import FALLBACK, HISTORY, Answer, Asked, Events, SkillAction, button
from actions.wording import count_of
from rollcall.errors import NotFound
from rollcall.exports import file_name, in_file
from rollcall.forms.kinds import show_moment
from rollcall.history import PERMISSIONS
from rollcall.history_query import Group, HistoryAnswer, HistoryQuery, columns_of
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.questions import Asking, read_question, surely_asks
from rollcall.spoken.strange import Oddity, oddity_of

SHOWN = 10
SHOWN_GROUPS = 15
NOBODY = "NOBODY"
"""Stands in the last question for somebody whom the asker doesn't know: no id looks like it."""
_CSV = re.compile(r"\b(csv|comma|text file)\b", re.IGNORECASE)
_PDF = re.compile(r"\bpdf\b", re.IGNORECASE)


class HistoryAction(SkillAction):
    """Base: what is asked, with what a follow-up leaves out taken from the question before.

    `subject` is what is meant when the words don't say; it is the asker's then.
    """

    subject: str | None = None

    def act(self, asked: Asked, answer: Answer) -> Events:
        return self.reply(asked, answer)

    def reply(self, asked: Asked, answer: Answer) -> Events:
        """Answer the question.

        Somebody who may not be asked about stays whom the talk is about: what follows ("and last
        week?") is refused as well, instead of being answered about somebody else.
        """
        query = HistoryQuery(employee_id=NOBODY)
        events: Events = []
        try:
            query = self.question(asked)
            found = self.roll.history.ask(asked.actor, query)
            events = self.say(asked, query, found, answer)
        except NotFound as error:
            explain(error, answer.say)
        return [*events, SlotSet("last_question", query.params())]

    def question(self, asked: Asked) -> HistoryQuery:
        """The query that the words mean. Raises as `read_question` does."""
        asking = self._asking(asked)
        # A pressed button has no words: it may name a type, else it asks for everything.
        named = asked.entities.get("registration_type")
        words = asked.text or f"my {named or self.subject or 'registrations'}"
        previous = asked.last_question if asked.text else None
        return read_question(words, asking, previous, self.subject)

    def surely_meant(self, asked: Asked) -> bool:
        """Whether the words can only be a question to the record."""
        return surely_asks(asked.text, self._asking(asked), asked.last_question is not None)

    def goes_on(self, asked: Asked) -> bool:
        return self.surely_meant(asked)

    def _asking(self, asked: Asked) -> Asking:
        actor = asked.require_person()
        permission = PERMISSIONS.get(self.subject or "", Permission.READ_ACTIVITIES)
        return Asking(
            actor=actor,
            now=self.roll.clock(),
            people=self.roll.directory.everyone_if_asked(actor, permission),
            catalogue=self.roll.catalogue,
            region=self.roll.settings.region,
            mine=self.subject is not None,
        )

    def say(
        self, asked: Asked, query: HistoryQuery, found: HistoryAnswer, answer: Answer
    ) -> Events:
        """Say what was found; returns Rasa events."""
        raise TypeError(f"{type(self).__name__} has no answer")

    def wording(self, actor: Principal, query: HistoryQuery) -> Wording:
        """How answers to the actor are said."""
        others = [one for one in query.people() if one != actor.employee_id]
        names = self.roll.directory.names(others)
        own_only = self.roll.history.sees_only_own(actor, query)
        return Wording(actor, self.roll.catalogue, names, own_only)


class QueryHistory(HistoryAction):
    """“How many suppliers did EMP002 register last week?”, “only trainings”, “and for EMP003?”"""

    action_name = HISTORY

    def act(self, asked: Asked, answer: Answer) -> Events:
        odd = oddity_of(asked.text) if asked.text else None
        code = odd is not None and odd.oddity is Oddity.CODE and asked.actor.signed_in
        if code and not self.surely_meant(asked):
            # "'; DROP TABLE users" names users, but asks nothing about them.
            return self.skill(FALLBACK).act(asked, answer)
        tasks = UpdateTask(self.roll, self._turn_key)
        if (wish := tasks.plainly_meant(asked)) is not None:
            # "Did Erika finish the stocktaking?": how that task stands, not a count.
            return tasks.handle(asked, answer, wish)
        return super().act(asked, answer)

    def say(
        self, asked: Asked, query: HistoryQuery, found: HistoryAnswer, answer: Answer
    ) -> Events:
        wording = self.wording(asked.actor, query)
        lines = [wording.sentence(found)]
        custom: dict[str, Any] = {
            "type": "table",
            "total": found.total,
            "query": query.params(),
            "url": f"/dashboard?{urlencode(query.params())}",
            "chips": wording.chips(query),
            "columns": [],
            "rows": [],
        }
        if found.groups:
            lines += [f"• {_group_line(one)}" for one in found.groups[:SHOWN_GROUPS]]
            if len(found.groups) > SHOWN_GROUPS:
                lines.append(f"… and {len(found.groups) - SHOWN_GROUPS} more on the dashboard.")
            custom |= _group_table(found)
        elif query.measure in ("list", "missing"):
            custom |= _row_table(asked.actor, found)
            lines += [
                "• " + ", ".join(str(value) for value in row.values() if value)
                for row in custom["rows"]
            ]
            if found.total > SHOWN:
                lines.append(f"… and {found.total - SHOWN} more on the dashboard.")
        if wording.own_only and query.employee_id is None:
            lines.append("I can tell you about your own records only.")
        answer.say("\n".join(lines), custom, _next_steps(found))
        return []


class Export(HistoryAction):
    """“As a spreadsheet”: the last question's answer, whole, as CSV or XLSX."""

    action_name = "action_export"

    def say(
        self, asked: Asked, query: HistoryQuery, found: HistoryAnswer, answer: Answer
    ) -> Events:
        file_format = "csv" if _CSV.search(asked.text) else "xlsx"
        wording = self.wording(asked.actor, query)
        url = f"/api/v1/exports?{urlencode({'format': file_format, **query.params()})}"
        what = _file_words(found, wording)
        lines = []
        if _PDF.search(asked.text):
            lines.append("There is no PDF yet, but a spreadsheet.")
        lines.append(f"Your {file_format.upper()} file is ready: {what}.")
        # Clients that show the link let this line go.
        lines.append(url)
        other = "csv" if file_format == "xlsx" else "xlsx"
        answer.say(
            "\n".join(lines),
            {
                "type": "table",
                "columns": [],
                "rows": [],
                "total": found.total,
                "query": query.params(),
                "url": url,
                "link": f"Download {file_name(query, file_format)}",
                "chips": wording.chips(in_file(query)),
            },
            [button(f"As {other.upper()}", f"export it as {other}")],
        )
        return []


def _file_words(found: HistoryAnswer, wording: Wording) -> str:
    if found.query.group_by:
        return count_of(len(found.groups), "line")
    return count_of(found.total, *wording.noun(found.query))


def _row_table(actor: Principal, found: HistoryAnswer) -> dict[str, Any]:
    one_person = found.query.employee_id and len(found.query.people()) == 1
    names = {
        name: label
        for name, label in columns_of(found.query).items()
        if not (name == "who" and one_person and found.query.measure == "list")
    }
    return {
        "columns": [{"name": name, "label": label} for name, label in names.items()],
        "rows": [
            {name: _cell(actor, name, row.get(name)) for name in names}
            for row in found.rows[:SHOWN]
        ],
    }


def _cell(actor: Principal, name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "minutes":
        return long_words(float(value))
    return show_moment(value, actor.timezone) if hasattr(value, "astimezone") else str(value)


def _next_steps(found: HistoryAnswer) -> list[dict[str, str]]:
    if not found.total:
        return []
    steps = [button("As a spreadsheet", "as a spreadsheet")]
    query = found.query
    if not found.groups and query.subject == "registrations" and not query.type:
        steps.insert(0, button("By type", "by type"))
    if query.measure == "count" and not found.groups:
        steps.insert(0, button("List them", "list them"))
    return steps


def _group_line(one: Group) -> str:
    before = f" (before: {one.before})" if one.before is not None else ""
    average = ""
    if one.minutes is not None and one.count:
        average = f", {long_words(one.minutes / one.count)} on average"
    return f"{one.label}: {one.count}{before}{average}"


def _group_table(found: HistoryAnswer) -> dict[str, Any]:
    compared, timed = found.before is not None, found.minutes is not None
    columns = [
        {"name": "label", "label": str(found.query.group_by).capitalize()},
        {"name": "count", "label": "Now" if compared else "Count"},
        *([{"name": "before", "label": "Before"}] if compared else []),
        *([{"name": "minutes", "label": "On average"}] if timed else []),
    ]
    series = [_series("now", found), *([_series("before", found)] if compared else [])]
    return {
        "total": len(found.groups),
        "columns": columns,
        "rows": [
            {
                "label": one.label,
                "count": one.count,
                **({"before": one.before} if compared else {}),
                **(
                    {"minutes": long_words((one.minutes or 0) / one.count) if one.count else "–"}
                    if timed
                    else {}
                ),
            }
            for one in found.groups
        ],
        "series": series,
    }


def _series(name: str, found: HistoryAnswer) -> dict[str, Any]:
    values = [one.count if name == "now" else one.before or 0 for one in found.groups]
    labels = [one.label for one in found.groups]
    points = [{"label": a, "value": b} for a, b in zip(labels, values, strict=True)]
    return {"name": name, "points": points}
