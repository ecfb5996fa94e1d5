"""From words to a `HistoryQuery`: "how many suppliers did EMP002 register last week?"

What a short follow-up leaves out ("only trainings", "and for EMP003?") is taken from the question
before. Names are looked up among the people the asker may see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rollcall import question_words as said
from rollcall.catalogue import Catalogue
from rollcall.directory import Employee
from rollcall.errors import Invalid, NotFound
from rollcall.history_query import BUT, HistoryQuery
from rollcall.naming import people_in, title_in
from rollcall.periods import Period, find_age, find_period, find_periods
from rollcall.principal import Principal, Role

SHORT_WORDS = 8
LONG_SENTENCE = 12
STATES = {
    "tasks": ("overdue", "completed", "in_progress", "pending", "open"),
    "sessions": ("active", "ended", "expired"),
}


@dataclass(frozen=True)
class Asking:
    """What a question is read with: who asks, when, and which people they may ask about.

    `region` is the country that dates in figures are read by (`dates.day_first`). `mine` when a
    question that names nobody is about the asker, whoever that is.
    """

    actor: Principal
    now: datetime
    people: Sequence[Employee]
    catalogue: Catalogue
    region: str = "US"
    mine: bool = False


def read_question(
    text: str,
    asking: Asking,
    previous: Mapping[str, str] | None = None,
    subject: str | None = None,
) -> HistoryQuery:
    """The query that `text` means; `previous` are the parameters of the last question, if any,
    and `subject` is what is meant when the words don't say.

    Raises `NotFound` when it names somebody the asker may not see, or nobody; `Invalid` when
    several could be meant or a pronoun stands for nobody.
    """
    words = " ".join(said.POLITE.sub(" ", text).split())
    terms = asking.catalogue.named_in(said.NO_TYPE.sub(" ", words))
    other_words = [word for term, _ in terms for word in term.split()]
    title = title_in(words, asking.people, other_words)
    named = people_in(words.replace(title, " ") if title else words, asking.people, other_words)
    rest = named.rest

    about = said.subject_of(rest)
    if subject and about in (None, "activities"):
        about = subject
    if about is None and not terms and said.WORK.search(rest):
        about = "tasks"
    if not terms and about is None and title is None:
        # Words that are nearly those of a type.
        near = asking.catalogue.recognise(rest)
        terms = [(near.name, near)] if near else []
    pair = said.COMPARES_TWO.search(words) and len(named.people) > 1
    follows = previous is not None and not pair and said.follows(words, about or terms or title)
    base = HistoryQuery.from_params(previous) if follows and previous else HistoryQuery()
    query = _with_subject(base, about, [form.name for _, form in terms], rest)
    query = replace(query, title=title or query.title)
    before = (previous or {}).get("employee_id")
    query = _with_people(query, named.people, words, asking, before, follows)
    query = _with_state(query, rest)
    query = _with_period(query, rest, asking)
    query = _with_group(query, rest)
    return _with_measure(query, rest, follows)


def surely_asks(text: str, asking: Asking, after_a_question: bool) -> bool:
    """Whether `text` can only be a question to the record, whatever else it was taken for.

    It names what the record holds and asks for it, or it is no more than a period, a person or
    "only …" `after_a_question`.
    """
    words = " ".join(said.POLITE.sub(" ", text).split())
    asks = any(
        pattern.search(words)
        for pattern in (said.WHO, said.COUNT, said.LONG, said.COMPARE, said.GROUP)
    )
    holds = said.HOLDS.search(words) is not None
    names = holds or bool(asking.catalogue.named_in(words))
    timed = find_period(text, asking.now, asking.actor.timezone, asking.region) is not None
    opens = said.OPENS.search(words)
    if names and (asks or opens or (holds and (timed or said.ASKS.search(words)))):
        return True
    if said.DEEDS.search(words):
        return True
    types = [word for term, _ in asking.catalogue.named_in(words) for word in term.split()]
    if (names or said.REGISTERED.search(words)) and title_in(words, asking.people, types):
        return True
    if not after_a_question or len(words.split()) > SHORT_WORDS:
        return False
    if timed or said.group_in(words) or said.LISTED.search(words) or said.ALL_TYPES.match(words):
        return True
    everyone = said.EVERYONE.search(words) is not None
    return said.refines(words) and (names or everyone or _names_somebody(words, asking, types))


def _names_somebody(text: str, asking: Asking, other_words: list[str]) -> bool:
    """Whether a person is named, also one whom the asker may not see or nobody knows."""
    try:
        return bool(people_in(text, asking.people, other_words).people)
    except (NotFound, Invalid):
        return True


def _with_subject(
    base: HistoryQuery, about: str | None, types: list[str], text: str
) -> HistoryQuery:
    if about in (None, "registrations") and types:
        names = ",".join(dict.fromkeys(types))
        but = BUT if said.BUT_NOT.search(text) else ""
        query = _changed_subject(base, "registrations")
        return replace(query, type=f"{but}{names}")
    if about is None:
        return replace(base, type=None) if said.ALL_TYPES.search(text) else base
    query = _changed_subject(base, about)
    return replace(query, type=None) if about != base.subject else query


def _changed_subject(base: HistoryQuery, subject: str) -> HistoryQuery:
    """The same question about another subject, without what that one doesn't have."""
    if subject == base.subject:
        return base
    keeps_group = base.group_by not in ("type", "status", "priority")
    return replace(
        base,
        subject=subject,
        type=None,
        status=None,
        priority=None,
        title=None,
        dated=None,
        group_by=base.group_by if keeps_group else None,
        measure=base.measure if base.measure != "duration" else "list",
    )


