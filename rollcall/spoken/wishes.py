"""What a sentence wants of a task: that it begins, ends, stays open, is given up, is changed.

"I finished it" and "I haven't finished it" differ in a few letters and mean the opposite; to a
classifier they look alike. So the words decide here, and what the classifier says counts only
where they are silent.
"""

import re
from enum import StrEnum

from rollcall.spoken.people import hide_quotations


class Wish(StrEnum):
    """What is wanted."""

    START = "start"
    COMPLETE = "complete"
    NOT_DONE = "not_done"
    """It isn't finished (or begun): nothing is to happen."""
    LATER = "later"
    """It will be finished some time: nothing is to happen now."""
    LEAVE = "leave"
    """Somebody asks not to do something: nothing is to happen."""
    REOPEN = "reopen"
    """It was marked as finished, but wasn't."""
    STATE = "state"
    """A question how things stand with it."""
    CANCEL = "cancel"
    GIVE = "give"
    """Somebody else is to do it."""
    CHANGE = "change"


_DONE = (
    r"(?:done|finish(?:ed|ing)?|complet(?:e|ed|ing)|ready|through|closed|ticked\s+off|over with)"
)
_BEGUN = r"(?:start(?:ed|ing)?|begin|began|begun|beginning)"
_NOT = (
    r"(?:\b\w+n['’]t\b|\b(?:not|never|cannot|cant|dont|isnt|wasnt|havent|hasnt|didnt|wont|arent|"
    r"werent|aint|nowhere near|far from|hardly|barely)\b)"
)
_GIVE_UP = (
    r"(?:cancel|delete|remove|drop|withdraw|scrap|revoke|bin|ditch|discard|erase|call off|"
    r"get rid of|abandon)"
)
_SOME_WORDS = r"(?:\s+\S+){0,4}?"
_HAND_ON = (
    rf"(?:re-?assign|re-?allocate|transfer|hand{_SOME_WORDS}\s+(?:over|on)|"
    rf"pass{_SOME_WORDS}\s+(?:on|over|to))"
)
_POSTPONE = (
    r"(?:postpone|delay|push(?:ed)?|re-?schedule|extend|defer|bring forward|put off|rename|"
    r"put\s+(?:\S+\s+){1,4}off|prioriti[sz]e|bump|lower|raise|deadline|due)"
)
_IT = r"(?:(?:this|that)\s+one|(?:the|this|that)\s+task|it|this|that|them|those|these)"
_POLITE = (
    r"^\W*(?:(?:please|pls|ok|okay|so|now|then|and|well|hey|hi|hello|actually|finally|really|oh|"
    r"great|good|super|yes|yeah|right|can|could|would|will|you|u|let['’]?s|let|me|just|also|"
    r"already|i|we|have|had|i['’]ve|we['’]ve|ive|i['’]m|i am|we are|we['’]re|im|all|to|want|need|"
    r"wanna|would like|i['’]d|like)\b[\s,.!:-]*)*"
)
_GOING_TO = (
    r"\b(?:i|we)(?:['’]ll|\s+will|\s+shall|\s+gonna|['’]m\s+gonna|\s+(?:plan|hope|intend|try)\s+to|"
    r"\s+should\s+be\s+able\s+to|(?:['’]m|['’]re|\s+am|\s+are)\s+(?:going|about)\s+to)"
)
_OTHER_DAY = r"(?:tomorrow|later|next\s+\w+|tonight|(?:on|by)\s+\w+day)"

