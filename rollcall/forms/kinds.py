"""How an answer is read: one reader for each kind of field.

A reader takes what somebody typed and gives the value that is kept, or raises `Invalid` with a
sentence that says what is wrong and what would be right.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from rapidfuzz import fuzz, process, utils

from rollcall.clock import iso
from rollcall.dates import When, find_when, zone
from rollcall.directory import Employee
from rollcall.errors import Invalid
from rollcall.forms.spec import Field
from rollcall.names import folded

CLOSE_ENOUGH = 80.0
LONGEST_ANSWER = 1000
# Up to here a float is exact to the cent.
LARGEST_NUMBER = 10**13
_EMAIL = re.compile(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+")
_NUMBER = re.compile(r"[-+]?\d[\d,. ' ]*")
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "dollar": "USD", "euro": "EUR",
               "pound": "GBP", "bucks": "USD"}  # fmt: skip
_CURRENCY_CODE = re.compile(r"\b([A-Za-z]{3})\b")
_CODES = {"USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "INR", "CNY", "SEK", "NOK", "DKK",
          "PLN", "CZK", "BRL", "MXN", "ZAR", "SGD", "NZD", "HKD", "AED"}  # fmt: skip
_YES = {"yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "true", "please", "right",
        "correct", "of course", "yes please", "definitely"}  # fmt: skip
_NO = {"no", "n", "nope", "nah", "false", "not", "no thanks", "no thank you", "none", "never"}
_NOT_MONEY = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d[./-]\d{1,2}[./-]\d|"
    r"\b(today|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_THOUSANDS_GROUP = 3


@dataclass(frozen=True)
class Context:
    """What readers need beside the text: the clock, the place, and who can be named."""

    now: datetime
    timezone: str = "UTC"
    region: str = "US"
    people: list[Employee] = field(default_factory=list)
    me: str | None = None


def read(spec: Field, text: str, context: Context) -> Any:
    """The value of `text` for the field.

    Text, names and ids are strings, e-mails lower-case after the @, phones E.164, days
    "2026-03-01", moments aware UTC datetimes, money `{"amount": "250.00", "currency": "USD"}`.
    Raises `Invalid`, whose `fields` name the field.
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
            name = next((one.name for one in context.people if one.employee_id == value), None)
            return f"{name} ({value})" if name else str(value)
        case "money":
            return f"{value['amount']} {value['currency']}"
        case "yes_no":
            return "yes" if value else "no"
        case "date":
            day = date.fromisoformat(value)
            return f"{day:%A}, {day.day} {day:%B %Y}"
        case "datetime":
            return show_moment(value, context.timezone)
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
    return text


def _name(spec: Field, text: str, context: Context) -> str:
    stripped = re.sub(r"^(it'?s|it is|my name is|name is|the name is)\s+", "", text, flags=re.I)
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
    return str(phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164))


def _when(spec: Field, text: str, context: Context) -> When:
    found = find_when(text, context.now, context.timezone)
    if found is None:
        raise Invalid("I can't read a date in that. For example: 12 June, next Friday, 2026-03-01.")
    _check_future(spec, found.at(), context)
    return found


def _check_future(spec: Field, moment: datetime, context: Context) -> None:
    if spec.future and moment < context.now:
        raise Invalid("That is in the past. Which day in the future?")


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
    return _when(spec, text, context).at()


def _choice(spec: Field, text: str, _: Context) -> str:
    spoken = {
        term.casefold(): one.value
        for one in spec.choices
        for term in (one.value, one.label, *one.synonyms)
    }
    exact = spoken.get(text.casefold())
    if exact:
        return exact
    inside = {spoken[term] for term in spoken if f" {term} " in f" {text.casefold()} "}
    if len(inside) == 1:
        return inside.pop()
    near = process.extract(
        text, list(spoken), scorer=fuzz.ratio, processor=utils.default_process,
        score_cutoff=CLOSE_ENOUGH, limit=3,
    )  # fmt: skip
    values = list(dict.fromkeys(spoken[term] for term, _, _ in near))
    if len(values) == 1:
        return values[0]
    labels = [one.label for one in spec.choices]
    raise Invalid(f"Please pick one: {', '.join(labels[:-1])} or {labels[-1]}.")


