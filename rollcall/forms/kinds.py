"""How an answer is read: one reader for each kind of field.

A reader takes what somebody typed and gives the value that is kept, or raises `Invalid` with a
sentence that says what is wrong and what would be right.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from rapidfuzz import fuzz, process

from rollcall.clock import iso
from rollcall.dates import When, find_when, zone
from rollcall.directory import Employee
from rollcall.errors import Invalid, Unsure
from rollcall.forms.amounts import money_in, number_in
from rollcall.forms.choosing import NEAR, choose, people_meant, person_meant, words_of
from rollcall.forms.durations import duration_in, show_minutes
from rollcall.forms.spec import Field
from rollcall.spoken.clock import read_said

LONGEST_ANSWER = 1000
_EMAIL = re.compile(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+")
_YES = {"yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "true", "please", "right", "aye",
        "correct", "of course", "yes please", "definitely", "i think so", "unfortunately yes",
        "they do", "it is", "absolutely"}  # fmt: skip
_NO = {"no", "n", "nope", "nah", "false", "not", "no thanks", "no thank you", "none", "never",
       "nobody", "no one", "noone", "i don't think so", "i think not", "they don't"}  # fmt: skip
_UNDECIDED = re.compile(
    r"\b(not sure|no idea|no clue|(don't|do not|dont) know|can't (say|tell)|unsure)\b",
    re.IGNORECASE,
)
_NAME_LEAD = re.compile(
    r"^(?:(?:(?:it|that|he|she|this)(?:['’]?s| is)|(?:(?:my|his|her|their|the) )?name(?:'s| is|:)|"
    r"(?:that )?(?:would|will) be|called)\s+)+(?:called\s+)?",
    re.IGNORECASE,
)
_PRONOUNS = {"me", "myself", "i", "you", "him", "her", "them", "us", "he", "she", "they", "it",
             "that", "this"}  # fmt: skip
_ABBREVIATION = len("Jr.")
_DAY_WORDS = words_of(
    "monday tuesday wednesday thursday friday saturday sunday tomorrow today january february "
    "march april june july august september october november december"
)
_SHORTEST_MENDED = 5
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_SIGN = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Context:
    """What readers need beside the text: the clock, the place, and who can be named.

    `names` are those of people who may be shown although they can't be named, by employee id.
    """

    now: datetime
    timezone: str = "UTC"
    region: str = "US"
    people: Sequence[Employee] = ()
    me: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def read(spec: Field, text: str, context: Context) -> Any:
    """The value of `text` for the field.

    Text, names and ids are strings, e-mails lower-case after the @, phones E.164, days
    "2026-03-01", times of day "09:30", moments aware UTC datetimes, lengths minutes, people
    lists of ids, money `{"amount": "250.00", "currency": "USD"}`. Raises `Invalid`, whose `fields`
    name the field: `Unsure` when the text is only near a value.
    """
    readable = (one for one in text[: 2 * LONGEST_ANSWER] if one.isprintable() or one.isspace())
    cleaned = " ".join("".join(readable).split())
    try:
        if len(text) > LONGEST_ANSWER:
            # Before any reader: some would search an endless text for hours.
            raise Invalid(f"That is too long: {LONGEST_ANSWER} characters at most, please.")
        if not cleaned:
            raise Invalid("I need a few characters here.")
        return _READERS[spec.kind](spec, cleaned, context)
    except Unsure as error:
        raise Unsure(error.message, error.guess, {spec.name: error.message}) from error
    except Invalid as error:
        raise Invalid(error.message, {spec.name: error.message}) from error


def show(spec: Field, value: Any, context: Context) -> str:
    """A value as a person reads it."""
    if value is None:
        return "–"
    match spec.kind:
        case "choice":
            return next((one.label for one in spec.choices if one.value == value), str(value))
        case "employee":
            people = (one.name for one in context.people if one.employee_id == value)
            name = next(people, None) or context.names.get(value)
            return f"{name} ({value})" if name else str(value)
        case "people":
            names = {one.employee_id: one.name for one in context.people}
            return ", ".join(names.get(one) or context.names.get(one) or one for one in value)
        case "money":
            return f"{value['amount']} {value['currency']}"
        case "yes_no":
            return "yes" if value else "no"
        case "date":
            day = date.fromisoformat(value)
            return f"{day:%A}, {day.day} {day:%B %Y}"
        case "datetime":
            return show_moment(value, context.timezone)
        case "duration":
            return show_minutes(value)
        case "phone":
            number = phonenumbers.parse(value)
            shape = phonenumbers.PhoneNumberFormat.INTERNATIONAL
            return str(phonenumbers.format_number(number, shape))
    return str(value)


def show_moment(moment: datetime, timezone: str) -> str:
    """A moment in somebody's own time zone; the last second of a day is just that day."""
    local = moment.astimezone(zone(timezone))
    day = f"{local:%A}, {local.day} {local:%B %Y}"
    return day if (local.hour, local.minute) == (23, 59) else f"{day}, {local:%H:%M}"


def normalise(value: Any) -> str:
    """The form in which two values are the same for a unique field."""
    return re.sub(r"[\W_]+", " ", str(value)).strip().casefold()


def jsonable(value: Any) -> Any:
    """A kept value as JSON has it."""
    return iso(value) if isinstance(value, datetime) else value


def _text(spec: Field, text: str, _: Context) -> str:
    if len(text) > spec.longest:
        raise Invalid(f"That is too long: {spec.longest} characters at most, please.")
    if not _SIGN.search(text):
        raise Invalid("I need some letters or digits here.")
    return text


