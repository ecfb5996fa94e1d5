"""Checks across the fields of a form: an end that is before its start."""

from collections.abc import Mapping
from typing import Any

from rollcall.forms.kinds import Context, show
from rollcall.forms.spec import Form


def out_of_order(form: Form, values: Mapping[str, Any], context: Context) -> dict[str, str]:
    """What is wrong, by field: each date that comes before the one it has to follow.

    The same day is in order. `values` are as they were read; fields that are missing or don't
    exist are no problem here.
    """
    problems: dict[str, str] = {}
    for spec in form.fields:
        if spec.after is None:
            continue
        end, start = values.get(spec.name), values.get(spec.after)
        if end is not None and start is not None and end < start:
            earlier = form.field(spec.after)
            problems[spec.name] = (
                f"{spec.label} ({show(spec, end, context)}) is before "
                f"{earlier.label.lower()} ({show(earlier, start, context)})."
            )
    return problems
