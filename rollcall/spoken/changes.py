"""What a sentence says about a task's priority, deadline and title."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rollcall.dates import find_when, zone
from rollcall.errors import Invalid
from rollcall.forms.kinds import Context
from rollcall.spoken.people import hide_quotations
from rollcall.storage.schema import PRIORITIES
from rollcall.task_records import Task, TaskChange

_WORDS = {"normal": "medium", "usual": "medium", "critical": "urgent", "asap": "urgent",
          "immediately": "urgent", "important": "high", "top": "urgent", "highest": "urgent",
          "lowest": "low"}  # fmt: skip
_PRIORITY = re.compile(
    rf"\b({'|'.join((*PRIORITIES, *_WORDS))})(?:[- ]prio(?:rity)?)?\b(?!\s+school)", re.IGNORECASE
)
_NEARLY = re.compile(
    r"\b(\w{3,7})[- ]prio(?:rity)?\b|\bprio(?:rity)?(?:\s+(?:to|is))?\s+(\w{3,7})\b",
    re.IGNORECASE,
)
_NOT_PRIORITY = re.compile(
    rf"(?:\bnot|n['’]?t|\bno longer|\bless)\s+(?:\w+\s+){{0,2}}?"
    rf"(?:{'|'.join((*PRIORITIES, *_WORDS))})\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:raise|increase|higher|bump up|more (?:urgent|important)|up the)\b", re.IGNORECASE
)
_DOWN = re.compile(
    r"\b(?:decrease|reduce|less (?:urgent|important)|(?:a|to a|with)\s+lower|lower priority|"
    r"lower(?=\s+(?:the|its|it|that|this)\b))\b",
    re.IGNORECASE,
)
_UNITS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
_AMOUNT = r"(an?|one|two|three|four|five|six|seven|\d{1,2}|another)"
_COUNTED = {"a": 1, "an": 1, "one": 1, "another": 1, "two": 2, "three": 3, "four": 4, "five": 5,
            "six": 6, "seven": 7}  # fmt: skip
_SHIFT = re.compile(
    rf"\b(?:by|for|back)\s+{_AMOUNT}\s+(?:more\s+)?(day|week|fortnight|month)s?\b|"
    rf"\b{_AMOUNT}\s+(?:more\s+)?(day|week|fortnight|month)s?\s+(?:later|more|longer|earlier|sooner)\b|"
    rf"\b(?:another)\s+()(day|week|fortnight|month)\b",
    re.IGNORECASE,
)
_CHANGE_OF_PRIORITY = re.compile(
    r"\b(?:raise|increase|bump(?: up)?|lower|decrease|reduce|higher|more|less|up)\b"
    r"(?=.*\b(?:prio\w*|urgent|important)\b)",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(r"\b(?:asap|immediately|now|right away|at once)\b", re.IGNORECASE)
_EARLIER = re.compile(r"\b(?:earlier|sooner|forward)\b", re.IGNORECASE)
_NO_DEADLINE = re.compile(
    r"\b(?:no|without(?: an?)?|(?:remove|delete|drop|clear|take)(?: off)? (?:the|its))\s+"
    r"(?:due\s*date|deadline)(?:\s+(?:off|away))?\b",
    re.IGNORECASE,
)
_RENAME = re.compile(
    r"\b(?:re-?name\b.*?\b(?:to|as|into)|call\s+(?:it|that|this|the\s+\S+)|"
    r"(?:change|set|update)\s+(?:the|its)\s+(?:title|name)\b.*?\bto)\s+(?P<title>.+?)\W*$",
    re.IGNORECASE,
)
_TIME_WORDS = re.compile(
    r"\b(?:due|by|until|till|before|on|at|in|next|this|coming|the|of|end|close|start|beginning|"
    r"mid|noon|midday|midnight|morning|afternoon|evening|tonight|today|tomorrow|day|after|"
    r"days?|weeks?|fortnights?|months?|years?|weekend|hours?|minutes?|o['’]?clock|a\.?m|p\.?m|"
    r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|wed|thu|sat|"
    r"jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|a|an)\b|\d[\d.:/-]*(?:st|nd|rd|th)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wanted:
    """A change in words. `step` raises or lowers the priority, `shift` moves the deadline,
    `not_priority` when only what it isn't was said ("not urgent any more")."""

    title: str | None = None
    priority: str | None = None
    due_date: datetime | None = None
    no_due_date: bool = False
    step: int = 0
    shift: timedelta | None = None
    not_priority: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said that could be changed."""
        return self == Wanted()

    def for_task(self, task: Task, now: datetime) -> TaskChange:
        """What it means for one task: what is so already is left out."""
        priority, due = self.priority, self.due_date
        if self.step:
            place = PRIORITIES.index(task.priority) + self.step
            priority = PRIORITIES[min(max(place, 0), len(PRIORITIES) - 1)]
        if self.shift is not None:
            due = (task.due_date or now) + self.shift
            if due < now:
                raise Invalid(f"“{task.title}” would be due in the past then. Which day, please?")
        return TaskChange(
            title=self.title if self.title != task.title else None,
            priority=priority if priority != task.priority else None,
            due_date=due if due != task.due_date else None,
            no_due_date=self.no_due_date and task.due_date is not None,
        )


def wanted_in(text: str, context: Context) -> Wanted:
    """The change that `text` speaks of. Raises `Invalid` for a deadline in the past."""
    title = title_wanted(text)
    plain = hide_quotations(text)
    if title is not None:
        return Wanted(title=title)
    shift = _shift_in(plain)
    no_deadline = bool(_NO_DEADLINE.search(plain))
    due = None if shift is not None or no_deadline else due_in(plain, context)
    priority = priority_in(plain)
    step = 0
    if priority is None and re.search(r"\bprio|\burgent|\bimportant", plain, re.IGNORECASE):
        step = 1 if _UP.search(plain) else -1 if _DOWN.search(plain) else 0
    return Wanted(
        priority=priority,
        due_date=due,
        no_due_date=no_deadline,
        step=step,
        shift=shift,
        not_priority=priority is None and not step and bool(_NOT_PRIORITY.search(plain)),
    )


def title_wanted(text: str) -> str | None:
    """The new title in "rename the stocktaking to Count the stock"."""
    found = _RENAME.search(text)
    return found["title"].strip(" '\"“”‘’") or None if found else None


def priority_in(text: str) -> str | None:
    """The priority that is named, unless it is denied ("not urgent")."""
    plain = _NOT_PRIORITY.sub(" ", hide_quotations(text))
    if _UP.search(plain) and re.search(r"\bmore\b", plain, re.IGNORECASE):
        return None
    found = _PRIORITY.search(plain)
    if found is None:
        nearly = _NEARLY.search(plain)
        near = nearly and process.extractOne(
            (nearly[1] or nearly[2]).lower(), PRIORITIES, scorer=OSA.distance, score_cutoff=1
        )
        return str(near[0]) if near else None
    word = found[1].lower()
    return _WORDS.get(word, word)


def due_in(text: str, context: Context) -> datetime | None:
    """The deadline that is named, the end of the day where no time is. Raises `Invalid` for one
    in the past."""
    plain = _AT_ONCE.sub(" ", text.replace("\x00", "#"))  # urgent, but not late from the start
    when = find_when(plain, context.now, context.timezone)
    if when is None:
        return None
    if when.at() < context.now:
        raise Invalid(
            "That due date is in the past. Please say it again with one that is still to come."
        )
    return when.at()


def without_details(text: str, context: Context) -> str:
    """`text` without the words that say a priority or a deadline."""
    plain = _CHANGE_OF_PRIORITY.sub(" ", _NO_DEADLINE.sub(" ", text))
    plain = _PRIORITY.sub(" ", plain)
    plain = _NEARLY.sub(lambda found: " " if priority_in(found[0]) else found[0], plain)
    plain = re.sub(r"\b(?:prio(?:rity)?|deadline)\b", " ", plain, flags=re.IGNORECASE)
    plain = _SHIFT.sub(" ", plain)
    when = find_when(hide_quotations(plain).replace("\x00", "#"), context.now, context.timezone)
    if when is None:
        return plain
    place = plain.lower().find(when.words.lower())
    if place >= 0:
        head, tail = plain[:place], plain[place + len(when.words) :]
        head = re.sub(
            r"\b(?:due|by|until|till|before|on|to|for|from|at)\s*$", "", head.rstrip(), flags=re.I
        )
        head = re.sub(r"\b(?:due|is|to)\s*$", "", head.rstrip(), flags=re.I)
        return f"{head} {tail}"
    return _TIME_WORDS.sub(" ", plain)


def only_time_words(text: str) -> bool:
    """Whether nothing but words of dates and times stands in `text`."""
    return not re.search(r"\w", _TIME_WORDS.sub(" ", text))


def local_day(moment: datetime, timezone: str) -> str:
    """The day of a moment in somebody's time zone, as ISO 8601."""
    return moment.astimezone(zone(timezone)).date().isoformat()


def _shift_in(text: str) -> timedelta | None:
    found = _SHIFT.search(text)
    if found is None:
        return None
    amount, unit = next(
        (a, u) for a, u in ((found[1], found[2]), (found[3], found[4]), (found[5], found[6])) if u
    )
    number = (
        int(amount) if amount and amount.isdigit() else _COUNTED.get((amount or "a").lower(), 1)
    )
    days = number * _UNITS[unit.lower()]
    return timedelta(days=-days if _EARLIER.search(text) else days)
