"""Pasted tables: many rows of one form, checked row by row, corrected in words, saved together.

The first line names the columns, in any order and by any name that the form's fields go by.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rollcall.errors import Invalid
from rollcall.forms.checks import out_of_order
from rollcall.forms.corrections import corrections_in
from rollcall.forms.fields import field_called
from rollcall.forms.kinds import Context, normalise, read
from rollcall.forms.spec import Form

MOST_ROWS = 200
MOST_CHARACTERS = 200_000
SEPARATORS = ("\t", ";", "|", ",")
_ROW = re.compile(r"^\s*(?:in\s+)?row\s+(?P<number>\d{1,3})\s*[,:]?\s*(?P<rest>.+)$", re.I | re.S)
_REMOVE = re.compile(r"\b(?:remove|delete|drop|leave out|skip)\s+row\s+(?P<number>\d{1,3})\b", re.I)
_ASKED = re.compile(
    r"\b(?:what|why|how|where|show|see|display|tell)\b[^.;]{0,40}\brow\s+(?P<number>\d{1,3})\W*$|"
    r"^\W*row\s+(?P<bare>\d{1,3})\s*\?*\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Row:
    """One row: what was typed by field, what could be read, and what is wrong by field."""

    typed: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def split(text: str) -> list[list[str]]:
    """The cells of a table pasted as text; the separator is the first that every line has.

    Raises `Invalid` for what is no table or has more than 200 rows below its first line.
    """
    if len(text) > MOST_CHARACTERS:
        raise Invalid(f"That is too long: {MOST_CHARACTERS:,} characters at most, please.")
    lines = [line for line in text.splitlines() if line.strip()]
    separator = next((one for one in SEPARATORS if all(one in line for line in lines)), None)
    if len(lines) < 2 or separator is None:  # noqa: PLR2004 (a heading and a row)
        raise Invalid("That is no table: I need a line with the column names, and rows below it.")
    if len(lines) - 1 > MOST_ROWS:
        raise Invalid(f"That are {len(lines) - 1} rows; I take {MOST_ROWS} at a time.")
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    except csv.Error as error:
        raise Invalid("I can't read that table.") from error


def columns_of(form: Form, heading: list[str]) -> list[str | None]:
    """The field that each column of the heading names, None where it names none."""
    found = [field_called(form, cell) for cell in heading]
    return [one.name if one else None for one in found]


def type_of(forms: list[Form], heading: list[str]) -> Form | None:
    """The form whose fields the heading names best; None when no form's required ones are there."""
    fitting: list[tuple[int, Form]] = []
    for form in forms:
        named = {one for one in columns_of(form, heading) if one}
        required = {one.name for one in form.fields if not one.optional and one.default is None}
        if required <= named:
            fitting.append((len(named), form))
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def rows_of(form: Form, cells: list[list[str]], context: Context) -> list[Row]:
    """The rows below the heading, read and checked, also against each other."""
    columns = columns_of(form, cells[0])
    rows = [
        Row({name: cell for name, cell in zip(columns, line, strict=False) if name and cell})
        for line in cells[1:]
    ]
    return check(form, rows, context)


def check(form: Form, rows: list[Row], context: Context) -> list[Row]:
    """Read every row anew; a unique value that stands twice is a problem of the later row."""
    seen: set[tuple[str, str]] = set()
    checked = []
    for row in rows:
        values: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for spec in form.fields:
            typed = row.typed.get(spec.name)
            if not typed:
                if not spec.optional and spec.default is None:
                    problems[spec.name] = f"{spec.label} is missing."
                continue
            try:
                values[spec.name] = read(spec, typed, context)
            except Invalid as error:
                problems[spec.name] = error.message
                continue
            mark = (spec.name, normalise(values[spec.name]))
            if spec.unique and mark in seen:
                problems[spec.name] = f"{spec.label} stands twice in this table."
            seen.add(mark)
        problems.update(out_of_order(form, values, context))
        checked.append(replace(row, values=values, problems=problems))
    return checked


def corrected(form: Form, rows: list[Row], text: str) -> tuple[list[Row], str] | None:
    """The rows after “row 3 e-mail is x@y.com” or “remove row 3”, with what was done; None when
    `text` says neither. Raises `Invalid` for a row that isn't there."""
    removal = _REMOVE.search(text)
    if removal:
        index = _index(rows, removal["number"])
        return [*rows[:index], *rows[index + 1 :]], f"Row {index + 1} is gone."
    said = _ROW.match(text)
    if said is None:
        return None
    index = _index(rows, said["number"])
    changes = corrections_in(form, said["rest"]) or _bare(form, said["rest"])
    changes = {name: words for name, words in changes.items() if words}
    if not changes:
        raise Invalid(f"Which value of row {index + 1}? For example: row {index + 1} "
                      f"{form.fields[0].label.lower()} is …")  # fmt: skip
    row = replace(rows[index], typed={**rows[index].typed, **changes})
    labels = ", ".join(form.field(name).label.lower() for name in changes)
    return [*rows[:index], row, *rows[index + 1 :]], f"Row {index + 1}: changed {labels}."


def row_named(rows: list[Row], text: str) -> int | None:
    """The index of the row in "what is wrong with row 2?" or "show row 2"; None for other words.
    Raises `Invalid` for a row that isn't there."""
    found = _ASKED.search(text)
    return _index(rows, found["number"] or found["bare"]) if found else None


def speaks_of_row(text: str) -> bool:
    """Whether `text` is about a row of a table."""
    return bool(_ROW.match(text) or _REMOVE.search(text) or _ASKED.search(text))


def _bare(form: Form, words: str) -> Mapping[str, str]:
    """ "e-mail jane@acme.com": a field's name and, without "is", its value."""
    parts = words.split()
    for cut in range(min(3, len(parts) - 1), 0, -1):
        spec = field_called(form, " ".join(parts[:cut]))
        if spec is not None:
            return {spec.name: " ".join(parts[cut:])}
    return {}


def _index(rows: list[Row], number: str) -> int:
    if not 1 <= int(number) <= len(rows):
        raise Invalid(f"There is no row {number}; the table has {len(rows)}.")
    return int(number) - 1
