"""Paging: every item once, and a cursor that isn't one is refused."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollcall.errors import Invalid, NotFound
from rollcall.paging import Page, object_id, read_page
from rollcall.storage.database import Database
from tests.conftest import MONDAY


def _page(database: Database, limit: int = 3, after: str | None = None) -> Page[int]:
    return read_page(database.collection("things"), {}, "at", lambda one: one["n"], limit, after)


def _walk(database: Database, limit: int) -> list[int]:
    seen, after = [], None
    while True:
        page = _page(database, limit, after)
        seen += page.items
        if page.next is None:
            return seen
        after = page.next


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
@pytest.mark.parametrize("identity", [lambda n: f"id{n:03}", None], ids=["text", "object id"])
def test_every_item_comes_once_newest_first(database: Database, limit: int, identity: Any) -> None:
    for n in range(7):
        # Three of them at one moment each: the id decides.
        document = {"n": n, "at": MONDAY + timedelta(milliseconds=n // 3)}
        if identity:
            document["_id"] = identity(n)
        database.collection("things").insert_one(document)
    assert _walk(database, limit) == [6, 5, 4, 3, 2, 1, 0]


def test_what_is_added_meanwhile_moves_nothing(database: Database) -> None:
    things = database.collection("things")
    things.insert_many([{"n": n, "at": MONDAY + timedelta(hours=n)} for n in range(6)])
    first = _page(database)
    things.insert_one({"n": 99, "at": MONDAY + timedelta(days=1)})
    assert first.items + _page(database, 3, first.next).items == [5, 4, 3, 2, 1, 0]


def test_last_page_has_no_cursor(database: Database) -> None:
    database.collection("things").insert_many([{"n": n, "at": MONDAY} for n in range(3)])
    assert _page(database).next is None
    assert _page(database, 2).next is not None


@pytest.mark.parametrize("limit", [0, -1, 201, 10**12])
def test_page_has_one_to_two_hundred_items(database: Database, limit: int) -> None:
    with pytest.raises(Invalid) as refused:
        _page(database, limit)
    assert list(refused.value.fields) == ["limit"]


def _cursor(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


BAD = [
    "",
    "x",
    "é",
    "🦊",
    "\x00",
    "a" * 10_000,
    "../../etc",
    _cursor(None),
    _cursor(5),
    _cursor({}),
    _cursor([]),
    _cursor([1, "o"]),
    _cursor([1, "o", "xyz"]),
    _cursor(["x", "s", "y"]),
    _cursor([1e400, "s", "y"]),
    _cursor([10**20, "s", "y"]),
    _cursor([-(10**20), "s", "y"]),
    _cursor([None, "s", "y"]),
    _cursor([{"$gt": 0}, "s", "y"]),
    _cursor([1, "o", {"$ne": None}]),
    _cursor([1, "s", "\ud800"]),
]


@pytest.mark.parametrize("after", BAD, ids=range(len(BAD)))
def test_made_up_cursor_is_refused(database: Database, after: str) -> None:
    with pytest.raises(Invalid) as refused:
        _page(database, 3, after)
    assert list(refused.value.fields) == ["after"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    after=st.text(max_size=40)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    ).map(_cursor)
    | st.tuples(st.integers(), st.sampled_from("os"), st.text(max_size=24)).map(_cursor)
)
def test_any_cursor_is_read_or_refused(database: Database, after: str) -> None:
    try:
        page = _page(database, 3, after)
    except Invalid:
        return
    assert page == Page([], None)


@pytest.mark.parametrize("text", ["", "x", "0" * 23, "g" * 24, "\x00" * 24, "🦊"])
def test_what_is_no_id_is_not_found(text: str) -> None:
    with pytest.raises(NotFound, match="nothing here"):
        object_id(text, "nothing here")
