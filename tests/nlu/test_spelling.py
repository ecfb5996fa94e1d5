"""Typos are corrected for the classifier; names, ids, addresses and places in the text stay."""

import pytest
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.spelling import Speller, readable, vocabulary_of

EXAMPLES = [
    ("register", "register a supplier"),
    ("register", "register a supplier named Xylqor"),
    ("list_tasks", "show my tasks"),
    ("list_tasks", "shwo my tasks"),
    ("out_of_scope", "Kowalczyk sprocket"),
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(vocabulary_of(EXAMPLES))


def tokens(text: str, speller: Speller | None) -> list[Token]:
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    return readable(text, tokenizer.tokenize(Message({"text": text}), "text"), speller)


def words(text: str, speller: Speller | None) -> list[str]:
    return [token.text for token in tokens(text, speller)]


def test_the_vocabulary_leaves_out_typos_and_what_is_out_of_scope() -> None:
    vocabulary = vocabulary_of(EXAMPLES)
    assert {"register", "supplier", "tasks"} <= set(vocabulary)
    assert not {"shwo", "xylqor", "kowalczyk", "sprocket"} & set(vocabulary)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("regsiter a suplier", ["register", "a", "supplier"]),
        ("shwo my taks", ["show", "my", "tasks"]),
        ("SHWO MY TAKSS", ["show", "MY", "tasks"]),
    ],
)
def test_typos_are_corrected(speller: Speller, typed: str, meant: list[str]) -> None:
    assert words(typed, speller) == meant


@pytest.mark.parametrize(
    "text", ["register Suplier", "register a qx7 suplier2", "show Tsaks", "register xzqwvkj"]
)
def test_names_codes_and_unknown_words_stay(speller: Speller, text: str) -> None:
    assert words(text, speller) == text.split()


@pytest.mark.parametrize("text", ["that isn't rihgt", "that isn’t rihgt"])
def test_a_contraction_is_no_typo(speller: Speller, text: str) -> None:
    assert words(text, speller)[:2] == ["that", "isn"]
    assert words(text, speller)[-1] == "right"


def test_ids_addresses_and_quotations_become_their_kind(speller: Speller) -> None:
    text = "register emp 004 jan@taks.com +1 415 555 0102 'shwo taks'"
    assert words(text, speller) == [
        "register",
        "emp000",
        "mailaddress",
        "phonenumber",
        "something",
    ]


def test_places_are_those_of_the_original(speller: Speller) -> None:
    text = "regsiter  a suplier for EMP-004"
    for token, typed in zip(
        tokens(text, speller), ["regsiter", "a", "suplier", "for", "EMP-004"], strict=True
    ):
        assert text[token.start : token.end] == typed


def test_training_sentences_are_read_as_they_are_written() -> None:
    assert words("regsiter a suplier", None) == ["regsiter", "a", "suplier"]
