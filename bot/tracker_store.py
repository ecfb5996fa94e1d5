"""Conversations in MongoDB: one small document a turn, of which a turn reads the last few.

Rasa's own store reads and replays everything that was ever said, so that a conversation becomes
slower with each turn. Here a document of `conversation_turns` holds the events of one turn and, in
`before`, the state in which the turn began (`bot/carrying.py`). What a turn needs is in the last
`WINDOW` documents and the state before the first of them; what is older is only kept until it
expires. Rules look back two states and memoization three (config.yml), a turn has at least two.

The last turns of lately used conversations stay in memory. They are only used under a lock that
says, in the same election, that the last of them still is (`bot/processor.py`): another server may
have gone on meanwhile, and after an election the same number may be another turn.

The `_id` is the conversation and the number of the turn: of two servers that play the same turn one
saves, the other fails. A server whose lock was taken over while it played (`bot/lock_store.py`)
can't save either: `fence` takes the next number before the new owner reads.

A turn is written when the primary has it; the web server then waits until a majority has the
answer, which comes after it in the same log (`rollcall/turns.py`). That holds while the same member
is primary, so the number of its election (`Saved`) goes along with the answer.

Any failure to read or write raises. Rasa would replace a store that fails by an empty one in
memory; `bot/processor.py` takes that wrapper off.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice

import bson
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument
from pymongo import DESCENDING
from pymongo.errors import AutoReconnect, DuplicateKeyError, WriteError
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.carrying import SIGNATURE, Carried, carry, told, unsigned
from bot.mongo import Document, connection

COLLECTION = "conversation_turns"
WINDOW = 4  # turns
REMEMBERED = 256  # conversations, of some 60 KB each
KEPT = timedelta(days=7)
GUEST = "guest_"
GUEST_KEPT = timedelta(days=1)  # as long as the cookie that names a guest's conversation
NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
NOT_KEPT = "…"
_LAST = Int64(2**62)


_DUPLICATE = 11000


class ConversationMoved(Exception):
    """Another server has gone on with the conversation: nothing of this turn was saved."""


@dataclass(frozen=True)
class Saved:
    """That a turn was written: as which number, and by the primary of which election."""

    turn: int
    election: str


@dataclass(frozen=True)
class SavedTurn:
    """A turn as it is stored: the state before it and what happened in it."""

    number: int
    before: Carried
    events: Sequence[Event]


class WindowTracker(DialogueStateTracker):
    """A conversation's last turns. `turn` is the number of the last one that is saved, `saved` how
    many of the events are, `before` the state after it, `turns` what it was made of, `written` how
    it was written, if that has just been."""

    turn = 0
    saved = 0
    before: Carried = {}  # noqa: RUF012 - never changed, only replaced
    turns: tuple[SavedTurn, ...] = ()
    written: Saved | None = None

    def settle(self, turns: Sequence[SavedTurn]) -> None:
        """Note that everything up to here is saved, `turns` being the last of it."""
        self.turns = tuple(turns)
        self.turn, self.saved, self.before = self.turns[-1].number, len(self.events), carry(self)


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
        self._remembered: OrderedDict[str, tuple[Saved, tuple[SavedTurn, ...]]] = OrderedDict()
        super().__init__(domain, event_broker)

    def init_tracker(self, sender_id: str) -> WindowTracker:
        """An empty conversation."""
        return WindowTracker(sender_id, self.domain.slots)

    async def retrieve(self, sender_id: str) -> WindowTracker | None:
        """The last turns of a conversation; None when there is none."""
        return await self._read(sender_id)

    def recall(self, conversation_id: str) -> WindowTracker | None:
        """The last turns as they are in memory, if they are: right under a lock that says so."""
        _, turns = self._remembered.get(conversation_id, (None, ()))
        return self._tracker(conversation_id, turns) if turns else None

    def remembered(self, conversation_id: str) -> Saved | None:
        """How the last turn of those in memory was written, if there are any."""
        saved, _ = self._remembered.get(conversation_id, (None, ()))
        return saved

    def forget(self, conversation_id: str) -> None:
        """Read the conversation when it is wanted next: memory may be behind."""
        self._remembered.pop(conversation_id, None)

    async def retrieve_full_tracker(self, conversation_id: str) -> WindowTracker | None:
        """All turns that are still kept."""
        return await self._read(conversation_id, whole=True)

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

    async def confirm(self, conversation_id: str, message_id: str) -> None:
        """Wait until a majority has the turn of a message, and all before it. Raises
        `ConversationMoved` when it was lost with a primary that failed."""
        turn = {"_id": _turns_of(conversation_id), "events.message_id": message_id}
        # Nothing changes; what the majority has then is all that this primary had before.
        nothing = {"$setOnInsert": {"events": []}}
        result = await self._mongo.run(lambda: self._turns.update_one(turn, nothing))
        if not result.matched_count:
            self.forget(conversation_id)
            raise ConversationMoved("the turn of this message was lost")

    async def fence(self, conversation_id: str) -> None:
        """Take the next number with an empty turn: whoever read the conversation before this can
        no longer save it."""
        self.forget(conversation_id)
        while True:
            tracker = await self._read(conversation_id) or self.init_tracker(conversation_id)
            try:
                await self._write(tracker, [], wait=True)
            except ConversationMoved:
                continue  # the other one has just saved, and was in time
            return

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        found: list[str] = await self._mongo.run(lambda: self._turns.distinct("_id.conversation"))
        return found

    async def _read(self, conversation: str, *, whole: bool = False) -> WindowTracker | None:
        ids = _turns_of(conversation)
        most = 0 if whole else self._window

        def newest() -> list[Document]:
            return list(self._turns.find({"_id": ids}).sort("_id", DESCENDING).limit(most))

        documents = await self._mongo.run(newest)
        if not documents:
            return None
        return self._tracker(conversation, [_saved(one) for one in reversed(documents)])

    def _tracker(self, conversation: str, turns: Sequence[SavedTurn]) -> WindowTracker:
        tracker = self.init_tracker(conversation)
        for event in told(turns[0].before):
            tracker.update(event)
        for turn in turns:
            for event in turn.events:
                tracker.update(event)
        tracker.settle(turns)
        return tracker

    async def _write(self, tracker: WindowTracker, new: list[Event], *, wait: bool = False) -> None:
        now, turn = self._clock(), tracker.turn + 1
        guest = tracker.sender_id.startswith(GUEST)
        document = bson.encode(
            {
                "_id": _key(tracker.sender_id, turn),
                "at": now,
                "expires_at": now + (GUEST_KEPT if guest else KEPT),
                "before": tracker.before,
                "events": [_kept(event, guest) for event in new],
            }
        )
        self.forget(tracker.sender_id)
        insert = self._insert if wait else self._insert_ahead
        election = await self._mongo.run(lambda: insert(RawBSONDocument(document)))
        # What is remembered is what would be read.
        turns = (*tracker.turns, _saved(bson.decode(document)))[-self._window :]
        tracker.settle(turns)
        tracker.written = Saved(turn, election) if election else None
        if tracker.written is not None:
            self._remembered[tracker.sender_id] = tracker.written, turns
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    def _insert_ahead(self, document: RawBSONDocument) -> str | None:
        """Write a turn; the election of the primary that has it, None when a majority has it."""
        try:
            reply = self._mongo.command(
                {"insert": COLLECTION, "documents": [document], "writeConcern": {"w": 1}}
            )
        except AutoReconnect:
            return self._insert(document)
        for error in reply.get("writeErrors", ()):
            if error["code"] == _DUPLICATE:
                raise ConversationMoved("this turn was played elsewhere")
            raise WriteError(error["errmsg"], error["code"], error)
        election = reply.get("electionId")
        return str(election) if election else self._insert(document)

    def _insert(self, document: RawBSONDocument) -> None:
        """Write a turn and wait until a majority has it."""
        try:
            self._turns.insert_one(document)
        except DuplicateKeyError as error:
            # The try before this one may have come through.
            if self._turns.find_one({"_id": document["_id"], "events": document["events"]}) is None:
                raise ConversationMoved("this turn was played elsewhere") from error


def _saved(document: Document) -> SavedTurn:
    events = deserialise_events(document["events"])
    return SavedTurn(document["_id"]["turn"], document["before"], events)


def _turns_of(conversation: str) -> Document:
    """The ids of all turns of a conversation."""
    return {"$gte": _key(conversation, 0), "$lte": _key(conversation, _LAST)}


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
