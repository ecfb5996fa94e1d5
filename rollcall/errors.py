"""Named errors of the domain.

`web/errors.py` turns them into HTTP answers and `actions/errors.py` into chat answers, each in
one place. `message` is written for the person who caused it: it says what to do next.
"""

import math
from typing import Any, ClassVar


class RollcallError(Exception):
    """Base of all errors that a caller may see.

    `code` is stable and machine-readable, `status` the HTTP status a web caller gets, `fields`
    the problems by field name where there are any.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields or {}


class Malformed(RollcallError):
    """The request can't be read at all."""

    code = "malformed"
    status = 400


class Unauthenticated(RollcallError):
    """Nobody is signed in, and this needs somebody."""

    code = "unauthenticated"
    status = 401

    def __init__(self, message: str = "Please sign in first.") -> None:
        super().__init__(message)


class InvalidCredentials(RollcallError):
    """Id and passphrase don't belong together; the same answer for an unknown id."""

    code = "invalid_credentials"
    status = 401

    def __init__(
        self, message: str = "That employee id and passphrase don't match. Please try again."
    ) -> None:
        super().__init__(message)


class InvalidToken(RollcallError):
    """A token that is forged, expired or of another kind."""

    code = "invalid_token"
    status = 401

    def __init__(self, message: str = "Invalid or expired token") -> None:
        super().__init__(message)


class InvalidSignature(RollcallError):
    """A message that is not from whom it should be, or not from just now."""

    code = "invalid_signature"
    status = 401

    def __init__(self, message: str = "The signature is missing, wrong or too old.") -> None:
        super().__init__(message)


class SessionEnded(RollcallError):
    """The session behind the caller is over."""

    code = "session_ended"
    status = 401

    def __init__(self, message: str = "Your session has ended. Please sign in again.") -> None:
        super().__init__(message)


class Forbidden(RollcallError):
    """Known caller, not allowed."""

    code = "forbidden"
    status = 403


class NotFound(RollcallError):
    """No such thing, or none that this caller may know of."""

    code = "not_found"
    status = 404


class Conflict(RollcallError):
    """The thing is no longer in a state in which this can be done."""

    code = "conflict"
    status = 409


class Duplicate(Conflict):
    """A value that must be unique is already on record."""

    code = "duplicate"


class Invalid(RollcallError):
    """A field has a value that can't be accepted; `fields` says which and why."""

    code = "invalid"
    status = 422


class Unsure(Invalid):
    """A value that is near one that would do. `guess` is that one, for whoever can ask back.

    To a program and in a pasted table it is a wrong value like any other; the message names what
    was probably meant.
    """

    def __init__(self, message: str, guess: Any, fields: dict[str, str] | None = None) -> None:
        super().__init__(message, fields)
        self.guess = guess


class TooLarge(RollcallError):
    """More than is taken: a file, or what all files together may need."""

    code = "too_large"
    status = 413


class UnsupportedType(RollcallError):
    """A file of a type that is not accepted, or whose content isn't what its name says."""

    code = "unsupported_type"
    status = 415


class SlowDown(RollcallError):
    """Too much in too short a time. `retry_after` is in seconds."""

    status = 429
    sentence: ClassVar[str] = "That was a lot at once. Please wait {}."

    def __init__(self, retry_after: int) -> None:
        super().__init__(self.sentence.format(_wait(retry_after)))
        self.retry_after = retry_after


class TooManyAttempts(SlowDown):
    """Too many tries to sign in."""

    code = "too_many_attempts"
    sentence = "Too many tries. Please wait {} and try again."


class TooManyRequests(SlowDown):
    """More calls than this instance allows."""

    code = "too_many_requests"


def _wait(seconds: int) -> str:
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > length:
            return f"{math.ceil(seconds / length)} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


class StorageUnavailable(RollcallError):
    """MongoDB can't be reached or has no primary right now."""

    code = "storage_unavailable"
    status = 503

    def __init__(
        self, message: str = "The record can't be reached right now. Please try again in a moment."
    ) -> None:
        super().__init__(message)


class ConfigurationError(RollcallError):
    """The instance is set up in a way it can't run with; the message is for the operator."""

    code = "configuration"
