"""Passphrases: long ones of any letters are fine, common ones and one's own name are not."""

import time
import unicodedata

import pytest
from argon2 import PasswordHasher

from rollcall.passphrases import hash_of, is_outdated, matches, problem_with, words_of

PERSONAL = {"EMP004", *words_of("Zoë Ångström-Li", "Nordwind Papier", "Rollcall")}


@pytest.mark.parametrize(
    "passphrase",
    [
        "correct horse battery staple",
        "kx9v2lqp",
        "tr0ub4dor&3",
        "großer Bär am See",
        "好好学习天天向上",
        "пять зелёных чайников",
        "🦊🐻🐼🐨🐯🦁🐮🐷",
        "seven words that nobody would put together like this, sixty-four and more",
        "a sentence of one hundred and some characters is as long as one may be here, "
        "and this one goes on",
        "channel surfing at dawn",
    ],
)
def test_what_others_cannot_guess_is_accepted(passphrase: str) -> None:
    assert problem_with(passphrase, PERSONAL) == ""


@pytest.mark.parametrize(
    "passphrase",
    ["password", "Password1!", "P@ssw0rd", "iloveyou", "qwertyuiop", "12345678910", "letmein!!",
     "elephant", "aaaaaaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabcabcabc", "passwordpassword",
     "football99", " " * 12, "ｐａｓｓｗｏｒｄ"],
)  # fmt: skip
def test_what_is_common_is_refused(passphrase: str) -> None:
    assert "others can't guess" in problem_with(passphrase, PERSONAL)


@pytest.mark.parametrize(
    "passphrase",
    ["EMP004 is my number", "xxemp004xx", "Ångström likes tea", "angstrom7777!", "zoe was here 81",
     "ångström" * 3, "Nordwind-2026", "my rollcall secret", "ZOË zoë ZOË"],
)  # fmt: skip
def test_ones_own_name_id_and_company_are_refused(passphrase: str) -> None:
    assert "leave out your name" in problem_with(passphrase, PERSONAL)


@pytest.mark.parametrize(
    ("passphrase", "says"),
    [("", "at least 8 characters; 15 or more are better"),
     ("kx9v2lq", "at least 8 characters"),
     ("é" * 129, "at most 128 characters")],
)  # fmt: skip
def test_length_is_that_of_the_characters(passphrase: str, says: str) -> None:
    assert says in problem_with(passphrase, PERSONAL)


def test_accents_in_two_keystrokes_count_once() -> None:
    longest = unicodedata.normalize("NFD", "é ü à ñ " * 16)
    assert len(longest) > 128
    assert problem_with(longest, PERSONAL) == ""
    assert matches(hash_of(unicodedata.normalize("NFC", longest)), longest)


def test_no_passphrase_keeps_the_processor_for_long() -> None:
    for passphrase in ("4@8({[<369&#!1/|0$5+7%2" * 5, "a4@bc({[<e3g69i1", "4@8({[<369&#!1/|"):
        started = time.process_time()
        problem_with(passphrase, PERSONAL)
        assert time.process_time() - started < 1


def test_hash_of_other_parameters_is_outdated() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("something")
    assert is_outdated(old)
    assert is_outdated("no hash at all")
    assert not is_outdated(hash_of("something"))


def test_what_is_no_hash_matches_nothing() -> None:
    assert not matches("", "")
    assert not matches("$argon2id$broken", "something")
