"""Answers of the record in words: what was counted, of whom, when; and the same as chips."""

from dataclasses import dataclass, replace

from actions.wording import count_of, said_list
from rollcall.catalogue import Catalogue
from rollcall.history_query import BUT, HistoryAnswer, HistoryQuery
from rollcall.principal import Principal, Role

NOUNS = {
    "registrations": ("registration", "registrations"),
    "tasks": ("task", "tasks"),
    "sessions": ("session", "sessions"),
    "activities": ("activity", "activities"),
}
MEASURES = {"count": "how many", "duration": "how long", "missing": "who has none"}
_BEFORE = {"today": "yesterday", "this": "last", "last": "before"}


@dataclass(frozen=True)
class Wording:
    """Says answers to `actor`; `names` are the names of the people asked about, `own_only` when
    the actor may see nobody else's records."""

    actor: Principal
    catalogue: Catalogue
    names: dict[str, str]
    own_only: bool

    def sentence(self, found: HistoryAnswer) -> str:
        """The answer in one sentence."""
        query = found.query
        match query.measure:
            case "missing":
                return self._missing(found)
            case "duration" if found.minutes is not None:
                return self._duration(found)
            case "compare" if found.before is not None:
                return f"{self._statement(found)}, against {self._against(found)}."
        end = "."
        if query.measure == "list" and found.rows and not found.groups:
            late = query.status == "overdue"
            order = "latest" if not query.dated else "longest overdue" if late else "next"
            end = f", the {order} first:"
        if any(one.count for one in found.groups):
            end = ":"
        if query.group_by == "employee" and not query.people() and not self.own_only:
            return self._who(found) + end
        return self._statement(found) + end

    def tasks(self, query: HistoryQuery, number: int) -> str:
        """How many open tasks there are: "You have 3 open tasks due tomorrow"."""
        query = replace(query, status=query.status or "open")
        people = (
            "Your people have" if self.actor.role is not Role.ADMIN else "Everyone together has"
        )
        if query.employee_id is None and not self.own_only:
            return f"{people} {self._counted(query, number)}{self._tail(query)}"
        verb = "have" if self._whose(query) == "You" else "has"
        return f"{self._whose(query)} {verb} {self._counted(query, number)}{self._tail(query)}"

    def chips(self, query: HistoryQuery) -> list[str]:
        """What was understood, in a few words each."""
        dated = {"due": "due ", "planned": "planned "}.get(query.dated or "", "")
        if (query.period or "").startswith("for more than"):
            dated = f"{query.status} ".replace("_", " ")
        period = f"{dated}{query.period}" if query.period else dated.strip()
        against = None
        if query.measure == "compare":
            against = f"compared with {query.against or _before_words(query)}"
        parts = [
            self.noun(query)[1],
            self._whose_chip(query),
            f"called “{query.title}”" if query.title else None,
            period,
            against,
            f"by {query.group_by}" if query.group_by else None,
            MEASURES.get(query.measure),
        ]
        return [one for one in parts if one]

    def noun(self, query: HistoryQuery) -> tuple[str, str]:
        """What is counted: one of it and many."""
        one, many = NOUNS[query.subject]
        forms = [self.catalogue.get(name) for name in query.types()]
        if forms and str(query.type).startswith(BUT):
            return one, f"{many} without {said_list([form.plural for form in forms])}"
        if len(forms) == 1:
            [form] = forms
            piece = form.plural.startswith("pieces of ")
            return form.plural.replace("pieces", "piece", 1) if piece else form.label, form.plural
        if forms:
            return (
                said_list([form.label for form in forms], "or"),
                said_list([form.plural for form in forms]),
            )
        adjectives = [query.status, query.priority and f"{query.priority}-priority"]
        if (query.period or "").startswith("for more than") and query.status == "overdue":
            adjectives = adjectives[1:]  # it stands behind: "overdue for more than a week"
        before = " ".join(one for one in adjectives if one).replace("_", "-")
        return f"{before} {one}".strip(), f"{before} {many}".strip()

    def _statement(self, found: HistoryAnswer) -> str:
        query, total = found.query, found.total
        things = self._counted(query, total)
        tail = self._tail(query)
        whose = self._whose(query)
        if query.period and not query.dated and query.subject == "registrations":
            typed = bool(query.type) and not str(query.type).startswith(BUT)
            if whose:
                return f"{whose} {'registered' if typed else 'made'} {things}{tail}"
            be = "was" if total == 1 else "were"
            if not typed:
                return f"There {be} {things}{tail}"
            return _sentence_case(f"{things} {be} registered{tail}")
        if query.period and not query.dated and query.status == "completed":
            plain = self._counted(_without_status(query), total)
            if whose:
                return f"{whose} completed {plain}{tail}"
            be = "was" if total == 1 else "were"
            return _sentence_case(f"{plain} {be} completed{tail}")
        past = query.period and not query.dated and not query.status
        if query.subject == "tasks" and past:
            things += " assigned"
        if whose:
            several = whose == "You" or len(query.people()) > 1
            verb = "had" if past and query.subject != "tasks" else "have" if several else "has"
            return f"{whose} {verb} {things}{tail}"
        return f"There {'is' if total == 1 else 'are'} {things}{tail}"

    def _who(self, found: HistoryAnswer) -> str:
        """How many people have how much of it."""
        query = found.query
        people = sum(1 for one in found.groups if one.count)
        tail = self._tail(query)
        registered = query.subject == "registrations" and query.period and not query.dated
        verb = "registered" if registered else "has" if people <= 1 else "have"
        if not people:
            return f"Nobody {verb} {self._counted(query, 0).removeprefix('no ')}{tail}"
        things = self._counted(query, found.total)
        return f"{count_of(people, 'person', 'people')} {verb} {things}{tail}"

    def _missing(self, found: HistoryAnswer) -> str:
        noun = self.noun(found.query)[1]
        tail = self._tail(found.query)
        if not found.total:
            return f"Everyone you may ask about has {noun}{tail}."
        verb = "has" if found.total == 1 else "have"
        return f"{count_of(found.total, 'person', 'people')} {verb} no {noun}{tail}:"

    def _duration(self, found: HistoryAnswer) -> str:
        query, minutes = found.query, found.minutes or 0.0
        things = self._counted(query, found.total)
        tail = self._tail(query)
        whose = self._whose(query)
        if not found.total:
            return f"{self._statement(found)}."
        each = f" in all, {long_words(minutes / found.total)} on average"
        end = ":" if found.groups else "."
        said = f"{long_words(minutes)}{each if found.total > 1 else ''}{end}"
        if query.subject == "sessions":
            subject = f"{whose} {'were' if whose == 'You' else 'was'}" if whose else "People were"
            return f"{subject} signed in{tail} for {said[:-1]} ({things}){end}"
        by = f" of {'yours' if whose == 'You' else whose}" if whose else ""
        return f"{_sentence_case(things)}{by}{tail} took {said}"

    def _against(self, found: HistoryAnswer) -> str:
        before = found.before or 0
        change = found.total - before
        more = "as many" if not change else f"{abs(change)} {'more' if change > 0 else 'fewer'}"
        return f"{before or 'none'} {found.query.against or _before_words(found.query)} ({more})"

    def _counted(self, query: HistoryQuery, number: int) -> str:
        one, many = self.noun(query)
        called = f" called “{query.title}”" if query.title else ""
        return f"{count_of(number, one, many)}{called}"

    def _tail(self, query: HistoryQuery) -> str:
        if not query.period:
            return {"due": " with a due date", "planned": " planned"}.get(query.dated or "", "")
        if query.dated == "due":
            if query.period.startswith("for more than"):
                return f" overdue {query.period}"
            late = query.status == "overdue"
            return f" that were due {query.period}" if late else f" due {query.period}"
        return f"{' planned' if query.dated else ''} {query.period}"

    def _whose(self, query: HistoryQuery) -> str:
        """Who has it; "" for everyone."""
        if query.employee_id is None:
            return "You" if self.own_only else ""
        if query.employee_id == self.actor.employee_id:
            return "You"
        names = said_list([self._name(one) for one in query.people()])
        return f"Everyone but {names}" if query.employee_id.startswith(BUT) else names

    def _name(self, employee_id: str) -> str:
        if employee_id == self.actor.employee_id:
            return f"You ({employee_id})"
        name = self.names.get(employee_id)
        return f"{name} ({employee_id})" if name else employee_id

    def _whose_chip(self, query: HistoryQuery) -> str:
        if query.employee_id == self.actor.employee_id or (
            self.own_only and query.employee_id is None
        ):
            return "mine"
        if query.employee_id is None:
            return "everyone I may see"
        names = said_list(query.people())
        return f"without {names}" if query.employee_id.startswith(BUT) else names


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def long_words(minutes: float) -> str:
    """A duration as it is said: "3 hours 5 minutes", "2 days 4 hours"."""
    whole = round(minutes)
    if whole < 1:
        return "less than a minute"
    days, hours, rest = whole // 1440, whole % 1440 // 60, whole % 60
    units = [(days, "day"), (hours, "hour"), (rest, "minute")]
    said = [count_of(number, unit) for number, unit in units if number]
    return " ".join(said[:2])


def _before_words(query: HistoryQuery) -> str:
    words = query.period or ""
    if words in _BEFORE:
        return _BEFORE[words]
    first, _, rest = words.partition(" ")
    if first == "this" and not rest.endswith("so far"):
        return f"last {rest}"
    if first == "last":
        return f"the {rest} before"
    return "in the period before"


def _without_status(query: HistoryQuery) -> HistoryQuery:
    return HistoryQuery(
        subject=query.subject, priority=query.priority, title=query.title, period=query.period
    )
