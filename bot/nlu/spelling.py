"""Tokens as the classifier should read them, while their places stay the original's.

Typos are corrected; an id, an e-mail address, a date in figures, a phone number and a quotation
each become one word that stands for its kind, because what exactly they say does not change what is
meant. Only the features see this: the message's text is left alone, so an entity keeps what was
typed.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import regex
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from symspellpy import SymSpell, Verbosity

from bot.nlu.patterns import (
    Found,
    emails,
    employee_ids,
    overlaps,
    phones,
    quotations,
    written_dates,
)

_ENGLISH = "frequency_dictionary_en_82_765.txt"  # part of symspellpy: word and count a line
_KNOWN_COUNT = 100_000  # rarer English words are more often typos of common ones
_LIKELY_COUNT = 1_000_000  # words people mean when they mistype; more cost memory and guess worse
_TRAINED_COUNT = 10**13  # a word of the training sentences beats any other at the same distance
_SHORTEST = 3  # letters; shorter words have too many neighbours
_TWO_EDITS = 7  # letters from which on two wrong ones are still one word's typo
_FILE = "vocabulary.json"

_WORD = regex.compile(r"\p{Latin}+(?:['’]\p{Latin}+)?")
_KINDS = {
    # A day of the week is what most examples have where others write figures.
    "date_time": "friday",
    "email": "mailaddress",
    "employee_id": "emp000",
    "phone": "phonenumber",
    "task_title": "something",
}
_NO_INTENT_WORDS = frozenset({"out_of_scope"})


class Speller:
    """Corrects single words towards `vocabulary` (lower-case words) and common English."""

    def __init__(self, vocabulary: list[str]) -> None:
        english = _english()
        self._known = frozenset(vocabulary) | english.keys()
        self._index = SymSpell(max_dictionary_edit_distance=2, prefix_length=5)
        for word, count in english.items():
            if count >= _LIKELY_COUNT:
                self._index.create_dictionary_entry(word, count)
        for word in vocabulary:
            self._index.create_dictionary_entry(word, _TRAINED_COUNT)

    def correct(self, word: str) -> str:
        """`word` itself if it is known or too strange, else the likeliest word it was meant as."""
        low = word.lower()
        if len(low) < _SHORTEST or low in self._known or not _WORD.fullmatch(word):
            return word
        distance = 2 if len(low) >= _TWO_EDITS else 1
        found = self._index.lookup(low, Verbosity.CLOSEST, max_edit_distance=distance)
        return found[0].term if found else word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class SpellingTokenizer(WhitespaceTokenizer):
    """A whitespace tokenizer that corrects what people type, never what it is trained on."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: list[str] | None = None,
    ) -> None:
        super().__init__(config)
        self._model_storage = model_storage
        self._resource = resource
        self._speller = Speller(vocabulary) if vocabulary else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingTokenizer:
        """A component before its training: it corrects nothing."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingTokenizer:
        """The component with the vocabulary that training left in the model."""
        with model_storage.read_from(resource) as folder:
            vocabulary = json.loads((folder / _FILE).read_text("utf-8"))
        return cls(config, model_storage, resource, vocabulary)

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the words of the training sentences that mean something here."""
        vocabulary = vocabulary_of(
            [
                (example.get(INTENT), example.get(TEXT))
                for example in training_data.intent_examples
                if example.get(TEXT)
            ]
        )
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(vocabulary), "utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Words as they were written: typos among the examples are there to be learned."""
        self._speller, speller = None, self._speller
        try:
            return super().process_training_data(training_data)
        finally:
            self._speller = speller

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of `attribute`, with the places of the original."""
        tokens = super().tokenize(message, attribute)
        if attribute != TEXT:
            return tokens
        return readable(message.get(TEXT), tokens, self._speller)


def vocabulary_of(examples: list[tuple[str, str]]) -> list[str]:
    """Sorted lower-case words of `(intent, text)` examples, except typos and what is out of scope.

    A word counts if English knows it or if two examples use it: the rest are typos and names.
    """
    english = _english()
    counts: dict[str, int] = {}
    for intent, text in examples:
        if intent in _NO_INTENT_WORDS:
            continue
        for word in {match.group().lower() for match in _WORD.finditer(text)}:
            counts[word] = counts.get(word, 0) + 1
    return sorted(word for word, count in counts.items() if word in english or count > 1)


def readable(text: str, tokens: list[Token], speller: Speller | None) -> list[Token]:
    """`tokens` of `text` with kinds instead of ids, addresses and quotations, and without typos."""
    kinds: list[Found] = []
    shapes = (quotations, emails, employee_ids, written_dates, phones)
    for one in (found for shape in shapes for found in shape(text)):
        if not overlaps(one, kinds):
            kinds.append(one)
    shouting = text.upper() == text
    result: list[Token] = []
    for position, token in enumerate(tokens):
        kind = next((one for one in kinds if one.start < token.end and token.start < one.end), None)
        if kind is None:
            first = position == 0
            if speller and not _is_kept(text, token, first=first, shouting=shouting):
                token.text = speller.correct(token.text)
            result.append(token)
        elif not result or result[-1].end != kind.end:  # the first token of this one
            result.append(Token(_KINDS[kind.entity], kind.start, kind.end))
    return result


def _is_kept(text: str, token: Token, *, first: bool, shouting: bool) -> bool:
    """A name, a capital inside a sentence written small, or a piece of "isn't" or "Tom's"."""
    is_name = not shouting and not first and token.text[:1].isupper()
    around = text[max(token.start - 1, 0) : token.start] + text[token.end : token.end + 1]
    return is_name or "'" in around or "’" in around


def _english() -> dict[str, int]:
    """English words that are no rarity, with how often they were counted."""
    text = files("symspellpy").joinpath(_ENGLISH).read_text("utf-8-sig")
    counted = (line.split(" ") for line in text.splitlines())
    return {word: int(count) for word, count in counted if int(count) >= _KNOWN_COUNT}
