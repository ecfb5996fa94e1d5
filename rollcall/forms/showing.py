"""A filled-in form as people read it: names for ids, labels for values, dates in words."""

from collections.abc import Mapping
from typing import Any

from rollcall.forms.kinds import Context, show
from rollcall.forms.spec import Form


def titled(form: Form, values: Mapping[str, Any], context: Context) -> str:
    """ "supplier Acme"; only the type while it has no name."""
    named = values.get(form.title_field)
    if named is None:
        return form.label
    return f"{form.label} {show(form.field(form.title_field), named, context)}"


def fields_of(form: Form, values: Mapping[str, Any], context: Context) -> list[dict[str, str]]:
    """`[{"name", "label", "value"}]` of every field that has a value, in the form's order."""
    return [
        {
            "name": one.name,
            "label": one.label,
            "value": show(one, values[one.name], context),
        }
        for one in form.fields
        if values.get(one.name) is not None
    ]


def people_of(form: Form, values: Mapping[str, Any]) -> set[str]:
    """The employee ids among the values."""
    return {
        str(values[one.name])
        for one in form.fields
        if one.kind == "employee" and values.get(one.name) is not None
    }
