"""Whether words are a command to the form ("cancel", "let's do this later") or an answer that only
begins like one ("Cancel Culture Inc", "Later Living", "Skip Hop").

A sentence is a command when every word of it belongs to that command.
"""

import re

from rollcall.forms.choosing import words_of
from rollcall.forms.draft import Utterance
from rollcall.forms.spec import Form

_WORD = re.compile(r"[\w'’]+")
_FILLERS = words_of(
    "a about again all an and anymore any are as at be but can could dear do don't dont else "
    "everything for form from get go going have here hey hi hmm i i'd i'll i'm if in is it it's "
    "just kindly let lets let's like me more my need no not now of oh ok okay on once one or our "
    "out over please pls plz really registration said say shall should so some sorry that that's "
    "the their then there thing things think this to too up us wait want wanted we we'll well will "
    "wish with would yes yet you your"
)
_CORE: dict[str, frozenset[str]] = {
    "cancel": words_of(
        "cancel cancle cancell canel cansel cancelled stop quit exit abort end abandon discard "
        "drop scrap trash terminate forget nevermind never mind kill enough leave delete"
    ),
    "park": words_of("later park pause postpone afterwards break hold tomorrow"),
    "skip": words_of("skip pass omit blank empty next none nothing n/a na"),
    "go_back": words_of("back previous prior before return undo"),
    "show_progress": words_of("progress far overview status summary show entered filled"),
    "ask_why": words_of("why reason purpose mandatory required necessary"),
    "affirm": words_of(
        "yes yep yeah yup y sure ok okay correct right exactly confirm confirmed save submit fine "
        "good perfect great alright indeed absolutely definitely agreed"
    ),
    "deny": words_of("no nope nah n"),
}
_MORE: dict[str, frozenset[str]] = {
    "cancel": words_of(
        "changed asking ask questions question whole current save saving without filling fill "
        "register draft answers doing what don't doesn't matter longer anything away throw"
    ),
    "park": words_of(
        "keep save finish continue time another other day moment minute come do draft "
        "while after lunch put aside set fill rest don't know half hour bit back busy"
    ),
    "skip": words_of("question field part step it leave don't know have any there move"),
    "go_back": words_of("question step field last one answer"),
    "show_progress": words_of(
        "what do have you got me see where list tell already answers data display read give i've "
        "left missing"
    ),
    "ask_why": words_of(
        "do need what for is used use question ask asking have answer know does it's field"
    ),
    "affirm": words_of(
        "do looks look that's all everything is sounds works ahead it's them i'm happy thanks "
        "thank very much yess"
    ),
    "deny": words_of("thanks thank way"),
}
CONTROL = frozenset(_CORE) | {"undo"}
_ALONE = words_of("cancel stop quit exit abort nevermind later skip back why undo")
"""What stands for a command all alone, whatever the assistant takes it for."""
LIKELY = 0.6
_QUESTION = re.compile(
    r"^\W*(why|what|where|how|show|tell|list|who|which|do|is|must|explain)\b", re.I
)
_CONNECTORS = words_of("of and the for de la du von van der & y et to in on at by")


def command_in(said: Utterance, form: Form, *, free: bool, readable: bool) -> str | None:
    """The command that an utterance is, or None when it is an answer.

    `free` means that the question takes any words, `readable` that the words would do as the
    answer. What the assistant took them for counts less the more they could be an answer.
    """
    if said.pressed:
        return said.intent if said.intent in CONTROL else None
    plain = whole_command(said.text, form, said.intent, any_single=not free)
    if plain is not None and not (readable and not free):
        return plain
    if said.intent not in CONTROL or said.intent in ("affirm", "deny"):
        return None
    if free:
        asks = said.intent in ("ask_why", "show_progress") and _QUESTION.match(said.text)
        sure = said.confidence >= LIKELY and not looks_like_a_name(said.text)
        return said.intent if asks and sure else None
    return None if readable or said.confidence < LIKELY else said.intent


def whole_command(
    text: str, form: Form, intent: str | None = None, *, any_single: bool = False
) -> str | None:
    """The command that every word of `text` belongs to; `intent` is tried first.

    With `any_single`, a word all alone counts whatever it was taken for: "cancle".
    """
    words = [one.replace("’", "'") for one in _WORD.findall(text.casefold())]
    nouns = set(" ".join((form.label, form.plural, *form.synonyms)).casefold().split())
    order = [one for one in (intent, *_CORE) if one in _CORE]
    for command in dict.fromkeys(order):
        core = _CORE[command]
        allowed = (
            core | _MORE[command] | _FILLERS | (nouns if command in ("cancel", "park") else set())
        )
        alone = len(words) == 1 and (words[0] in _ALONE or any_single)
        known = command == intent or alone
        if known and core & set(words) and allowed >= set(words):
            return command
    return None


def looks_like_a_name(text: str) -> bool:
    """Whether it is written as names are: "Cancel Culture Inc", "Stop & Shop"."""
    words = text.strip(" .!").split()
    if len(words) < 2 or text.rstrip().endswith("?"):  # noqa: PLR2004 (one word may begin a sentence)
        return False
    return all(
        one[:1].isupper() or one[:1].isdigit() or one.lower() in _CONNECTORS for one in words
    )
