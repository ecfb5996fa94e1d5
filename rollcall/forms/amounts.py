"""Numbers and money as people type them: "1,200 EUR", "1.200,50", "€ 99", "about 40"."""

import re

from rollcall.errors import Invalid

# Up to here a float is exact to the cent.
LARGEST_NUMBER = 10**13
_NUMBER = re.compile(r"[-+]?\d[\d,. ' ]*")
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000}
_TIMES_WORD = re.compile(rf"\s*({'|'.join(_TIMES)})\b", re.IGNORECASE)
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "dollar": "USD", "euro": "EUR",
               "pound": "GBP", "bucks": "USD"}  # fmt: skip
_CURRENCY_CODE = re.compile(r"\b([A-Za-z]{3})\b")
_CODES = {"USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "INR", "CNY", "SEK", "NOK", "DKK",
          "PLN", "CZK", "BRL", "MXN", "ZAR", "SGD", "NZD", "HKD", "AED"}  # fmt: skip
_NOT_MONEY = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d[./-]\d{1,2}[./-]\d|"
    r"\b(today|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
_THOUSANDS_GROUP = 3
_DIGITS = r"\d(?:[\d.,' ]*\d)?"
_WORDS = r"(?:dollars?|euros?|pounds?|bucks)"
WITH_CURRENCY = re.compile(
    rf"[$€£¥]\s?{_DIGITS}|\b{_DIGITS}\s?(?:[$€£¥]|(?:{'|'.join(_CODES)}|{_WORDS})\b)",
    re.IGNORECASE,
)
"""An amount that says its currency: it can hardly be anything else."""


def number_in(text: str) -> float:
    """The first number in `text`, thousands grouped in either way. Raises `Invalid`."""
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
    times = _TIMES_WORD.match(text, match.end())
    if times:
        value = round(value * _TIMES[times[1].casefold()], 6)
    if abs(value) > LARGEST_NUMBER:
        raise Invalid("That number is too large.")
    return value


def money_in(text: str) -> dict[str, str]:
    """`{"amount": "250.00", "currency": "USD"}`; US dollars when no currency is said.

    Raises `Invalid` for what is no amount, a date among that.
    """
    amount = number_in(text)
    if _NOT_MONEY.search(text):
        raise Invalid("I need an amount, for example 250 EUR.")
    if amount < 0:
        raise Invalid("An amount can't be negative.")
    lowered = text.casefold()
    currency = next((code for sign, code in _CURRENCIES.items() if sign in lowered), None)
    codes = [one.upper() for one in _CURRENCY_CODE.findall(text) if one.upper() in _CODES]
    return {"amount": f"{amount:.2f}", "currency": codes[0] if codes else currency or "USD"}
