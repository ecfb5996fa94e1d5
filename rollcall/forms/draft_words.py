"""What people say about their unfinished forms: "show my drafts", "delete the supplier draft"."""

import re
from enum import StrEnum

_DRAFTS = (
    r"(?:drafts?|unfinished (?:\w+ )?(?:forms?|registrations?|ones?|things?|tasks?)|"
    r"parked (?:forms?|ones?))"
)
_DELETE = re.compile(
    r"\b(?:delete|remove|discard|clear|throw|trash|erase|drop|get rid of|cancel|empty)\b"
    rf"(?:\W+\w+){{0,5}}?\W+{_DRAFTS}\b",
    re.IGNORECASE,
)
_SHOW = re.compile(
    rf"\b(?:show|list|see|view|display|what|which|any|how many|do i have|are there)\b"
    rf"(?:\W+\w+){{0,5}}?\W+{_DRAFTS}\b|^\W*(?:my|the|all my)\s+{_DRAFTS}\W*$|^\W*drafts\W*$",
    re.IGNORECASE,
)
_THIS_ONE = re.compile(r"\b(?:this|current) (?:draft|one|form)\b", re.IGNORECASE)
_NEW = re.compile(
    r"\b(?:new|anew|fresh|another|second|different|over again|start over|from scratch|begin again|"
    r"start again)\b",
    re.IGNORECASE,
)


class Wish(StrEnum):
    """What should happen with drafts."""

    SHOW = "show"
    DELETE = "delete"


def wish_in(text: str) -> Wish | None:
    """What `text` wants of one's drafts; None when it is about something else, such as the form
    at hand."""
    if _THIS_ONE.search(text):
        return None
    if _DELETE.search(text):
        return Wish.DELETE
    return Wish.SHOW if _SHOW.search(text) else None


def wants_a_new_one(text: str) -> bool:
    """Whether somebody would rather begin anew than go on."""
    return bool(_NEW.search(text))
