"""The words that questions are made of: subjects, states, groups, measures, follow-ups."""

import re

from rollcall.calendar_words import MONTHS
from rollcall.storage.schema import PRIORITIES


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# "Show me all registrations" isn't about mine: who asks stands in the question only politely.
POLITE = _words(
    r"\b(?:please|pls|plz|kindly|thanks|thank you)\b"
    r"|\b(?:show|give|tell|send|get|let|list|bring|find|fetch|display|pull up)\s+(?:to\s+)?"
    r"(?:me|us)\b(?:\s+(?:see|know|have))?"
    r"|\b(?:can|could|may|might|would|will)\s+(?:i|you|we)\s+(?:please\s+)?"
    r"(?:see|have|get|know|show|tell|give|list|say|check|find|look|count)\b(?:\s+(?:me|us|out|up))?"
    r"|\b(?:i|we)(?:'d| would)?\s+(?:want|need|like|wish|have|love)\s+(?:to\s+)?"
    r"(?:see|know|have|get|check|find out|ask|look at)\b"
    r"|\b(?:i|we)(?:'d| would)?\s+(?:like|want|need)\s+(?=the|a|an|all|some|any)"
    r"|\b(?:i am|i'm|we are|we're)\s+(?:interested in|looking for|wondering|curious)\b"
    r"|\b(?:i|we)\s+wonder\b|\bdo you (?:know|have)\b|\bfor (?:me|us)(?=\W*$)"
    r"|\bi (?:have|'ve got) (?:a|one|another) question\b"
)
NO_TYPE = _words(
    r"\b(?:of|in the|over the|during the) course\b|\b(?:the|of|my) (?:user|account)s? of\b"
)
MINE = _words(r"\b(my|mine|i|me|myself|i've|i'm)\b")
# In a long sentence "I" is mostly who asks, not whom it is about.
SURELY_MINE = _words(
    r"\b(?:my (?!boss|manager|report|opinion|question)|mine\b|myself\b|"
    r"(?:did|have|do|was|am|had|were) i\b|i (?:have |did |had |was )?"
    r"(?:regist\w+|finish\w+|complet\w+|done|did|made|assigned|signed|started|entered|added)\b)"
)
ME_TOO = _words(r"\b(?:me|mine|myself|my own)\b")
TEAM = _words(
    r"\b(?:my|our|the|whole|entire) (?:\w+ )?(?:team|people|staff|branch|department|dept|company)\b"
    r"|\b(?:my|our) (?:\w+ )?(?:colleagues|employees|reports|guys)\b|\b(?:we|our|us)\b"
)
EVERYONE = _words(
    r"\b(everyone|everybody|all(?! (?:the )?(?:time|types|kinds|dates|years|of them))|anyone|"
    r"anybody|someone|team|company|who|people|each|whole|employees|colleagues|staff|together)\b"
)
PRONOUN = _words(r"\b(he|she|his|her|hers|him|their|theirs)\b|\bdid they\b|\bhave they\b")
BUT_NOT = _words(r"\b(without|except|excluding|other than|apart from|but not|not counting)\b")
ALL_TYPES = _words(r"\b(all|any|every) (types?|kinds?|of them)\b|\beverything\b")
COUNT = _words(
    r"\b(how\s?man+y|how mny|hw many|how much|how often|count|counts|number of|total|sum of|"
    r"amount of)\b"
)
COMPARE = _words(
    r"\b(compar\w*|comparison|versus|vs|difference between|side by side)\b|"
    r"\b(?:than|against)\s+(?:in\s+|the\s+|during\s+)*(?:last|previous|this|yesterday|"
    rf"(?:week|month|period|year) before|{'|'.join(MONTHS)}|q[1-4]|20\d\d)\b"
)
COMPARES_TWO = _words(r"^\W*compare\b")
WITH_PERIOD = _words(r"\b(?:with|to|against|than|vs\.?|versus)\s+(?:in\s+|the\s+|that of\s+)*\S+")
LONG = _words(
    r"\b(how long|how much time|duration|time spent|average (?:\w+ )?time|avg time|hours|"
    r"average (?:task )?duration)\b(?! ago)"
)
FIGURES = _words(r"\b(statistics|stats|figures|key numbers|overview|summary)\b")
NOT_DONE = _words(
    r"\b(?:has|have|did|does|do|was|were|is)(?:n't|nt| not| never)\b"
    r"|\b(?:who|people|employees) (?:has|have|with|without) (?:no|not a single)\b"
    r"|\bwithout (?:any|a single)\b|\bnever\b"
)
LISTED = _words(r"\b(list|show|which ones|details|one by one|as a list)\b")
WHO = _words(
    r"^\W*(?:and |so |now |then |do we know |of )*"
    r"(who|whose|which (?:of (?:my|our|the) )?(?:people|employees?|persons?|colleagues?|"
    r"team ?mates?|members?|managers?))\b"
    r"|\b(?:top|most active|busiest|best) (?:\w+ )?(?:people|employees?|colleagues?)\b"
    r"|\b(?:see|know|tell|show|list|check|me|out|wonder(?:ing)?)\s+"
    r"(?:who|whose|which of (?:my|our|the) (?:\w+ )?(?:people|employees|colleagues))\b"
)
DUE = _words(r"\b(due|deadlines?|to be (?:done|finished|completed)|must be (?:done|finished))\b")
ASSIGNED = _words(r"\b(assigned|created|given|added|got|received|new)\b")
REGISTERED = _words(r"\b(?:is|was|are|were|has|have)\b.*\b(?:registered|on record)\b")
HOLDS = _words(
    r"\b(tasks?|registrations?|sessions?|activities|sign(?:ed)?[- ]?ins?|log(?:ged)?[- ]?ins?|"
    r"history|records?|due|overdue)\b"
)
OPENS = _words(
    r"^\W*(who|whose|which|what|when|how|did|has|have|was|were|is|are|show|list|count|find|"
    r"compare|any)\b"
)
_INTERROGATIVE = _words(
    r"^\W*(?:and |so |please |tell me |do you know )*"
    r"(?:how (?:long|many|much|often)|whose|which|when|did|has|have|was|were"
    r"|what (?:did|has|have|was|were))\b"
)
DEEDS = _words(r"^\W*what\s+(?:did|has|have|was|were)\s+\S.*\b(?:do|done|doing|up to)\b")
ASKS = _words(
    r"\b(who|whose|which|what|when|how|show|list|count|find|search|compare|give|display|"
    r"of|by|from|for|did|has|have|last|this|today|yesterday|all)\b"
)
PLANNED = _words(
    r"\b(expect\w*|coming|comes?|arriv\w*|planned|scheduled|upcoming|take[s]? place|taking place|"
    r"booked|visits? us|(?:was|were|is|are) here|on site|attend\w*)\b"
)
UPCOMING = _words(r"\b(upcoming|coming up|expected?|next|planned|scheduled)\b")
PAST = _words(r"\b(was|were|did|had)\b")
GROUP = _words(
    r"\b(?:by|per|grouped by|for each|for every|each|split by|every)\s+(?:the\s+)?"
    r"(types?|kinds?|categor(?:y|ies)|persons?|people|employees?|who(?:m)?|users?|"
    r"colleagues?|team ?members?|status(?:es)?|states?|priorit(?:y|ies)|days?|dates?|weeks?|"
    r"months?|years?|departments?|depts?|branch(?:es)?|offices?|locations?)\b"
    r"|^\W*which (day|week|month|year|department|branch|type|kind|category)\b"
    r"|\b(daily|weekly|monthly|yearly|annual|trend|over time)\b"
)
_GROUPS = {
    "kind": "type", "category": "type", "categorie": "type", "person": "employee",
    "people": "employee", "who": "employee", "whom": "employee", "user": "employee",
    "colleague": "employee", "team member": "employee", "teammember": "employee",
    "statuse": "status", "statu": "status", "state": "status", "prioritie": "priority",
    "date": "day", "daily": "day", "weekly": "week", "monthly": "month", "trend": "month",
    "over time": "month", "yearly": "year", "annual": "year", "dept": "department",
    "branche": "branch", "office": "branch", "location": "branch",
}  # fmt: skip
WORK = _words(r"\b(finish\w*|complet\w*|unfinished)\b")
_SUBJECTS = [
    ("tasks", _words(
        r"\b(tasks?|taks|to-?dos?|assignments?|overdue|work ?items?|duties)\b"
        r"|\b(?:low|medium|high|urgent|top)[- ]prio\w*"
        r"|\bwhat(?:'s| is| are| was)\b.*\b(?:due|late|overdue|outstanding)\b"
        r"|\b(?:late|behind) with\b|\bdeadlines?\b")),
    ("sessions", _words(
        r"\b(sessions?|sign(?:ed|s|ing)?[- ]?(?:in|on)s?|log(?:ged|s|ging)?[- ]?(?:in|on)s?|online|"
        r"signed out|logouts?)\b")),
    ("registrations", _words(
        r"\b(regist?e?r(?!s?\b.*\bcash)\w*|regist\w*|rgistrations?|registrtions?|entries|entered|"
        r"on record|records)\b")),
    ("activities", _words(
        r"\b(activit\w*|active|history|histroy|timeline|log|events?|going on)\b|"
        r"\bwhat(?:'s| is| has| have)? (?:been )?happen(?:ed|ing|s)?\b|"
        r"\bhappen(?:ed|ing)\b|\bwhat\b.*\b(?:do|done|doing|did|up to|work(?:ed|ing)? on)\b|"
        r"\b(?:statistics|stats|overview|report|summary)\b")),
]  # fmt: skip
STATES = [
    ("open", _words(
        r"\b(unfinished|incomplete|not (?:yet )?(?:finished|done|completed?|closed)|"
        r"(?:still|left|yet) to (?:do|be done)|undone)\b")),
    ("overdue", _words(
        r"\b(over ?due|late|past due|behind|delayed|past (?:its|their) deadline)\b")),
    ("completed", _words(r"\b(complet\w*|finish\w*|done|closed)\b")),
    ("pending", _words(r"\b(pending|not (?:yet )?started|waiting|unstarted|to start)\b")),
    ("in_progress", _words(r"\b(in progress|started|ongoing|being worked on|working on)\b")),
    ("open", _words(r"\b(open|outstanding|left|remaining)\b")),
    ("ended", _words(r"\b(ended|signed out|logged out)\b")),
    ("expired", _words(r"\b(expired|timed out)\b")),
    ("active", _words(
        r"\b(active|live|online|currently|(?:right )?now|at the moment)\b|"
        r"\b(?:is|are) (?:still )?(?:signed|logged) (?:in|on)\b(?! (?:last|yesterday))")),
]  # fmt: skip
_PRIORITY = _words(rf"\b({'|'.join(PRIORITIES)}|critical|asap|normal)(?:est)?\b(?! (?:of|as))")
_PRIORITIES = {"critical": "urgent", "asap": "urgent", "normal": "medium"}
_FOLLOW = _words(
    r"^\W*(and|only|just|what about|how about|now|same|the same|but|for|by|instead|also|without|"
    r"except|excluding|compared?|as a|per|group\w*|split|break|sort\w*|with|since|then|or|not)\b"
)
_SHORT_WORDS = 8


