"""What the assistant asked just now, so that the next sentence can be the answer to it."""

import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rasa_sdk.events import SlotSet

from rollcall.spoken.choices import Named, pick
from rollcall.spoken.wishes import wish_of

_YES = re.compile(
    r"\W*(?:yes|yep|yeah|yup|y|ok|okay|sure|please|do|go ahead|right|correct|exactly|fine|"
    r"of course|definitely|👍|please do|both|all of them|do (?:it|that|so)|all|them|it|that|"
    r"thanks|thank you|[\s,.!])+\W*",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\W*(?:no|nope|nah|n|don['’]?t|do not|never mind|nevermind|leave it|stop|cancel|forget it|"
    r"not now|rather not|neither(?: of (?:them|these|those))?|none(?: of (?:them|these|those))?|"
    r"thanks|thank you|better not|👎|[\s,.!])+\W*",
    re.IGNORECASE,
)
_SAID = re.compile(r"[^\W\d_]|[👍👎]")
"""At least a word: "?!" is neither yes nor no."""
_MORE = re.compile(
    r"\W*(?:(?:show|list|give|see|tell|let|me|us|the|and|please|pls|some|any|ok|okay|yes|yeah|go|on|"
    r"to|it|what|are|all|page|ones?|tasks?|sessions?|of|them|i|want|can|you)\W+)*"
    r"(?:more|next|rest|others?|remaining|further|continue|go on|keep going)"
    r"(?:\W+(?:please|pls|page|ones?|tasks?|sessions?|of (?:them|it|the list)|\d+))*\W*",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\W*(?:(?:the|number|yes|i mean|i meant)\W+)*(?:(?P<first>1|1st|one|first|former)|"
    r"(?P<second>2|2nd|two|second|latter|last))(?:\s+one)?\W*",
    re.IGNORECASE,
)
IN_A_FORM = {"delete"}
LONGEST_ANSWER = 12
"""Words; a longer sentence stands by itself."""


@dataclass(frozen=True)
class Pending:
    """What the assistant asked or offered, and what it was about.

    `kind` is "yes" for a yes-or-no question, "which" for a choice among `options` (ids and titles
    in the order they were shown), "more" for a detail that was missing in `words`: the answer is
    put behind them with `joint` between; "page" for a list that goes on; "missed" for a sentence
    that wasn't understood, where `options` are the intents it may have had and `missed` counts
    such sentences in a row. "go_on" (with that form, or a new one?) and "delete" (these drafts?)
    are about the drafts that `entities` name. `on_no` is what a no is answered. All of it is open
    for the turn after `turn_id` only.
    """

    turn_id: str
    action: str
    kind: str
    words: str
    intent: str | None
    entities: dict[str, str] = field(default_factory=dict)
    options: list[list[str]] = field(default_factory=list)
    joint: str = " "
    detail: str = ""
    missed: int = 0
    on_no: str = "All right, I leave everything as it is."

    def event(self) -> dict[str, Any]:
        """Rasa's event that keeps it for the next turn."""
        event: dict[str, Any] = SlotSet("pending", asdict(self))
        return event

    @classmethod
    def read(
        cls, kept: dict[str, Any] | None, turn_before: str | None, *, in_form: bool = False
    ) -> "Pending | None":
        """What is kept, if it was asked in the turn just before; in a form, which asks its own
        question after others are answered, only what it left open for that."""
        if not kept or turn_before is None or kept.get("turn_id") != turn_before:
            return None
        return None if in_form and kept["kind"] not in IN_A_FORM else cls(**kept)


@dataclass(frozen=True)
class Reading:
    """What an answer makes of what was asked about: the sentence, the tasks it names (as
    "#id,#id"), who answers it and as which intent."""

    words: str
    action: str
    intent: str | None
    named: str = ""


def reading_of(
    pending: Pending, text: str, intent: str | None, pressed: str = ""
) -> Reading | None:
    """What the answer `text` means; None when it answers something else. `pressed` is what a
    button names."""
    if len(text.split()) > LONGEST_ANSWER:
        return None
    asked = Reading(pending.words, pending.action, pending.intent)
    match pending.kind:
        case "yes":
            said_yes = bool(_YES.fullmatch(text)) and bool(_SAID.search(text))
            agreed = said_yes if text else intent == "affirm"
            return asked if agreed else None
        case "which":
            named = _chosen(pending, text, intent, pressed)
            return replace(asked, named=named) if named else None
        case "more":
            if not text or not re.search(pending.detail, text, re.IGNORECASE):
                return None
            return replace(asked, words=f"{pending.words}{pending.joint}{text}")
        case "page":
            return asked if _MORE.fullmatch(text) else None
        case "missed":
            meant = _meant(pending, text, intent)
            return replace(asked, action=f"action_{meant}", intent=meant) if meant else None
    return None


def _chosen(pending: Pending, text: str, intent: str | None, pressed: str) -> str:
    if pressed.startswith("#") and intent == pending.intent:
        return pressed
    if not text or wish_of(text) not in (None, wish_of(pending.words)):
        return ""
    picked = pick([Named(identity, title) for identity, title in pending.options], text)
    return ",".join(f"#{one.task_id}" for one in picked)


def _meant(pending: Pending, text: str, intent: str | None) -> str | None:
    """Which of the two readings of a sentence that wasn't understood was confirmed."""
    meant = [one for one, _ in pending.options]
    if not text:
        return intent if intent in meant else None
    place = _PLACE.fullmatch(text)
    if place is None or not meant:
        return None
    return meant[0] if place["first"] else meant[-1]


def is_refusal(text: str, intent: str | None) -> bool:
    """Whether an answer to a yes-or-no question is a no."""
    if not text:
        return intent in ("deny", "cancel")
    # "Cancel the stocktaking" is no answer but a request of its own.
    own_request = wish_of(text) is not None or len(text.split()) > LONGEST_ANSWER
    if not _SAID.search(text):
        return False
    return bool(_NO.fullmatch(text)) or (intent == "deny" and not own_request)
