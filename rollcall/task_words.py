"""Which task somebody means: by number in the list, by its title, by being the only one."""

import re

from rapidfuzz import fuzz, process, utils

from rollcall.tasks import Task

NEAR = 75.0
CLEARLY_BETTER = 8.0
_QUOTED = re.compile(r"[\"“]([^\"”]{2,})[\"”]|(?<!\w)['‘]([^'’]{2,})['’](?!\w)")
_NUMBER = re.compile(
    r"(?:\btask|\bnumber|\bno\.?|#)\s*(\d{1,2})\b|^\W*\w+\s+(\d{1,2})\W*$", re.IGNORECASE
)
_ORDINAL = re.compile(r"\b(first|second|third|fourth|fifth|last)\b(?:\s+(?:one|task))?\W*$", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_FILLER = re.compile(
    r"\b(?:please|can you|i|i've|i have|have|am|i'm|with|the|a|my|task|tasks|start|started|begin|"
    r"began|finish|finished|complete|completed|done|mark|as|is|it|close|tick|off|set|to|on|just|"
    r"working|work|now|make|change|postpone|move|in|progress|that|one|this|let me|done)\b",
    re.IGNORECASE,
)


def title_in(text: str) -> str | None:
    """A title that stands in quotes: assign 'Order chairs' to me."""
    found = _QUOTED.search(text)
    return (found[1] or found[2]).strip() if found else None


def matching(tasks: list[Task], named: str, text: str) -> list[Task]:
    """The tasks that may be meant, best first; exactly one when it is clear.

    `named` is a title or `#<id>`, `text` the whole sentence. Several when it could be more than
    one, none when nothing fits.
    """
    if named.startswith("#"):
        return [one for one in tasks if one.task_id == named[1:]]
    number = _NUMBER.search(text)
    if number:
        place = int(number[1] or number[2])
        return [tasks[place - 1]] if 1 <= place <= len(tasks) else []
    ordinal = _ORDINAL.search(text)
    if ordinal and not title_in(text):
        word = ordinal[1].lower()
        place = len(tasks) if word == "last" else _ORDINALS.index(word) + 1
        return [tasks[place - 1]] if place <= len(tasks) else []
    words = title_in(text) or named or _FILLER.sub(" ", text)
    if not utils.default_process(words):
        return tasks if len(tasks) > 1 else tasks[:1]
    titles = {one.task_id: one.title for one in tasks}
    near = process.extract(
        words,
        titles,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=NEAR,
        limit=6,
    )
    by_id = {one.task_id: one for one in tasks}
    found = [by_id[key] for _, _, key in near]
    clear = len(near) > 1 and near[0][1] - near[1][1] >= CLEARLY_BETTER
    return found[:1] if clear else found
