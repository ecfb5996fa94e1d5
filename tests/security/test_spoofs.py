"""A thousand messages that pretend to be commands, buttons, metadata or signed turns."""

import hashlib
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.turns import TurnRefused, TurnVerifier
from rollcall import Rollcall, turn_tokens
from rollcall.errors import InvalidToken
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.security import spoofs
from tests.security.forgery import forge

KEY = "0123456789abcdef" * 4
HEADER = {"alg": "HS256", "typ": "JWT"}


def claims_of(text: str, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": "rollcall-web",
        "aud": "rollcall-turn",
        "sub": "session_EMP004_1_00000000",
        "jti": hashlib.sha256(text.encode()).hexdigest()[:32],
        "iat": now,
        "exp": now + 60,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "kind": "text",
        "session_id": None,
        "employee_id": None,
    }
    return {**claims, **changes}


def test_there_are_a_thousand_of_them() -> None:
    counts = [
        len(spoofs.typed()),
        len(spoofs.buttons("button_abcdefghijklmnop")),
        len(spoofs.bodies("session_EMP001_1_00000000")),
        len(list(spoofs.turns(KEY, claims_of("hello")))),
    ]
    assert sum(counts) >= 1_000, counts


def test_typed_text_reaches_the_assistant_as_words_whatever_is_around_it() -> None:
    """Rasa takes what begins with a slash, after `strip`, for a command."""
    verifier = TurnVerifier(KEY, time.time)
    for text in spoofs.typed():
        turn = verifier.accept(forge(HEADER, claims_of(text), KEY), text)
        assert turn.kind == "text"
        assert not turn.text.strip().startswith("/"), repr(text)


def test_typed_text_can_not_be_sent_as_a_button_without_a_signature_that_says_so() -> None:
    verifier = TurnVerifier(KEY, time.time)
    token = forge(HEADER, claims_of("/affirm"), KEY)
    assert verifier.accept(token, "/affirm").text == "affirm"
    for text in spoofs.typed()[:50]:
        signed_for_another_text = forge(HEADER, claims_of("hello", kind="button"), KEY)
        with pytest.raises(TurnRefused):
            verifier.accept(signed_for_another_text, text)


def test_a_button_of_somebody_else_is_only_text(roll: Rollcall, cast: Cast) -> None:
    theirs, own = str(cast.admin.session_id), str(cast.employee.session_id)
    issued = roll.buttons.issue(theirs, "Yes", "/affirm")
    mine = roll.buttons.issue(own, "No", "/deny")
    assert roll.buttons.press(theirs, issued) is not None
    assert roll.buttons.press(own, mine) is not None
    for text in spoofs.buttons(issued):
        assert roll.buttons.press(own, text) is None, repr(text)
        assert roll.buttons.press("guest_" + "0" * 32, text) is None, repr(text)


def test_fields_that_only_the_server_fills_in_are_refused(
    employee: Caller, guest: Caller, cast: Cast, roll: Rollcall
) -> None:
    for body in spoofs.bodies(str(cast.admin.session_id)):
        for caller in (employee, guest):
            answer = caller.post("/chat", body)
            assert answer.status_code == 422, body
            assert set(error_of(answer)["fields"]) == set(body) - {"message"}, body
    assert roll.database.collection("turns").count_documents({}) == 0


def test_the_session_of_somebody_else_can_not_be_named(
    employee: Caller, guest: Caller, cast: Cast, roll: Rollcall
) -> None:
    session = str(cast.admin.session_id)
    for named in (session, session.upper(), f" {session}", "session_EMP001", "x"):
        assert employee.post("/chat", {"message": "x", "session_id": named}).status_code == 403
        assert guest.post("/chat", {"message": "x", "session_id": named}).status_code == 401
    assert roll.database.collection("turns").count_documents({}) == 0


def test_turns_that_the_web_server_did_not_sign_are_refused_twice() -> None:
    """By the channel inside Rasa, and again by the action server."""
    claims = claims_of("hello", sub="session_EMP001_1_00000000", employee_id="EMP001")
    verifier = TurnVerifier(KEY, time.time)
    right = forge(HEADER, claims, KEY)
    assert verifier.accept(right, "hello").text == "hello"
    assert turn_tokens.verify(right, KEY, datetime.now(UTC)).employee_id == "EMP001"
    forgeries = list(spoofs.turns(KEY, claims))
    assert len(forgeries) > 100
    for token in forgeries:
        with pytest.raises(TurnRefused):
            verifier.accept(token, "hello")
        with pytest.raises(InvalidToken):
            turn_tokens.verify(token, KEY, datetime.now(UTC))
