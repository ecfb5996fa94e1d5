"""Questions to the record in plain words, and their answers as a file."""

import re
from typing import Any
from urllib.parse import urlencode

from rasa_sdk.events import SlotSet

from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of
from rollcall.forms.kinds import show_moment
from rollcall.history_query import COLUMNS, HistoryAnswer, HistoryQuery
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.questions import Asking, read_question

SHOWN = 10
OWN_REGISTRATIONS = "my registrations"
NOUNS = {
    "registrations": "registration",
    "tasks": "task",
    "sessions": "session",
    "activities": "activity",
}
PLURALS = {"activities": "activities"}
_SPREADSHEET = re.compile(r"\b(excel|xlsx|spreadsheet|workbook)\b", re.IGNORECASE)


class HistoryAction(SkillAction):
    """Base: what is asked, with what a follow-up leaves out taken from the question before."""

    def question(self, asked: Asked) -> HistoryQuery:
        """The query that the words mean."""
        actor = asked.require_person()
        asking = Asking(
            actor=actor,
            now=self.roll.clock(),
            people=self.roll.directory.everyone(actor, Permission.READ_ACTIVITIES),
            catalogue=self.roll.catalogue,
        )
        # A pressed button has no words: it may name a type, else it asks for everything.
        named = asked.entities.get("registration_type")
        words = asked.text or (f"my {named}" if named else OWN_REGISTRATIONS)
        return read_question(words, asking, asked.last_question if asked.text else None)


class QueryHistory(HistoryAction):
    """“How many suppliers did EMP002 register last week?”, “only trainings”, “and for EMP003?”"""

    action_name = "action_query_history"

    def act(self, asked: Asked, answer: Answer) -> Events:
        query = self.question(asked)
        found = self.roll.history.ask(asked.actor, query)
        url = f"/dashboard?{urlencode(query.params())}"
        lines = [self._sentence(asked.actor, found)]
        custom: dict[str, Any] = {
            "type": "table",
            "total": found.total,
            "query": query.params(),
            "url": url,
            "chips": self._chips(asked.actor, query),
        }
        if found.groups:
            lines += [_group_line(one.label, one.count, one.before) for one in found.groups]
            custom |= _group_table(found)
        elif query.measure == "list":
            custom |= self._rows(asked.actor, found)
            lines += [
                "• " + ", ".join(str(value) for value in row.values() if value)
                for row in custom["rows"]
            ]
            if found.total > SHOWN:
                lines.append(f"… and {found.total - SHOWN} more on the dashboard.")
        else:
            custom |= {"columns": [], "rows": []}
        answer.say("\n".join(lines), custom, self._next_steps(found))
        return [SlotSet("last_question", query.params())]

    def _sentence(self, actor: Principal, found: HistoryAnswer) -> str:
        query = found.query
        noun, plural = self._noun(query)
        whose = self._whose(actor, query)
        if whose == "There are" and found.total == 1:
            whose = "There is"
        period = f" {query.period}" if query.period else ""
        if query.measure == "compare" and found.before is not None:
            return (
                f"{whose} {count_of(found.total, noun, plural)}{period}, "
                f"against {found.before or 'none'} in the period before."
            )
        if query.measure == "duration" and found.minutes is not None:
            return f"{whose} {count_of(found.total, noun, plural)}{period}: {_long(found.minutes)}."
        tail = ", the latest first:" if query.measure == "list" and found.rows else "."
        if found.groups:
            tail = ":"
        return f"{whose} {count_of(found.total, noun, plural)}{period}{tail}"

    def _noun(self, query: HistoryQuery) -> tuple[str, str]:
        if query.type:
            form = self.roll.catalogue.get(query.type)
            return form.label, form.plural
        noun = NOUNS[query.subject]
        words = [
            one for one in (query.status, query.priority and f"{query.priority}-priority") if one
        ]
        adjectives = " ".join(words).replace("_", "-")
        plural = PLURALS.get(query.subject, f"{noun}s")
        return f"{adjectives} {noun}".strip(), f"{adjectives} {plural}".strip()

    def _whose(self, actor: Principal, query: HistoryQuery) -> str:
        if query.employee_id is None:
            return "There are" if query.measure != "duration" else "Together,"
        if query.employee_id == actor.employee_id:
            return "You have"
        name = self.roll.directory.names([query.employee_id]).get(query.employee_id)
        return f"{name} ({query.employee_id}) has" if name else f"{query.employee_id} has"

    def _chips(self, actor: Principal, query: HistoryQuery) -> list[str]:
        whose = "mine" if query.employee_id == actor.employee_id else query.employee_id
        parts = [
            self._noun(query)[1],
            whose or "everyone I may see",
            query.period,
            f"by {query.group_by}" if query.group_by else None,
            {"count": "how many", "compare": "compared", "duration": "how long"}.get(query.measure),
        ]
        return [one for one in parts if one]

    def _rows(self, actor: Principal, found: HistoryAnswer) -> dict[str, Any]:
        names = {
            name: label
            for name, label in COLUMNS[found.query.subject].items()
            if not (name == "who" and found.query.employee_id)
        }
        rows = [
            {name: self._cell(actor, row.get(name)) for name in names} for row in found.rows[:SHOWN]
        ]
        columns = [{"name": name, "label": label} for name, label in names.items()]
        return {"columns": columns, "rows": rows}

    @staticmethod
    def _cell(actor: Principal, value: Any) -> str:
        if value is None:
            return ""
        return show_moment(value, actor.timezone) if hasattr(value, "astimezone") else str(value)

    @staticmethod
    def _next_steps(found: HistoryAnswer) -> list[dict[str, str]]:
        if not found.total:
            return []
        steps = [button("As a spreadsheet", "as a spreadsheet")]
        if not found.groups and found.query.subject == "registrations" and not found.query.type:
            steps.insert(0, button("By type", "by type"))
        return steps


