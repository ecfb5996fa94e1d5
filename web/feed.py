"""What the feed sends: each activity made into messages once, and the last of them kept, so that
who was away for a moment gets what they missed."""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gevent.event import Event

from rollcall import Rollcall
from rollcall.activity import Activity
from web.meeting_events import TOLD_TO_THE_ROOM, event_of, for_the_room, let_in, room_of

EVERYONE = "everyone"
# Only one's own sockets; in `employee:` are also those of whoever may watch somebody.
SELF = "self:"
SESSION, TOKEN = "session:", "token:"
UNREADY = "unready"
"""Who connected before the process knew what was before."""
FEED = "rollcall_feed"
"""Where an application has its `Feed`."""
KEPT = 2000
Message = tuple[str, dict[str, Any]]
"""The name of an event and what it carries."""


@dataclass(frozen=True)
class News:
    """An activity as it is sent: `full` to the `rooms` of those who may see it, `told` to others
    in the room of `meeting_id`. `newcomer` is who is in that room from now on."""

    activity: Activity
    rooms: tuple[str, ...]
    full: tuple[Message, ...]
    meeting_id: str | None = None
    told: tuple[Message, ...] = ()
    newcomer: str | None = None


def news_of(roll: Rollcall, activity: Activity) -> News:
    """What is sent of an activity. Reads who and what it names."""
    rooms = (EVERYONE, *(f"employee:{one}" for one in activity.concerns))
    full: list[Message] = [("activity", activity.public())]
    told: list[Message] = []
    meeting_id = activity.data.get("meeting")
    if meeting_id is None:
        return News(activity, rooms, tuple(full))
    event = event_of(roll, activity)
    if event is not None:
        full.append((event.name, {**event.full, "activityId": activity.id}))
        if event.room is not None:
            told.append((event.name, {**event.room, "activityId": activity.id}))
    elif activity.kind in TOLD_TO_THE_ROOM:
        told.append(("activity", for_the_room(activity)))
    return News(activity, rooms, tuple(full), meeting_id, tuple(told), let_in(activity))


@dataclass(frozen=True)
class Caller:
    """Whose a socket is: their session, or the API token it was opened with."""

    session_id: str | None
    token: str


class Feed:
    """The last news of a process, in the order in which they were sent. `ready` says whether it has
    read what happened before it began, `callers` whose the sockets are."""

    def __init__(self, kept: int = KEPT) -> None:
        self._news: deque[News] = deque(maxlen=kept)
        self._numbers: dict[str, int] = {}
        self._next = 0
        self.callers: dict[str, Caller] = {}
        self.ready = Event()
        self.ready.set()

    def add(self, news: News) -> None:
        """Remember one; the oldest is forgotten for it."""
        if len(self._news) == self._news.maxlen:
            del self._numbers[self._news[0].activity.id]
        self._news.append(news)
        self._numbers[news.activity.id] = self._next
        self._next += 1

    def clear(self) -> None:
        """Forget all, when some were missed."""
        self._news.clear()
        self._numbers.clear()

    @property
    def last(self) -> str | None:
        """The newest activity that is remembered."""
        return self._news[-1].activity.id if self._news else None

    def after(self, activity_id: str) -> list[News] | None:
        """What came after an activity, or None when it isn't remembered any more."""
        number = self._numbers.get(activity_id)
        if number is None:
            return None
        return list(islice(self._news, number - (self._next - len(self._news)) + 1, None))


def messages_for(news: News, rooms: set[str]) -> tuple[Message, ...]:
    """What somebody in these rooms hears of it."""
    if not rooms.isdisjoint(news.rooms):
        return news.full
    if news.meeting_id is not None and room_of(news.meeting_id) in rooms:
        return news.told
    return ()
