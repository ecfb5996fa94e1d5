"""Every role at every route, against the table of permissions."""

from collections import Counter
from collections.abc import Callable

import pytest

from rollcall import Principal, Rollcall
from tests.api.conftest import Caller, error_of
from tests.api.test_ownership import TABLE, Things, things
from tests.cast import Cast
from tests.security.matrix import PARTS, ROUTES, Anybody, Need
from tests.security.parts import players

__all__ = ["things"]

REFUSED = (401, 403, 404, 429)


def needs() -> list[Need | None]:
    """What each call of the table of ownership needs, in the same order; None: nobody has said."""
    left = {name: list(each) for name, each in ROUTES.items()}
    return [left[str(row)].pop(0) if left.get(str(row)) else None for row in TABLE]


@pytest.fixture
def callers(
    roll: Rollcall,
    cast: Cast,
    things: Things,
    everybody: dict[str, Caller],
    caller_for: Callable[[Principal], Caller],
) -> dict[str, Caller]:
    """A client for each part of the matrix."""
    playing = players(roll, cast)
    found = dict(everybody)
    for part, actor in playing.people.items():
        found.setdefault(part, caller_for(actor))
    found["program"] = Caller(
        everybody["guest"].client, {"Authorization": f"Bearer {playing.secret}"}
    )
    playing.end(roll)
    return {part: found[part] for part in PARTS}


def test_the_matrix_has_every_call_and_none_that_is_gone() -> None:
    """A new call needs a row in tests/api/test_ownership.py and one in tests/security/matrix.py."""
    calls = Counter(str(row) for row in TABLE)
    said = Counter({name: len(each) for name, each in ROUTES.items()})
    missing, gone = calls - said, said - calls
    assert not missing, (
        "nobody says who may make these calls; for each row of tests/api/test_ownership.py add "
        f"what it needs to ROUTES in tests/security/matrix.py: {sorted(missing.elements())}"
    )
    assert not gone, f"take these out of ROUTES in tests/security/matrix.py: {sorted(gone)}"


@pytest.mark.parametrize("number", range(len(TABLE)), ids=[str(row) for row in TABLE])
def test_a_route_lets_in_whom_the_table_allows_and_nobody_else(
    number: int, callers: dict[str, Caller], things: Things
) -> None:
    row, need = TABLE[number], needs()[number]
    assert need is not None, f"who may {row}? Say so in tests/security/matrix.py"
    expected, found, statuses = {}, {}, {}
    # The least privileged first, so that nobody profits from what somebody else did.
    for part in reversed(PARTS):
        response = row.send(callers[part], things)
        statuses[part] = response.status_code
        if isinstance(need, Anybody):
            continue
        expected[part] = need.allows(part)
        found[part] = response.status_code not in REFUSED
        if response.status_code >= 400:
            error_of(response)
        if part == "gone" and not found[part] and any(map(need.allows, PARTS)):
            assert response.status_code in (401, 429)
    assert found == expected, statuses
    if isinstance(need, Anybody):
        assert len({statuses[part] for part in PARTS if PARTS[part].live}) == 1, statuses
