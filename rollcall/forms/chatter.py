"""What somebody says to the assistant where a name or a text was asked for: chatter, a request, an
insult, an injection. None of it is stored as a value, unless the person insists."""

import re

from rollcall.forms.commands import looks_like_a_name
from rollcall.forms.draft import Utterance
from rollcall.forms.spec import Field

PROSE = 200
"""A field that takes more characters than this takes whole sentences."""
SURE = 0.8
_LONG = 4
_SHOWN = 60
_QUOTED = re.compile(
    r"^\s*(?:\"(.+)\"|“(.+)”|'(.+)'|‘(.+)’|«(.+)»|„(.+)[“”])\s*[.!]?\s*$", re.DOTALL
)
_INJECTED = re.compile(
    r"<\s*/?\s*(?:script|img|iframe|svg|style|a|b|body|html|div)\b[^>]*>?|javascript:|\{\{|\$\{|<%|"
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|rules?|prompts?)\b|"
    r"\bsystem prompt\b|\byou are now\b|\bpretend (?:to be|you)\b|"
    r";\s*(?:drop|delete|insert|update|select)\s|\bdrop\s+table\b|\bunion\s+select\b|"
    r"['\"]\s*or\s+['\"]?1['\"]?\s*=|\$(?:where|ne|gt|regex)\b",
    re.IGNORECASE,
)
_RUDE = re.compile(
    r"\b(?:fuck\w*|shit\w*|bullshit|bitch|assholes?|bastards?|idiots?|stupid|moron|dumb|crap|wtf|stfu|"
    r"shut up|piss off|screw you|go to hell|hate you|useless|you suck|this sucks|damn)\b",
    re.IGNORECASE,
)
_TO_ME = re.compile(
    r"^\W*(?:(?:hey|hi|hello|ok|okay|so|well|and|please|but)[,!.\s]+)*"
    r"(?:(?:can|could|would|will|do|did|are|were|have|should|may|shall|must)\s+(?:you|i|we|u)\b|"
    r"(?:what|who|where|when|how)(?:['’]s|\s+(?:is|are|was|were|do|does|did|can|will|much|many|"
    r"about|time|day|old|far|long|else|if))\b|"
    r"(?:tell|give|show|sing|play|bring|send|get|help|remind|call|wake|teach|read|find)\s+(?:me|us)\b|"
    r"(?:i|we)\s+(?:want|need|would like|['’]d like|am|feel|think|love|hate|like|have to|wonder)\b|"
    r"i['’](?:m|d|ve)\b|you(?:['’]re|\s+(?:are|should|can|can['’]t|must|don['’]t))\b|"
    r"(?:is|are)\s+(?:it|there|you|this|that|the)\b|why\s+(?:do|does|did|is|are|should|not|don['’]t)\b|"
    r"let['’]?s\b|there (?:is|are)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\s*(?:(?i:(?:it|they|that|this)(?:['’](?:s|re)| is| are) (?:called|named)|"
    r"(?:the|its|their) name is|(?:we )?call it)|"
    r"(?i:it|that|this)(?i:['’]s| is)(?=\s+[A-ZÀ-Þ0-9]))\s+"
)
_POLITE = re.compile(r"(?<=\w)[,\s]+(?:please|pls|thanks|thank you)[.!\s]*$")
_UNKNOWN = re.compile(
    r"^\W*(?:(?:sorry|well|hm+|honestly)[,.\s]+)*(?:i\s+)?(?:really\s+)?(?:don['’]?t|do not|dunno|"
    r"not sure|no idea|no clue|idk|can['’]t (?:say|tell|remember)|unknown|not known|none|nothing|"
    r"n/a|na|not applicable|nobody|no one|no|tbd|tba|same)"
    r"(?:\s+(?:know|have (?:one|any|it|that)|remember|about (?:it|that)|yet|it|that|one|any|sorry|"
    r"right now|at the moment|right))*\W*$",
    re.IGNORECASE,
)


_CONFUSED = re.compile(
    r"^\W*(?:(?:sorry|um+|uh+|hm+|wait|so)\W+)*(?:what|huh|eh|pardon(?: me)?|come again|how so|"
    r"meaning|what do you mean(?: by (?:that|this))?|what does (?:that|this|it) mean|what is that|"
    r"(?:i )?(?:don['’]?t|do not) (?:understand|get (?:it|that))"
    r"(?: (?:that|this|you|it|the question))?|"
    r"not sure what (?:you mean|that (?:is|means))|explain|please explain)\W*$",
    re.IGNORECASE,
)


def is_confused(text: str) -> bool:
    """Whether somebody doesn't know what is asked: "what?", "I don't understand"."""
    return bool(_CONFUSED.match(text))


def unquoted(text: str) -> str | None:
    """What stands in quotes when the whole text does: then it is meant as it stands."""
    found = _QUOTED.match(text)
    return next(one for one in found.groups() if one).strip() if found else None


def says_unknown(text: str) -> bool:
    """Whether somebody says that there is none or that they don't know."""
    return bool(_UNKNOWN.match(text))


def chatter(spec: Field, said: Utterance) -> str | None:
    """A short answer to what is no value for the field, or None when it may be one."""
    text = said.text
    if spec.kind not in ("text", "name"):
        return None
    if _INJECTED.search(text):
        return "To me these are only words, and they don't look like an answer."
    if _RUDE.search(text) and spec.longest <= PROSE and not looks_like_a_name(text):
        return "I'm sorry that this is annoying. Let's get it done."
    words = len(text.split())
    question = text.rstrip(" !.").endswith("?")
    if spec.longest > PROSE:
        strange = said.intent == "out_of_scope" and said.confidence >= SURE
        if question and _TO_ME.match(text) and strange:
            return "I can't help with that here."
        return None
    if question and words > 1:
        return "I can't answer that in the middle of a form."
    if _TO_ME.match(text) and words > 2 and not looks_like_a_name(text):  # noqa: PLR2004
        return "I can't help with that here."
    if (
        said.intent in ("cancel", "park")
        and said.confidence >= SURE
        and not looks_like_a_name(text)
    ):
        way = "cancel" if said.intent == "cancel" else "later"
        return f"If you want to stop here, say “{way}”."
    strange = said.intent == "out_of_scope" and said.confidence >= SURE
    if strange and words >= _LONG and text == text.lower():
        return "I can't help with that here."
    return None


def hint(spec: Field, text: str) -> str:
    """How to have it all the same."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"If “{shown}” is the {spec.label.lower()}, say it again or put it in quotes."


def spoken(spec: Field, text: str) -> str:
    """An answer without the words that only lead to it: "it's called Acme, please"."""
    if spec.kind != "text" or spec.longest > PROSE:
        return text
    return _POLITE.sub("", _LEAD.sub("", text)).strip() or text
