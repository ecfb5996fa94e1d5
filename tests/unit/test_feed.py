"""The last news of a process: what came after what somebody heard last."""

from datetime import UTC, datetime

from rollcall.activity import Activity, Subject
from web.feed import EVERYONE, Feed, News, messages_for


def news(number: int, meeting_id: str | None = None) -> News:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    subject = Subject("task", "t")
    activity = Activity(f"a{number}", at, "task.started", "EMP004", None, subject, {}, ("EMP004",))
    rooms = (EVERYONE, "employee:EMP004")
    full, told = (("activity", {"id": activity.id}),), (("activity", {"id": activity.id, "x": 1}),)
    return News(activity, rooms, full, meeting_id, told if meeting_id else ())


def ids(found: list[News] | None) -> list[str] | None:
    return None if found is None else [one.activity.id for one in found]


def test_what_came_after_the_last_that_was_heard() -> None:
    feed = Feed(kept=10)
    for number in range(4):
        feed.add(news(number))
    assert ids(feed.after("a1")) == ["a2", "a3"]
    assert ids(feed.after("a3")) == []


def test_what_is_too_long_ago_or_unknown_is_not_guessed() -> None:
    feed = Feed(kept=3)
    for number in range(7):
        feed.add(news(number))
    assert feed.after("a3") is None
    assert ids(feed.after("a4")) == ["a5", "a6"]
    assert feed.after("another") is None
    feed.clear()
    assert feed.after("a6") is None
    feed.add(news(7))
    feed.add(news(8))
    assert ids(feed.after("a7")) == ["a8"]


def test_in_full_for_who_may_see_it_and_as_told_for_the_room() -> None:
    one = news(1, "m")
    assert messages_for(one, {EVERYONE, "meeting:m"}) == one.full
    assert messages_for(one, {"employee:EMP004"}) == one.full
    assert messages_for(one, {"employee:EMP005", "meeting:m"}) == one.told
    assert messages_for(one, {"employee:EMP005", "meeting:other"}) == ()