def _name(spec: Field, text: str, context: Context) -> str:
    stripped = _NAME_LEAD.sub("", text).strip(" ,;!")
    if stripped.endswith(".") and len(stripped.split()[-1]) > _ABBREVIATION:
        stripped = stripped.rstrip(" .,;!")
    if stripped.casefold() in _PRONOUNS:
        raise Invalid("I need a first and last name here.")
    if "@" in stripped or not _LETTER.search(stripped) or sum(map(str.isdigit, stripped)):
        raise Invalid("That doesn't look like a person's name.")
    return _text(spec, stripped, context)


def _email(_: Field, text: str, __: Context) -> str:
    candidate = _EMAIL.search(text)
    try:
        found = validate_email(
            (candidate.group() if candidate else text).rstrip(".,;!?"), check_deliverability=False
        )
    except EmailNotValidError as error:
        raise Invalid("That is not a valid e-mail address. It looks like name@company.com.") from (
            error
        )
    return str(found.normalized)


def _phone(_: Field, text: str, context: Context) -> str:
    problem = (
        "That is not a phone number I can dial. With the country code it always works, for "
        "example +44 20 7946 0018."
    )
    # The matcher leaves the words around a number alone; `parse` would take letters for the digits
    # that they stand on.
    lenient = phonenumbers.Leniency.POSSIBLE
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, context.region, lenient)), None)
    if found is None or re.search(r"\d", text[: found.start] + text[found.end :]):
        raise Invalid(problem)
    # "030 1234567" is a number at home somewhere, but not in a country without such a 0.
    at_home = text[found.start :].lstrip(" (").startswith("0")
    if at_home and not phonenumbers.is_valid_number(found.number):
        raise Invalid(problem)
    return str(phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164))


def _when(spec: Field, text: str, context: Context) -> When:
    found = find_when(text, context.now, context.timezone, context.region)
    if found is None:
        _ask_back_a_misspelled_day(spec, text, context)
        raise Invalid("I can't read a date in that. For example: 12 June, next Friday, 2026-03-01.")
    _check_future(spec, found.at(), context)
    return found


def _ask_back_a_misspelled_day(spec: Field, text: str, context: Context) -> None:
    """Raises `Unsure` when "fryday" or "tommorow" may stand for a day."""
    mended = _WORD.sub(lambda word: _day_word(word.group()), text)
    if mended == text:
        return
    found = find_when(mended, context.now, context.timezone, context.region)
    if found is None:
        return
    _check_future(spec, found.at(), context)
    value = found.day.isoformat() if spec.kind == "date" else found.at()
    raise Unsure(f"Did you mean {show(spec, value, context)}?", value)


def _day_word(word: str) -> str:
    near = process.extractOne(
        word.lower(), sorted(_DAY_WORDS), scorer=fuzz.ratio, score_cutoff=NEAR
    )
    return near[0] if near and len(word) >= _SHORTEST_MENDED else word


def _check_future(spec: Field, moment: datetime, context: Context) -> None:
    if spec.future and moment < context.now:
        raise Invalid("That is in the past. Which day in the future?")
    if spec.past and moment > _end_of_today(context):
        raise Invalid("That is still to come. Which day was it?")


def _end_of_today(context: Context) -> datetime:
    local = context.now.astimezone(zone(context.timezone))
    return local.replace(hour=23, minute=59, second=59, microsecond=0)


def _date(spec: Field, text: str, context: Context) -> str:
    return _when(spec, text, context).day.isoformat()


def _datetime(spec: Field, text: str, context: Context) -> datetime:
    try:
        # What a program sends is already exact.
        exact = datetime.fromisoformat(text)
    except ValueError:
        exact = None
    if exact is not None and exact.tzinfo is not None:
        try:
            moment = exact.astimezone(UTC)
        except OverflowError as error:  # The first and last hours of the calendar.
            raise Invalid("That day doesn't exist.") from error
        _check_future(spec, moment, context)
        return moment
    found = _when(spec, text, context)
    if spec.timed and found.clock is None:
        problem = f"At what time on {found.day:%A}, {found.day.day} {found.day:%B}?"
        raise Invalid(f"{problem} Please say day and time, for example Friday at 3.")
    return found.at()


def _choice(spec: Field, text: str, _: Context) -> str:
    return choose(spec.choices, text)


def _number(spec: Field, text: str, _: Context) -> float | int:
    value = number_in(text)
    if spec.minimum is not None and value < spec.minimum:
        raise Invalid(f"It should be at least {spec.minimum:g}.")
    if spec.maximum is not None and value > spec.maximum:
        raise Invalid(f"It should be at most {spec.maximum:g}.")
    return int(value) if value.is_integer() else value


def _money(_: Field, text: str, __: Context) -> dict[str, str]:
    return money_in(text)


def _employee(_: Field, text: str, context: Context) -> str:
    return person_meant(text, context.people, context.me)


def _people(_: Field, text: str, context: Context) -> list[str]:
    return people_meant(text, context.people, context.me)


def _duration(_: Field, text: str, __: Context) -> int:
    return duration_in(text)


def _yes_no(_: Field, text: str, __: Context) -> bool:
    plain = text.casefold().replace("’", "'").strip(" .!,")
    first = plain.partition(" ")[0].strip(",")
    if not _UNDECIDED.search(plain):
        if plain in _YES or (first in _YES and plain not in _NO):
            return True
        if plain in _NO or first in _NO:
            return False
    raise Invalid("Please answer yes or no.")


def _clock(_: Field, text: str, __: Context) -> str:
    return f"{read_said(text):%H:%M}"


_READERS: dict[str, Callable[[Field, str, Context], Any]] = {
    "text": _text,
    "name": _name,
    "email": _email,
    "phone": _phone,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "number": _number,
    "money": _money,
    "employee": _employee,
    "people": _people,
    "yes_no": _yes_no,
    "clock": _clock,
    "duration": _duration,
}
