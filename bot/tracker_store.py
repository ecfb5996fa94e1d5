"""Conversations in MongoDB: one small document a turn, of which a turn reads the last few.

Rasa's own store reads and replays everything that was ever said, so that a conversation becomes
slower with each turn. Here a document of `conversation_turns` holds the events of one turn and, in
`before`, the state in which the turn began (`bot/carrying.py`). What a turn needs is in the last
`WINDOW` documents and the state before the first of them; what is older is only kept until it
expires. Rules look back two states and memoization three (config.yml), a turn has at least two.

The `_id` is the conversation and the number of the turn: of two servers that play the same turn one
saves, the other fails. A server whose lock was taken over while it played (`bot/lock_store.py`)
can't save either: `fence` takes the next number before the new owner reads.

Any failure to read or write raises. Rasa would replace a store that fails by an empty one in
memory; `bot/processor.py` takes that wrapper off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from itertools import islice

from bson.int64 import Int64
from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.carrying import SIGNATURE, Carried, carry, told, unsigned
from bot.mongo import Document, connection

COLLECTION = "conversation_turns"
WINDOW = 4  # turns
KEPT = timedelta(days=7)
GUEST = "guest_"
GUEST_KEPT = timedelta(days=1)  # as long as the cookie that names a guest's conversation
NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
NOT_KEPT = "…"
_LAST = Int64(2**62)


class ConversationMoved(Exception):
    """Another server has gone on with the conversation: nothing of this turn was saved."""


class WindowTracker(DialogueStateTracker):
    """A conversation's last turns. `turn` is the number of the last one that is saved, `saved` how
    many of the events are, `before` the state after it."""

    turn = 0
    saved = 0
    before: Carried = {}  # noqa: RUF012 - never changed, only replaced

    def settle(self, turn: int) -> None:
        """Note that everything up to here is saved as `turn`."""
        self.turn, self.saved, self.before = turn, len(self.events), carry(self)


class ConversationStore(TrackerStore):
    """The tracker store. `clock` answers the time, with its zone."""

    def __init__(
        self,
        domain: Domain | None,
        host: str,
        db: str,
        event_broker: EventBroker | None = None,
        window: int = WINDOW,
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._mongo = connection(host, db)
        self._turns = self._mongo.collection(COLLECTION)
        self._window = window
        self._clock = clock
        super().__init__(domain, event_broker)

    def init_tracker(self, sender_id: str) -> WindowTracker:
        """An empty conversation."""
        return WindowTracker(sender_id, self.domain.slots)

    async def retrieve(self, sender_id: str) -> WindowTracker | None:
        """The last turns of a conversation; None when there is none."""
        return await self._read(sender_id, self._window)

    async def retrieve_full_tracker(self, conversation_id: str) -> WindowTracker | None:
        """All turns that are still kept."""
        return await self._read(conversation_id, 0)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write what is new as one turn. Raises `ConversationMoved`, and what pymongo raises."""
        if not isinstance(tracker, WindowTracker):
            raise TypeError("only a conversation that came from this store can be saved in it")
        new = list(islice(tracker.events, tracker.saved, None))
        if not new:
            return
        await self._write(tracker, new)
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    async def fence(self, conversation_id: str) -> None:
        """Take the next number with an empty turn: whoever read the conversation before this can
        no longer save it."""
        while True:
            tracker = await self.retrieve(conversation_id) or self.init_tracker(conversation_id)
            try:
                await self._write(tracker, [])
            except ConversationMoved:
                continue  # the other one has just saved, and was in time
            return

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        found: list[str] = await self._mongo.run(lambda: self._turns.distinct("_id.conversation"))
        return found

    async def _read(self, conversation: str, limit: int) -> WindowTracker | None:
        ids = {"$gte": _key(conversation, 0), "$lte": _key(conversation, _LAST)}

        def newest() -> list[Document]:
            return list(self._turns.find({"_id": ids}).sort("_id", DESCENDING).limit(limit))

        documents = await self._mongo.run(newest)
        if not documents:
            return None
        documents.reverse()
        tracker = self.init_tracker(conversation)
        for event in told(documents[0]["before"]):
            tracker.update(event)
        for document in documents:
            for event in deserialise_events(document["events"]):
                tracker.update(event)
        tracker.settle(documents[-1]["_id"]["turn"])
        return tracker

    async def _write(self, tracker: WindowTracker, new: list[Event]) -> None:
        now, turn = self._clock(), tracker.turn + 1
        guest = tracker.sender_id.startswith(GUEST)
        document = {
            "_id": _key(tracker.sender_id, turn),
            "at": now,
            "expires_at": now + (GUEST_KEPT if guest else KEPT),
            "before": tracker.before,
            "events": [_kept(event, guest) for event in new],
        }
        try:
            await self._mongo.run(lambda: self._turns.insert_one(document))
        except DuplicateKeyError as error:
            raise ConversationMoved(f"turn {turn} was played elsewhere") from error
        tracker.settle(turn)


def _key(conversation: str, turn: int) -> Document:
    return {"conversation": conversation, "turn": turn}


def _kept(event: Event, guest: bool) -> Document:
    """An event as it is stored: without the signature of the turn, which holds a hash of what was
    said, and without the words of a guest that nobody understood: they may be a passphrase in the
    wrong field."""
    document: Document = event.as_dict()
    if isinstance(event, UserUttered):
        document["metadata"] = {
            name: one for name, one in event.metadata.items() if name != SIGNATURE
        }
        document["parse_data"] = {**document["parse_data"]}
        document["parse_data"].pop("metadata", None)
        if guest and event.intent_name in NOT_UNDERSTOOD:
            document["text"] = document["parse_data"]["text"] = NOT_KEPT
            document["parse_data"]["entities"] = []
            document["parse_data"].pop("text_tokens", None)
    elif isinstance(event, SlotSet):
        document["value"] = unsigned(event.key, event.value)
    return document
