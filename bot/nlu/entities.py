"""Entities of the record: recognised by shape, by table and by the place in the sentence.

Nothing here is learned from examples, so nothing is guessed: people, companies and dates are left
to the domain, which looks them up. Which entities are looked for depends on what the sentence asks,
so that "the price is too high" is no priority.
"""

from __future__ import annotations

import json
import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.patterns import (
    Found,
    emails,
    employee_ids,
    item_numbers,
    meeting_codes,
    overlaps,
    phones,
    quotations,
)

Table = dict[str, dict[str, str]]  # entity -> words as written (lower case) -> value

_FILE = "tables.json"
_TASKS = {"assign_task", "complete_task", "list_tasks", "start_task", "update_task"}
_REGISTRATIONS = {"register", "continue_draft", "query_history", "export"}

# Which intents an entity belongs to; the others (ids, e-mails, phones) may stand in any sentence.
BELONGS = {
    "format": {"export", "query_history"},
    "meeting_code": {"join_meeting", "leave_meeting", "who_is_here", "end_meeting"},
    "number": {"start_task", "complete_task", "update_task", "approve", "reject"},
    "priority": {"assign_task", "list_tasks", "update_task", "query_history"},
    "registration_type": _REGISTRATIONS,
    "status": {"list_tasks", "update_task", "query_history"},
    "task_title": _TASKS,
}

_PERSON = r"(?:emp[-_ ]?\d{3,6}|(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)*|me|myself|my team)"
_END = r"(?=,| by\b| until\b| till\b| before\b| due\b| with\b| tomorrow\b| next\b|[.!?]*$)"
_TITLE = rf"(?P<title>.+?){_END}"
_TITLES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:assign|delegate|give)\s+(?:the task\s+(?:of\s+|to\s+)?)?(?P<title>.+?)"
        rf"\s+to\s+{_PERSON}",
        rf"\bgive\s+{_PERSON}\s+the\s+(?:task|job)\s+(?:of|to)\s+{_TITLE}",
        rf"\b(?:ask|tell|remind|get)\s+{_PERSON}\s+to\s+{_TITLE}",
        rf"\b(?:let|have)\s+{_PERSON}\s+(?:do\s+)?{_TITLE}",
        rf"^\W*{_PERSON}\s+(?:should|has to|must|needs to|shall)\s+(?:do\s+)?{_TITLE}",
        rf"\b(?:task|to-?do)\b[^:]*:\s*{_TITLE}",
    )
]
_VAGUE = re.compile(
    r"^(?:an?|the|this|that|it|some|any|one|new|my|another|urgent|low|medium|high|priority|tasks?|job"
    r"|work|something|anything|to|do|them|\s|\W)*$",
    re.IGNORECASE,
)

_NOUN = re.compile(
    r"\b(?:register(?:ing)?|add|adding|record|log|enter|create|announce|book in|borrow|put|report"
    r"|new|registration of|sign up|take down)\s+"
    r"(?:(?:an?|the|my|our|another|new|one|two|three|some|for|me)\s+)*"
    r"(?P<noun>[a-z][\w-]*(?:\s+[a-z][\w-]*)?)",
    re.IGNORECASE,
)
_NOT_NOUNS = re.compile(
    r"a|about|after|again|an|and|another|anything|as|at|be|before|by|called|can|colleague|for|form"
    r"|from|her|here|him|his|in|into|it|list|me|named|new|now|of|on|or|our|please|record"
    r"|registrations?|something|system|that|the|their|them|they|this|to|tomorrow|today|up|us|we|with",
    re.IGNORECASE,
)


class Tables:
    """Words that name something, out of lookup tables and synonyms."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._patterns = {
            entity: re.compile(
                r"(?<![\w-])(?:"
                + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
                + r")(?![\w-])",
                re.IGNORECASE,
            )
            for entity, words in table.items()
            if words
        }

    @classmethod
    def of(cls, training_data: TrainingData) -> Tables:
        """The tables in the training data; a synonym gives the words of a table their value."""
        synonyms = {key.lower(): value for key, value in training_data.entity_synonyms.items()}
        table: Table = {}
        for lookup in training_data.lookup_tables:
            words = table.setdefault(lookup["name"], {})
            for word in lookup["elements"]:
                words[word.lower()] = synonyms.get(word.lower(), word.lower())
        return cls(table)

    def find(self, entity: str, text: str) -> list[Found]:
        """The words of one table in `text`."""
        pattern = self._patterns.get(entity)
        if pattern is None:
            return []
        words = self.table[entity]
        return [
            Found(m.start(), m.end(), entity, words[m.group().lower()])
            for m in pattern.finditer(text)
        ]


def find_entities(text: str, intent: str | None, tables: Tables) -> list[Found]:
    """All entities of `text`, understood as `intent`, in their order and without overlaps."""
    found: list[Found] = []

    def take(candidates: list[Found]) -> None:
        for one in candidates:
            if intent not in BELONGS.get(one.entity, {intent}) or overlaps(one, found):
                continue
            found.append(one)

    quoted = quotations(text)
    take(quoted)
    if not quoted and intent == "assign_task":
        take(_titles(text))
    take(emails(text))
    take(employee_ids(text))
    take(phones(text))
    take(meeting_codes(text))
    for entity in ("priority", "status", "format", "registration_type"):
        take(tables.find(entity, text))
    take(item_numbers(text))
    if intent == "register" and not any(one.entity == "registration_type" for one in found):
        take(_nouns(text))
    return sorted(found, key=lambda one: one.start)


def _titles(text: str) -> list[Found]:
    """The title of a task that is given to someone, where the sentence has a place for it."""
    for pattern in _TITLES:
        match = pattern.search(text)
        if match and not _VAGUE.match(match["title"]):
            start = match.start("title")
            title = match["title"].rstrip(" .!?")
            return [Found(start, start + len(title), "task_title", title)]
    return []


def _nouns(text: str) -> list[Found]:
    """What is to be registered, for a type that no table knows: the domain has the catalogue."""
    for match in _NOUN.finditer(text):
        words = match["noun"].split()
        while words and _NOT_NOUNS.fullmatch(words[-1]):
            words.pop()
        if words and not _NOT_NOUNS.fullmatch(words[0]):
            start = match.start("noun")
            noun = text[start : start + len(" ".join(words))]
            return [Found(start, start + len(noun), "registration_type", noun.lower())]
    return []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class RecordEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the record's entities to a message.

    It stands behind the intent classifier, whose answer decides what is looked for.
    """

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, tables: Tables | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._tables = tables or Tables({})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RecordEntityExtractor:
        """A component before its training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RecordEntityExtractor:
        """The component with the tables that training left in the model."""
        with model_storage.read_from(resource) as folder:
            tables = Tables(json.loads((folder / _FILE).read_text("utf-8")))
        return cls(model_storage, resource, tables)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the tables of the training data."""
        self._tables = Tables.of(training_data)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._tables.table, sort_keys=True), "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `entities` to each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
            entities = [
                {
                    "entity": one.entity,
                    "start": one.start,
                    "end": one.end,
                    "value": one.value,
                    "confidence_entity": 1.0,
                }
                for one in find_entities(text, intent, self._tables)
            ]
            message.set(
                ENTITIES,
                message.get(ENTITIES, []) + self.add_extractor_name(entities),
                add_to_output=True,
            )
        return messages
