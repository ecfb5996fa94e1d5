"""A task in words: its title, and the priority and deadline that stand around it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from rollcall.forms.kinds import Context
from rollcall.spoken.changes import due_in, only_time_words, priority_in, without_details
from rollcall.spoken.people import Mention, hide_quotations

CUT = re.compile(r"\s*(?:;|,\s*and\b|,|\n|\band\b)\s*", re.IGNORECASE)
QUOTED = re.compile(
    r"[\"“]([^\"”]{2,}|\S)[\"”]|(?<!\w)['‘]([^'’]{2,}(?:['’]\w[^'’]*)*|\w)['’](?!\w)"
)
_MODIFIER_WORDS = re.compile(
    r"\b(?:with|and|a|an|the|is|it|its|as|of|please|pls|thanks|thank|you|priority|prio|both|all|each|"
    r"due|by|until|on|before|deadline|task|tasks|new|to|for|at|in|too|also|soon|possible|them|"
    r"should|be|that|then|so|very|really|no|longer)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:an?|the|this|that|these|those|it|them|some|any|one|ones|new|my|another|urgent|low|medium|"
    r"high|priority|tasks?|jobs?|work|something|anything|someone|somebody|of|to|do|two|three|list|"
    r"to-?dos?|following|for|me|myself|please|\s|\W)*$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[A-Z]")


@dataclass(frozen=True)
class Item:
    """One task to give: `people` are who was named for it."""

    title: str | None
    people: tuple[Mention, ...] = ()
    priority: str | None = None
    due_date: datetime | None = None


@dataclass(frozen=True)
class Details:
    """What is said about a task beside its title."""

    priority: str | None = None
    due_date: datetime | None = None


def details_in(text: str, context: Context) -> tuple[Details, list[str]]:
    """Priority and deadline in words that belong to no title, and what else they say."""
    plain = hide_quotations(text)
    details = Details(priority_in(plain), due_in(plain, context))
    left = _MODIFIER_WORDS.sub(" ", without_details(plain, context).replace("\x00", " "))
    left = " ".join(left.split()).strip(" .,;:!?-–")
    if not re.search(r"[^\W\d_]{3,}", left):
        return details, []
    pieces = [one for one in CUT.split(plain) if not is_detail(one, context)]
    return details, [one.replace("\x00", "").strip(" .,;:!?") for one in pieces] or [left]


def title_and_details(text: str, context: Context) -> tuple[str | None, Details]:
    """A title without quotes, with what follows it: "call the bank by Friday, urgent"."""
    words = text.strip(" .,;:!?")
    title, tail = words, ""
    for cut in re.finditer(
        r"\s*,\s*|\s+(?:for\s+)?(?=(?:by|until|till|due|before|with|on|tomorrow|today|next|asap)\b)",
        words,
        re.IGNORECASE,
    ):
        if is_detail(words[cut.end() :], context):
            title, tail = words[: cut.start()], words[cut.end() :]
            break
    details = Details(priority_in(tail), due_in(tail, context)) if tail else Details()
    return clean_title(title), details


def is_detail(words: str, context: Context) -> bool:
    """Whether words say only a priority or a deadline."""
    return not re.search(r"\w", _MODIFIER_WORDS.sub(" ", without_details(words, context))) or (
        only_time_words(words)
    )


def joined(item: Item, *details: Details) -> Item:
    """The item with what is said about it; what was said first counts."""
    for one in details:
        item = replace(
            item,
            priority=item.priority or one.priority,
            due_date=item.due_date or one.due_date,
        )
    return item


def quoted_titles(text: str) -> tuple[list[str], str]:
    """Titles in quotes, and the text without them."""
    titles = [(one[1] or one[2]).strip() for one in QUOTED.finditer(text)]
    return [one for one in titles if one], QUOTED.sub(" ", text)


def clean_title(title: str) -> str | None:
    """A title as it is kept, or None for words that name nothing."""
    words = " ".join(title.split()).strip(' .,;:!?-–"“”')
    words = re.sub(r"\s+(?:for|on|by|at|until|due)$", "", words, flags=re.IGNORECASE)
    if not words or (_VAGUE.match(words) and not _LETTER.fullmatch(words)):
        return None
    words = re.sub(
        r"^(?:the\s+(?:task|job)\s+(?:of\s+|to\s+)?|the\s+|to\s+)", "", words, flags=re.I
    )
    return words[:1].upper() + words[1:] if words else None
