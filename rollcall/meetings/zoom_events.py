"""What Zoom's webhook sends: checked for its signature, and read.

The format is Zoom's (developers.zoom.us, "Webhooks" and "Meeting events"): the header
`x-zm-signature` is `v0=` and the hexadecimal HMAC-SHA256, keyed with the app's secret token, of
`v0:{x-zm-request-timestamp}:{body}`; the timestamp is in seconds.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rollcall.clock import to_milliseconds
from rollcall.errors import InvalidSignature, Malformed
from rollcall.meetings.store import read_number

WINDOW = timedelta(minutes=5)
CHALLENGE = "endpoint.url_validation"
KINDS = {
    "meeting.started": "started",
    "meeting.ended": "ended",
    "meeting.participant_joined": "joined",
    "meeting.participant_left": "left",
}
LONGEST_NAME = 120
LONGEST_ID = 200
NAMELESS = "Somebody without a name"


@dataclass(frozen=True)
class ZoomPerson:
    """Somebody in an event. `connection` is one stay on one device; `user_id` their Zoom account,
    None for those who are not signed in to Zoom."""

    name: str
    email: str | None
    user_id: str | None
    uuid: str | None
    connection: str


@dataclass(frozen=True)
class ZoomEvent:
    """One event: `kind` is started, ended, joined or left; `at` when that happened.

    `number` is the meeting's and comes back with each occurrence, `uuid` is the occurrence's own.
    """

    kind: str
    number: str
    uuid: str
    topic: str
    host_id: str | None
    started_at: datetime
    at: datetime
    person: ZoomPerson | None = None


def check_signature(secret: str, timestamp: str, given: str, body: bytes, now: datetime) -> None:
    """Refuse what Zoom did not send within the last five minutes.

    `timestamp` and `given` are the two headers as they came, empty when missing. Raises
    `InvalidSignature`.
    """
    expected = f"v0={_hmac(secret, f'v0:{timestamp}:'.encode() + body)}"
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise InvalidSignature
    try:
        sent = datetime.fromtimestamp(int(timestamp), UTC)
    except (OSError, OverflowError, ValueError) as error:
        raise InvalidSignature from error
    if abs(now - sent) > WINDOW:
        raise InvalidSignature


def challenge_answer(secret: str, body: Any) -> dict[str, str] | None:
    """What Zoom wants to hear when it checks the address, or None for any other event.

    Raises `Malformed`.
    """
    if not isinstance(body, dict) or body.get("event") != CHALLENGE:
        return None
    token = _object(body.get("payload")).get("plainToken")
    if not isinstance(token, str):
        raise Malformed("The challenge has no plainToken.")
    return {"plainToken": token, "encryptedToken": _hmac(secret, token.encode())}


def read_event(body: Any) -> ZoomEvent | None:
    """The event in a body, or None for a kind that says nothing about attendance.

    Raises `Malformed`.
    """
    kind = KINDS.get(str(_object(body).get("event")))
    if kind is None:
        return None
    told = _object(_object(body.get("payload")).get("object"))
    number = read_number(str(told.get("id", "")))
    uuid = _text(told, "uuid")
    if number is None or uuid is None:
        raise Malformed("The event names no meeting.")
    person = _person(_object(told.get("participant")), uuid) if kind in ("joined", "left") else None
    happened = {
        "started": lambda: _time(told, "start_time"),
        "ended": lambda: _time(told, "end_time"),
        "joined": lambda: _time(_object(told.get("participant")), "join_time", "date_time"),
        "left": lambda: _time(_object(told.get("participant")), "leave_time", "date_time"),
    }[kind]()
    if happened is None:
        raise Malformed("The event doesn't say when.")
    return ZoomEvent(
        kind=kind,
        number=number,
        uuid=uuid,
        topic=_clean(told.get("topic")),
        host_id=_text(told, "host_id"),
        started_at=_time(told, "start_time") or happened,
        at=happened,
        person=person,
    )


def _person(told: dict[str, Any], meeting_uuid: str) -> ZoomPerson:
    uuid = _text(told, "participant_uuid")
    stay = _text(told, "user_id") or uuid
    if stay is None:
        raise Malformed("The event names no participant.")
    email = _text(told, "email")
    return ZoomPerson(
        name=_clean(told.get("user_name"))[:LONGEST_NAME] or NAMELESS,
        email=email.lower() if email and "@" in email else None,
        user_id=_text(told, "id") or _text(told, "participant_user_id"),
        uuid=uuid,
        connection=f"{meeting_uuid}:{stay}",
    )


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("The event can't be read.")
    return value


def _text(told: dict[str, Any], name: str) -> str | None:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return _clean(value)[:LONGEST_ID] or None


def _clean(value: Any) -> str:
    """Text in one line, without what can't be seen."""
    if not isinstance(value, str | int):
        return ""
    readable = "".join(one if one.isprintable() else " " for one in str(value))
    return " ".join(readable.split())


def _time(told: dict[str, Any], *names: str) -> datetime | None:
    for name in names:
        value = told.get(name)
        if not isinstance(value, str):
            continue
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return to_milliseconds(moment)
        except (OverflowError, ValueError):
            continue
    return None


def _hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def signed(secret: str, event: dict[str, Any], now: datetime) -> tuple[bytes, dict[str, str]]:
    """A body and its headers as Zoom would send them, for tests and for replaying."""
    body = json.dumps(event).encode()
    timestamp = str(int(now.timestamp()))
    signature = f"v0={_hmac(secret, f'v0:{timestamp}:'.encode() + body)}"
    return body, {
        "Content-Type": "application/json",
        "x-zm-request-timestamp": timestamp,
        "x-zm-signature": signature,
    }
