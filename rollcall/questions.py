"""From words to a `HistoryQuery`: "how many suppliers did EMP002 register last week?"

What a short follow-up leaves out ("only trainings", "and for EMP003?") is taken from the question
before. Names are looked up among the people the asker may see.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from rapidfuzz import fuzz, process, utils

from rollcall.catalogue import Catalogue
from rollcall.directory import Employee
from rollcall.history_query import HistoryQuery
from rollcall.periods import find_period
from rollcall.principal import Principal, Role
from rollcall.storage.schema import PRIORITIES

_ID = re.compile(r"\b([A-Za-z]{2,6}\d{3,8})\b")
_MINE = re.compile(r"\b(my|mine|i|me|myself|i've|i'm)\b", re.I)
_TEAM = re.compile(r"\b(my|our|the) (team|people|staff|branch|department)\b", re.I)
_EVERYONE = re.compile(
    r"\b(everyone|everybody|all|anyone|anybody|team|company|who|people|each|per person|whole)\b",
    re.I,
)
_COUNT = re.compile(r"\b(how many|how much|count|number of|total)\b", re.I)
_COMPARE = re.compile(r"\b(compare|compared|comparison|versus|vs|than|against)\b", re.I)
_LONG = re.compile(r"\b(how long|how much time|duration|hours|time spent)\b", re.I)
_WHO = re.compile(r"^\W*(who|whose|which (people|employee|employees|person))\b", re.I)
_FOLLOW = re.compile(
    r"^\W*(and|only|just|what about|how about|now|same|but|for|by|instead|also)\b", re.I
)
_GROUP = re.compile(
    r"\b(?:by|per|grouped by|for each|each)\s+(type|kind|category|person|people|employee|who|"
    r"colleague|status|state|priority|day|date|week|month)\b",
    re.I,
)
_GROUPS = {"kind": "type", "category": "type", "person": "employee", "people": "employee",
           "who": "employee", "colleague": "employee", "state": "status",
           "date": "day"}  # fmt: skip
_SUBJECTS = [
    ("tasks", re.compile(r"\b(tasks?|to-?dos?|assignments?|overdue)\b", re.I)),
    ("sessions", re.compile(r"\b(sessions?|sign(ed)?[- ]?ins?|log(ged)?[- ]?ins?)\b", re.I)),
    (
        "activities",
        re.compile(
            r"\b(activit(y|ies)|what happened|timeline|what (has|have) .* (done|doing))\b", re.I
        ),
    ),
    ("registrations", re.compile(r"\b(regist\w*|entries|records?)\b", re.I)),
]
_STATES = [
    ("overdue", re.compile(r"\b(overdue|late|past due)\b", re.I)),
    ("completed", re.compile(r"\b(completed?|finished|done|closed)\b", re.I)),
    ("in_progress", re.compile(r"\b(in progress|started|ongoing|being worked on)\b", re.I)),
    ("pending", re.compile(r"\b(pending|not started|waiting)\b", re.I)),
    ("open", re.compile(r"\b(open|unfinished|outstanding|left)\b", re.I)),
    ("active", re.compile(r"\b(active|live|signed in now)\b", re.I)),
]
_PRIORITY = re.compile(rf"\b({'|'.join(PRIORITIES)})\b", re.I)
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)*")
NAME_SURE = 88.0
SHORT_WORDS = 6
SHORT = 3


@dataclass(frozen=True)
class Asking:
    """What a question is read with: who asks, when, and which people they may ask about."""

    actor: Principal
    now: datetime
    people: list[Employee]
    catalogue: Catalogue


def read_question(
    text: str, asking: Asking, previous: Mapping[str, str] | None = None
) -> HistoryQuery:
    """The query that `text` means; `previous` are the parameters of the last question, if any."""
    subject = next((name for name, words in _SUBJECTS if words.search(text)), None)
    form = asking.catalogue.recognise(text) if subject in (None, "registrations") else None
    short = bool(_FOLLOW.match(text)) and len(text.split()) <= SHORT_WORDS
    follows = previous is not None and (short or (subject is None and form is None))
    base = HistoryQuery.from_params(previous) if follows and previous else HistoryQuery()
    query = base
    if form is not None:
        query = replace(query, subject="registrations", type=form.name)
    elif subject is not None:
        query = replace(query, subject=subject, type=base.type if subject == base.subject else None)
    query = _with_person(query, text, asking, follows)
    period = find_period(text, asking.now, asking.actor.timezone)
    if period:
        query = replace(query, since=period.since, until=period.until, period=period.words)
    query = _with_state(query, text)
    group = _GROUP.search(text)
    if group:
        query = replace(query, group_by=_GROUPS.get(group[1].lower(), group[1].lower()))
    elif _WHO.match(text):
        query = replace(query, group_by="employee")
    return _with_measure(query, text, follows)


def _with_person(query: HistoryQuery, text: str, asking: Asking, follows: bool) -> HistoryQuery:
    named = _ID.search(text)
    if named:
        return replace(query, employee_id=named[1].upper())
    if _WHO.match(text) or _TEAM.search(text):
        return replace(query, employee_id=None)
    if _MINE.search(text):
        return replace(query, employee_id=asking.actor.employee_id)
    person = person_named(text, asking.people)
    if person:
        return replace(query, employee_id=person)
    if _EVERYONE.search(text):
        return replace(query, employee_id=None)
    if follows:
        return query
    alone = asking.actor.role in (Role.EMPLOYEE, Role.FACULTY)
    return replace(query, employee_id=asking.actor.employee_id if alone else None)


def person_named(text: str, people: list[Employee]) -> str | None:
    """The id of the one person whose first, last or full name stands in `text`, or None."""
    names = {one.employee_id: one.name for one in people}
    for words in _NAME.findall(text):
        best = process.extractOne(
            words,
            names,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            score_cutoff=NAME_SURE,
        )
        if best:
            return str(best[2])
    words = set(utils.default_process(text).split())
    meant = {
        one.employee_id
        for one in people
        if words & {part for part in utils.default_process(one.name).split() if len(part) > SHORT}
    }
    return meant.pop() if len(meant) == 1 else None


def _with_state(query: HistoryQuery, text: str) -> HistoryQuery:
    if query.subject not in ("tasks", "sessions"):
        return replace(query, status=None, priority=None)
    state = next((name for name, words in _STATES if words.search(text)), query.status)
    allowed = {"tasks": ("overdue", "completed", "in_progress", "pending", "open"),
               "sessions": ("active", "ended", "expired")}[query.subject]  # fmt: skip
    priority = _PRIORITY.search(text) if query.subject == "tasks" else None
    return replace(
        query,
        status=state if state in allowed else None,
        priority=priority[1].lower() if priority else query.priority,
    )


def _with_measure(query: HistoryQuery, text: str, follows: bool) -> HistoryQuery:
    if _COMPARE.search(text):
        return replace(query, measure="compare")
    if _LONG.search(text) and query.subject in ("sessions", "tasks"):
        return replace(query, measure="duration")
    if _COUNT.search(text):
        return replace(query, measure="count")
    return query if follows else replace(query, measure="list")
