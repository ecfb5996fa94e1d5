"""What a sentence wants of a task: negations must never finish one."""

import pytest

from rollcall.spoken.wishes import Wish, clauses, wish_of, wish_or

SENTENCES = [
    (Wish.COMPLETE, "i finished it"),
    (Wish.COMPLETE, "the stocktaking is done"),
    (Wish.COMPLETE, "I've just finished the training"),
    (Wish.COMPLETE, "mark it as done"),
    (Wish.NOT_DONE, "it isn't done yet"),
    (Wish.NOT_DONE, "I haven't finished it"),
    (Wish.NOT_DONE, "I didn’t finish the stocktaking"),
    (Wish.NOT_DONE, "not done"),
    (Wish.NOT_DONE, "nope, still working on it"),
    (Wish.NOT_DONE, "it's almost done"),
    (Wish.NOT_DONE, "i didnt mean to complete the stocktaking"),
    (Wish.LEAVE, "don't finish it"),
    (Wish.LEAVE, "please don't cancel the stocktaking"),
    (Wish.LATER, "I'll finish it tomorrow"),
    (Wish.REOPEN, "reopen the stocktaking"),
    (Wish.REOPEN, "that wasn't finished"),
    (Wish.STATE, "is the stocktaking done?"),
    (Wish.STATE, "has Erika finished the stocktaking?"),
    (Wish.CANCEL, "please delete task 2"),
    (Wish.CANCEL, "the stocktaking is no longer needed"),
    (Wish.GIVE, "no, give it to Oscar"),
    (Wish.GIVE, "reassign the stocktaking to Erika"),
    (Wish.CHANGE, "I can't finish it by Friday, make it Monday"),
    (Wish.CHANGE, "push the stocktaking back a week"),
    (Wish.START, "start the security training"),
    (None, "make it urgent"),
    (None, "hello"),
]


@pytest.mark.parametrize(("wish", "text"), SENTENCES)
def test_words_say_what_is_wanted(wish: Wish | None, text: str) -> None:
    assert wish_of(text) is wish


@pytest.mark.parametrize(
    "text", ["i havent finishd it", "I thought it was done but it isn't", "no its not complet"]
)
def test_denial_with_a_typo_finishes_nothing(text: str) -> None:
    assert wish_or(text, Wish.COMPLETE) is Wish.NOT_DONE


def test_quoted_title_says_nothing_about_the_wish() -> None:
    assert wish_of("start 'Check what was not finished'") is Wish.START


def test_two_verbs_are_two_requests() -> None:
    assert clauses("finish task 2 and start task 3") == ["finish task 2", "start task 3"]