# The first that fits counts: what says that nothing is to be done stands before what says it is.
_READINGS: list[tuple[Wish, re.Pattern[str]]] = [
    (wish, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for wish, pattern in (
        # I can't finish it by Friday, make it Monday
        (Wish.CHANGE, rf"{_NOT}.*[,;.]\s*(?:\w+\s+)?(?:move|make|shift|set|{_POSTPONE})\b"),
        (
            Wish.CHANGE,
            r"\b(?:remove|delete|drop|clear|no)\s+(?:the\s+|its\s+)?(?:due\s*date|deadline)\b",
        ),
        (Wish.REOPEN, r"\b(?:re-?open\w*|un-?(?:finish|complete|tick|check))\b"),
        (
            Wish.REOPEN,
            r"\b(?:set|put|bring|move|mark|change)\b.*\b(?:back|again)\b.*"
            r"\b(?:open|pending|not done|undone|in progress|to-?do)\b",
        ),
        (
            Wish.REOPEN,
            r"\bmark\b.*\b(?:not\s+(?:done|finished|complete)|un(?:finished|-?done)|incomplete)\b",
        ),
        (Wish.REOPEN, rf"\b(?:was|were|had)(?:n['’]?t| not)\b[^,.;]*\b{_DONE}\b"),
        (Wish.REOPEN, rf"{_NOT}[^.;]*\b{_DONE}\b[^.;]*\bafter all\b"),
        (
            Wish.REOPEN,
            rf"\b{_DONE}\b[^.;]*\b(?:by (?:mistake|accident)|too (?:early|soon)|accidentally)\b",
        ),
        (
            Wish.LEAVE,
            r"\b(?:don['’]?t|do not|never|not to|no need to|please not|stop)\s+(?:\w+\s+)?"
            rf"(?:{_GIVE_UP}|{_HAND_ON}|{_POSTPONE}|{_BEGUN}|finish|complete|close|mark|tick|move|"
            r"change|assign|give|touch|set|make|do)\b(?!\s+(?:have|need|want))",
        ),
        (Wish.CANCEL, rf"{_NOT}[^,.;]*\b(?:need(?:ed)?|necessary|required|relevant|want(?:ed)?)\b"),
        (Wish.CANCEL, r"\b(?:no longer|obsolete|superfluous)\b"),
        (
            Wish.STATE,
            rf"^\W*(?:and\s+)?(?:is|are|was|were)\b.*\b(?:{_DONE}|{_BEGUN}|open|pending|"
            r"in progress|due|overdue|late)\b",
        ),
        (
            Wish.STATE,
            r"^\W*(?:and\s+)?did\s+(?!the\b|it\b|that\b|this\b|my\b|task\b|\d)\S+.*"
            rf"\b(?:finish|complete|do|{_BEGUN})\b",
        ),
        (
            Wish.STATE,
            rf"^\W*(?:and\s+)?(?:has|have)\s+(?!(?:just\s+|already\s+)?(?:{_DONE}|{_BEGUN})\b)\S+.*"
            rf"\b(?:{_DONE}|{_BEGUN})\b",
        ),
        (
            Wish.STATE,
            r"\b(?:status of|state of|how far|when is\b.*\bdue|"
            r"how(?:['’]s| is)\b.*\b(?:going|coming|progressing))",
        ),
        (Wish.LATER, rf"{_GOING_TO}\s+(?:\w+\s+)?(?:{_DONE}|be\s+{_DONE}|do|get)\b"),
        (Wish.LATER, rf"\b(?:will|['’]ll)\s+be\s+{_DONE}\b"),
        (
            Wish.LATER,
            r"\b(?:when|once|if|as soon as|until|before)\s+(?:i|we|it|that|this|the)\b[^,.;]*"
            rf"\b{_DONE}\b",
        ),
        (
            Wish.LATER,
            rf"\b(?:want|need|have|like)\s+to\s+(?:finish|complete|do)\b.*\b{_OTHER_DAY}\b",
        ),
        (Wish.NOT_DONE, rf"{_NOT}[^,.;]*\b(?:{_DONE}|{_BEGUN})\b"),
        # No, it isn't!
        (
            Wish.NOT_DONE,
            r"^\W*(?:(?:no|nope|oh|wait|sorry|but|actually|well|hm+)\W+)*(?:it|that|this)\s*"
            r"(?:(?:is|was|has|did)\s*|['’]s\s+)(?:n['’]?t|not)(?:\s+(?:yet|really|true))?\W*$",
        ),
        (Wish.NOT_DONE, r"\b(?:unfinished|incomplete|undone|not yet)\b"),
        (
            Wish.NOT_DONE,
            rf"\b(?:almost|nearly|half|partly|partially|still not|mostly)[\s-]+{_DONE}\b",
        ),
        (Wish.NOT_DONE, r"\bstill\s+(?:working|open|at it|busy|needs?|going)\b"),
        (Wish.GIVE, rf"\b{_HAND_ON}\b"),
        (Wish.GIVE, rf"\b(?:give|assign|hand|pass|delegate|move)\s+{_IT}\s+to\b"),
        (Wish.GIVE, r"\b(?:give|assign|hand|pass|delegate|move)\b.*\bto\b.*\binstead\b"),
        (
            Wish.GIVE,
            r"\b(?:should|shall|can|could|has to|must|needs to|will)\s+(?:do|take|have|handle|get)"
            rf"\s+(?:{_IT}|over)\b",
        ),
        (Wish.GIVE, r"\b(?:give|assign|hand|pass|move)\s+\S+['’]s\s.*\bto\b"),
        (Wish.GIVE, r"\binstead of\b|\btake\b.*\bover from\b"),
        (Wish.CANCEL, rf"{_POLITE}(?:\S+\s+){{0,3}}?{_GIVE_UP}\b"),
        (Wish.CANCEL, r"\btake\b.*\boff\b.*\blist\b"),
        (Wish.CHANGE, rf"\b{_POSTPONE}\b"),
        (
            Wish.COMPLETE,
            rf"{_POLITE}(?:finish(?:ed)?|completed?|done|did|close|tick|check off|cross off)\b",
        ),
        (
            Wish.COMPLETE,
            r"\b(?:mark|set|change|update|switch)\b.*\b(?:done|finished|completed?|closed)\b",
        ),
        (Wish.START, rf"{_POLITE}{_BEGUN}\b"),
        (
            Wish.COMPLETE,
            rf"\b(?:is|are|am|['’]s|['’]m|have been|has been|got)\s+(?:\w+\s+)?{_DONE}\b",
        ),
    )
]


def wish_of(text: str) -> Wish | None:
    """What `text` wants of a task, or None where its words don't say. Quoted titles don't count."""
    plain = hide_quotations(text)
    return next((wish for wish, pattern in _READINGS if pattern.search(plain)), None)


_DENIAL = re.compile(_NOT, re.IGNORECASE)


def wish_or(text: str, default: Wish) -> Wish:
    """What `text` wants, `default` where its words don't say. A denial with a typo in it ("i
    havent finishd it") never starts or finishes anything."""
    wish = wish_of(text)
    if wish is not None:
        return wish
    works = default in (Wish.START, Wish.COMPLETE)
    return Wish.NOT_DONE if works and _DENIAL.search(hide_quotations(text)) else default


_NEXT_VERB = re.compile(
    r"\s*(?:,|;|\.|\band\b|\bthen\b)+\s*(?:then\s+|also\s+|now\s+)*(?=(?:start|begin|finish|complete|"
    r"close|cancel|delete|postpone)\b)",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The parts of a sentence with a verb each: "finish the stocktaking and start the training"."""
    plain = hide_quotations(text)
    cuts = [(match.start(), match.end()) for match in _NEXT_VERB.finditer(plain) if match.start()]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return [text[a:b].strip() for a, b in zip(starts, ends, strict=True) if text[a:b].strip()]