def subject_of(text: str) -> str | None:
    """What `text` asks for, or None when it doesn't say."""
    return next((name for name, words in _SUBJECTS if words.search(text)), None)


def follows(text: str, says: object) -> bool:
    """Whether `text` refines the question before; `says` is true when it names a subject."""
    return not says or bool(_FOLLOW.match(text) and len(text.split()) <= _SHORT_WORDS)


def is_question(text: str) -> bool:
    """Whether `text` begins as only questions do."""
    return bool(_INTERROGATIVE.search(text))


def refines(text: str) -> bool:
    """Whether `text` begins as a follow-up does."""
    return bool(_FOLLOW.match(text))


def group_in(text: str) -> str | None:
    """What `text` groups by, or None."""
    match = GROUP.search(text)
    if match is None:
        return None
    word = next(one for one in match.groups() if one).lower()
    return _GROUPS.get(word) or _GROUPS.get(word.removesuffix("s"), word.removesuffix("s"))


def priority_in(text: str) -> str | None:
    """The priority that `text` names, or None."""
    match = _PRIORITY.search(text)
    return _PRIORITIES.get(match[1].lower(), match[1].lower()) if match else None


def current_of(words: str) -> str | None:
    """The period that goes on now, of the same kind as one that is over: "this week"."""
    if words == "yesterday":
        return "today"
    return words.replace("last", "this") if words.startswith("last ") else None