def _plain_number(text: str) -> float:
    match = _NUMBER.search(text)
    if match is None:
        raise Invalid("I need a number here.")
    digits = re.sub(r"[\s' ]", "", match.group()).rstrip(".,")
    if "," in digits and "." in digits:
        decimal = max(digits.rfind(","), digits.rfind("."))
        digits = re.sub(r"[.,]", "", digits[:decimal]) + "." + digits[decimal + 1 :]
    elif "," in digits:
        head, _, tail = digits.rpartition(",")
        whole = len(tail) == _THOUSANDS_GROUP
        digits = digits.replace(",", "") if whole else head.replace(",", "") + "." + tail
    elif digits.count(".") > 1:
        digits = digits.replace(".", "")
    try:
        value = float(digits)
    except ValueError as error:
        raise Invalid("I need a number here.") from error
    if abs(value) > LARGEST_NUMBER:
        raise Invalid("That number is too large.")
    return value


def _number(spec: Field, text: str, _: Context) -> float | int:
    value = _plain_number(text)
    if spec.minimum is not None and value < spec.minimum:
        raise Invalid(f"It should be at least {spec.minimum:g}.")
    if spec.maximum is not None and value > spec.maximum:
        raise Invalid(f"It should be at most {spec.maximum:g}.")
    return int(value) if value.is_integer() else value


def _money(_: Field, text: str, __: Context) -> dict[str, str]:
    amount = _plain_number(text)
    if _NOT_MONEY.search(text):
        raise Invalid("I need an amount, for example 250 EUR.")
    if amount < 0:
        raise Invalid("An amount can't be negative.")
    lowered = text.casefold()
    currency = next((code for sign, code in _CURRENCIES.items() if sign in lowered), None)
    codes = [one.upper() for one in _CURRENCY_CODE.findall(text) if one.upper() in _CODES]
    return {"amount": f"{amount:.2f}", "currency": codes[0] if codes else currency or "USD"}


def _employee(_: Field, text: str, context: Context) -> str:
    by_id = {one.employee_id: one for one in context.people}
    for word in re.findall(r"[A-Za-z]{2,6}\d{3,8}", text):
        if word.upper() in by_id:
            return str(word).upper()
        raise Invalid(f"I can't find {word.upper()} among the people you can choose.")
    if context.me and text.casefold().strip(" .!") in {"me", "myself", "i", "i do", "my self"}:
        return context.me
    names = {one.employee_id: one.name for one in context.people}
    plain = {employee_id: folded(name) for employee_id, name in names.items()}
    same = [employee_id for employee_id, name in plain.items() if name == folded(text)]
    if len(same) == 1:
        return same[0]
    near = process.extract(
        folded(text), plain, scorer=fuzz.token_set_ratio, processor=utils.default_process,
        score_cutoff=CLOSE_ENOUGH, limit=5,
    )  # fmt: skip
    if len(near) == 1 or (len(near) > 1 and near[0][1] - near[1][1] >= 10):  # noqa: PLR2004
        return str(near[0][2])
    if near:
        options = " or ".join(f"{names[one]} ({one})" for _, _, one in near)
        raise Invalid(f"Several people could be meant: {options}. Which one?")
    raise Invalid("I can't find that person. An employee id such as EMP004 always works.")


def _yes_no(_: Field, text: str, __: Context) -> bool:
    plain = text.casefold().strip(" .!,")
    first = plain.partition(" ")[0].strip(",")
    if plain in _YES or first in _YES:
        return True
    if plain in _NO or first in _NO:
        return False
    raise Invalid("Please answer yes or no.")


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
    "yes_no": _yes_no,
}
