"""What the assistant asked just now, so that the next sentence can be the answer to it."""

import re
from dataclasses import asdict, dataclass, field
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
    r"not now|rather not|thanks|thank you|better not|👎|[\s,.!])+\W*",
    re.IGNORECASE,
)
IN_A_FORM = {"delete"}
LONGEST_ANSWER = 12
"""Words; a longer sentence stands by itself."""


@dataclass(frozen=True)
class Pending:
    """A question of the assistant's, and what it was about.

    `kind` is "yes" for a yes-or-no question, "which" for a choice among `tasks` (ids and titles
    in the order they were shown), "more" for a detail that was missing in `words`: the answer is
    put behind them with `joint` between. "go_on" (with that form, or a new one?) and "delete"
    (these drafts?) are about the drafts that `entities` name. The question is open for the turn
    after `turn_id` only.
    """

    turn_id: str
    action: str
    kind: str
    words: str
    intent: str | None
    entities: dict[str, str] = field(default_factory=dict)
    tasks: list[list[str]] = field(default_factory=list)
    joint: str = " "
    detail: str = ""

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


def reading_of(
    pending: Pending, text: str, intent: str | None, pressed: str = ""
) -> tuple[str, str] | None:
    """The sentence and the tasks (as "#id,#id") that an answer makes of what was asked about;
    None when `text` answers something else. `pressed` is what a button names."""
    if len(text.split()) > LONGEST_ANSWER:
        return None
    match pending.kind:
        case "yes":
            agreed = intent == "affirm" if not text else bool(_YES.fullmatch(text))
            return (pending.words, "") if agreed else None
        case "which":
            if pressed.startswith("#") and intent == pending.intent:
                return pending.words, pressed
            wish = wish_of(text)
            if not text or wish not in (None, wish_of(pending.words)):
                return None
            options = [Named(identity, title) for identity, title in pending.tasks]
            picked = pick(options, text)
            named = ",".join(f"#{one.task_id}" for one in picked)
            return (pending.words, named) if picked else None
        case "more":
            if not text or not re.search(pending.detail, text, re.IGNORECASE):
                return None
            return f"{pending.words}{pending.joint}{text}", ""
    return None


def is_refusal(text: str, intent: str | None) -> bool:
    """Whether an answer to a yes-or-no question is a no."""
    if not text:
        return intent in ("deny", "cancel")
    # "Cancel the stocktaking" is no answer but a request of its own.
    own_request = wish_of(text) is not None or len(text.split()) > LONGEST_ANSWER
    return bool(_NO.fullmatch(text)) or (intent == "deny" and not own_request)