def _with_people(
    query: HistoryQuery,
    named: list[str],
    text: str,
    asking: Asking,
    before: str | None,
    follows: bool,
) -> HistoryQuery:
    own = asking.actor.employee_id
    if named:
        but = BUT if said.BUT_NOT.search(text) and len(named) == 1 else ""
        together = [own] if said.ME_TOO.search(text) and own and own not in named else []
        return replace(query, employee_id=but + ",".join([*together, *named]))
    if said.WHO.search(text) or said.TEAM.search(text):
        return replace(query, employee_id=None)
    if said.PRONOUN.search(text):
        if before in (None, own):
            raise Invalid("Whom do you mean? Say a name or an employee id.")
        return replace(query, employee_id=before)
    mine = said.SURELY_MINE if len(text.split()) > LONG_SENTENCE else said.MINE
    if mine.search(text):
        return replace(query, employee_id=own)
    if said.EVERYONE.search(text):
        return replace(query, employee_id=None)
    if follows:
        return query
    alone = asking.mine or asking.actor.role in (Role.EMPLOYEE, Role.FACULTY)
    return replace(query, employee_id=own if alone else None)


def _with_state(query: HistoryQuery, text: str) -> HistoryQuery:
    allowed = STATES.get(query.subject)
    if allowed is None:
        return replace(query, status=None, priority=None)
    found = next((name for name, words in said.STATES if words.search(text)), None)
    state = found if found in allowed else query.status
    priority = said.priority_in(text) if query.subject == "tasks" else None
    return replace(query, status=state, priority=priority or query.priority)


def _with_period(query: HistoryQuery, text: str, asking: Asking) -> HistoryQuery:
    dated = _dated(query, text, asking.mine)
    ahead = dated is not None and query.status != "overdue" and not said.PAST.search(text)
    place = (asking.actor.timezone, asking.region)
    age = find_age(text, asking.now) if query.subject in STATES else None
    if age and query.status:
        dated = "due" if query.status == "overdue" else None
        return replace(
            query, dated=dated, since=age.since, until=age.until, period=age.words, against=None
        )
    found = find_periods(text, asking.now, *place, ahead=ahead)
    if not found and dated == "planned" and said.UPCOMING.search(text):
        found = [Period(asking.now, None, "from now on")]
    if not found:
        return query
    if dated is None and not said.COMPARE.search(text):
        # "For tomorrow's meeting: how many suppliers this year?" is about what has been.
        found.sort(key=lambda one: one.since is not None and one.since > asking.now)
    period, *others = found
    if dated is None and period.since is not None and period.since > asking.now:
        # Nothing on record is from the future: it is about what is due or planned.
        dated = {"tasks": "due", "registrations": "planned"}.get(query.subject)
    if dated == "due" and query.status is None:
        query = replace(query, status="open")
    query = replace(query, dated=dated)
    if not said.COMPARE.search(text):
        return _in(replace(query, against_since=None, against_until=None, against=None), period)
    if others:
        return _against(_in(query, period), others[0])
    if len(query.people()) > 1 or not said.WITH_PERIOD.search(text):
        return _in(query, period)
    if query.since is None:
        current = said.current_of(period.words)
        now = find_period(current, asking.now, *place) if current else None
        if now is None:
            return _in(query, period)
        query = _in(query, now)
    return _against(query, period)


def _dated(query: HistoryQuery, text: str, plan: bool) -> str | None:
    """Which date the period is about; in a `plan` ("my tasks this week") tasks are due in it."""
    if query.subject == "tasks":
        due = query.status == "overdue" or said.DUE.search(text)
        if due or (plan and query.status != "completed" and not said.ASSIGNED.search(text)):
            return "due"
    if query.subject == "registrations" and said.PLANNED.search(text):
        return "planned"
    return query.dated


def _in(query: HistoryQuery, period: Period) -> HistoryQuery:
    return replace(query, since=period.since, until=period.until, period=period.words or None)


def _against(query: HistoryQuery, period: Period) -> HistoryQuery:
    """Compared with `period`, unless that is the one just before anyway."""
    return replace(
        query, against_since=period.since, against_until=period.until, against=period.words
    )


def _with_group(query: HistoryQuery, text: str) -> HistoryQuery:
    group = said.group_in(text)
    if group is None and said.WHO.search(text):
        group = "employee"
    if group is None and said.COMPARE.search(text):
        if len(query.people()) > 1:
            group = "employee"
        elif len(query.types()) > 1:
            group = "type"
    return replace(query, group_by=group) if group else query


def _with_measure(query: HistoryQuery, text: str, follows: bool) -> HistoryQuery:
    if said.COMPARE.search(text):
        several = len(query.people()) > 1 or len(query.types()) > 1
        timed = query.since is not None and query.until is not None
        if timed and (query.against or not several):
            return replace(query, measure="compare")
        # Nothing to compare with in time: side by side is the comparison.
        return replace(query, measure="count", group_by=query.group_by or "type")
    if said.NOT_DONE.search(text) and query.group_by == "employee":
        return replace(query, measure="missing", group_by=None)
    if said.LONG.search(text) and query.subject in ("sessions", "tasks"):
        return replace(query, measure="duration")
    if said.COUNT.search(text):
        return replace(query, measure="count")
    if said.FIGURES.search(text):
        return replace(query, measure="count", group_by=query.group_by or "type")
    if said.LISTED.search(text) and not said.group_in(text):
        return replace(query, measure="list", group_by=None)
    return query if follows else replace(query, measure="list")