class Export(HistoryAction):
    """“As a spreadsheet”: the last question's answer, whole, as CSV or XLSX."""

    action_name = "action_export"

    def act(self, asked: Asked, answer: Answer) -> Events:
        query = self.question(asked)
        found = self.roll.history.ask(asked.actor, query)
        named = asked.entities.get("format", "").lower()
        file_format = "csv" if named == "csv" or "csv" in asked.text.lower() else "xlsx"
        if named == "xlsx" or _SPREADSHEET.search(asked.text):
            file_format = "xlsx"
        url = f"/api/v1/exports?{urlencode({'format': file_format, **query.params()})}"
        answer.say(
            f"Here it is as {file_format.upper()}: {url}",
            {
                "type": "table",
                "columns": [],
                "rows": [],
                "total": found.total,
                "query": query.params(),
                "url": url,
                "chips": [file_format.upper(), query.subject],
            },
        )
        return [SlotSet("last_question", query.params())]


def _group_line(label: str, count: int, before: int | None) -> str:
    return f"• {label}: {count}" + (f" (before: {before})" if before is not None else "")


def _group_table(found: HistoryAnswer) -> dict[str, Any]:
    compared = found.query.measure == "compare"
    columns = [
        {"name": "label", "label": str(found.query.group_by).capitalize()},
        {"name": "count", "label": "Now" if compared else "Count"},
        *([{"name": "before", "label": "Before"}] if compared else []),
    ]
    series = [_series("now", found), *([_series("before", found)] if compared else [])]
    return {
        "total": len(found.groups),
        "columns": columns,
        "rows": [
            {"label": one.label, "count": one.count, **({"before": one.before} if compared else {})}
            for one in found.groups
        ],
        "series": series,
    }


def _series(name: str, found: HistoryAnswer) -> dict[str, Any]:
    values = [one.count if name == "now" else one.before or 0 for one in found.groups]
    labels = [one.label for one in found.groups]
    points = [{"label": a, "value": b} for a, b in zip(labels, values, strict=True)]
    return {"name": name, "points": points}


def _long(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return count_of(rest, "minute")
    return f"{count_of(hours, 'hour')} {count_of(rest, 'minute') if rest else ''}".strip()
