"""Domain errors as chat answers, in one place."""

from collections.abc import Callable

from rollcall import RollcallError
from rollcall.errors import SessionEnded, StorageUnavailable, Unauthenticated

Say = Callable[..., None]


def explain(error: RollcallError, say: Say) -> None:
    """Say what went wrong and what to do.

    Storage that is away is raised again: the turn fails visibly and the same sentence can be
    sent once more, instead of being answered with an apology.
    """
    if isinstance(error, StorageUnavailable):
        raise error
    field = next(iter(error.fields), None)
    custom = {"type": "error", "code": error.code, "field": field}
    if isinstance(error, Unauthenticated | SessionEnded):
        custom = {"type": "sign_in", "employee_id": None}
    say(error.message, custom)
