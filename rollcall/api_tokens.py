"""API tokens: what a program calls the API with, on behalf of somebody and within scopes.

An admin makes one; it is shown once and only its keyed hash is kept. It does what the person it
stands for may do, but no more than its scopes say (`permissions.py` checks both), until it
expires, is withdrawn, or the person leaves.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock, iso
from rollcall.directory import UNKNOWN, Directory, normal_id
from rollcall.errors import Invalid, InvalidToken, NotFound, Unauthenticated
from rollcall.paging import Page, read_page
from rollcall.permissions import PEOPLE_ONLY, Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.sessions import Sessions
from rollcall.storage.database import Database, Document, Transaction, storage_errors

BEGINS = "rct_"
"""How every token begins, so that scanners for leaked secrets can recognise one."""
ID_LENGTH, LONGEST_NAME = 12, 80
DAYS, MOST_DAYS = 90, 365
NOTE_USE_EVERY = timedelta(minutes=1)
MISSING = "There is no such API token."
SCOPES = [one for one in Permission if one not in PEOPLE_ONLY]


@dataclass(frozen=True)
class NewApiToken:
    """What is asked for: a name to tell it by, its scopes, whom it stands for (None: oneself)."""

    name: str
    scopes: Iterable[str]
    employee_id: str | None = None
    days: int = DAYS


@dataclass(frozen=True)
class ApiToken:
    """A token without its secret. `prefix` is how it begins."""

    token_id: str
    name: str
    prefix: str
    employee_id: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.token_id,
            "name": self.name,
            "prefix": self.prefix,
            "employee_id": self.employee_id,
            "scopes": list(self.scopes),
            "created_at": iso(self.created_at),
            "created_by": self.created_by,
            "expires_at": iso(self.expires_at),
            "last_used_at": iso(self.last_used_at),
            "revoked_at": iso(self.revoked_at),
        }


class ApiTokens:
    """Makes, checks, lists and withdraws API tokens."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        sessions: Sessions,
        clock: Clock,
        pepper: str,
    ) -> None:
        self._collection = database.collection("api_tokens")
        self._directory = directory
        self._activities = activities
        self._sessions = sessions
        self._clock = clock
        self._pepper = pepper.encode()

    def create(
        self, actor: Principal, new: NewApiToken, key: str | None = None
    ) -> tuple[ApiToken, str]:
        """Make a token; answers it with the secret, which can't be read again.

        Raises `Forbidden`, `Invalid` for a name, scope or lifetime that can't be, `NotFound` for
        somebody whom it could not stand for.
        """
        require(actor, Permission.MANAGE_TOKENS)
        if actor.employee_id is None:
            raise Unauthenticated
        owner = self._directory.find(normal_id(new.employee_id or actor.employee_id))
        require(actor, Permission.MANAGE_TOKENS, owner or Nobody(""), UNKNOWN)
        if owner is None or owner.status != "active":
            raise NotFound(UNKNOWN)
        now = self._clock()
        token_id, token = self._make(f"{actor.employee_id}:{key}" if key else None)
        document: Document = {
            "_id": token_id,
            "name": _name(new.name),
            "employee_id": owner.employee_id,
            "scopes": _scopes(new.scopes),
            "hash": self._hash(token),
            "created_at": now,
            "created_by": actor.employee_id,
            "expires_at": now + timedelta(days=_days(new.days)),
            "last_used_at": None,
            "revoked_at": None,
        }

        def change(transaction: Transaction) -> tuple[ApiToken, Entry]:
            self._collection.insert_one(document, session=transaction)
            made = _build(document)
            return made, _entry("token.created", made, {"scopes": list(made.scopes)})

        made = self._activities.write(
            actor, key, change, lambda first: self._first(first, "token.created", token_id)
        )
        return made, token

    def authenticate(self, token: str) -> Principal:
        """The principal that a token stands for. Raises `InvalidToken`."""
        with storage_errors():
            found = self._collection.find_one({"_id": _id_in(token)})
        # Compared also when there is none, so that the time doesn't tell which ids exist.
        expected = found["hash"] if found else self._hash("")
        if not hmac.compare_digest(expected, self._hash(token)) or found is None:
            raise InvalidToken
        now = self._clock()
        if found["revoked_at"] is not None or found["expires_at"] <= now:
            raise InvalidToken(
                "This API token was withdrawn or has expired. An admin makes new ones."
            )
        principal = self._sessions.without_session(
            found["employee_id"], frozenset(found["scopes"]), found["_id"]
        )
        if principal is None:
            raise InvalidToken
        self._note_use(found, now)
        return principal

    def alive(self, token_ids: Iterable[str]) -> set[str]:
        """Those of the tokens that are good now."""
        query = {
            "_id": {"$in": [*token_ids]},
            "revoked_at": None,
            "expires_at": {"$gt": self._clock()},
        }
        with storage_errors():
            return {one["_id"] for one in self._collection.find(query, {"_id": 1})}

    def list(self, actor: Principal, limit: int = 50, after: str | None = None) -> Page[ApiToken]:
        """All tokens, also those that are over, newest first. Raises `Forbidden`."""
        require(actor, Permission.MANAGE_TOKENS)
        return read_page(self._collection, {}, "created_at", _build, limit, after)

    def revoke(self, actor: Principal, token_id: str, key: str | None = None) -> ApiToken:
        """Withdraw a token: it is refused from the next call on. Twice is no error.

        Raises `Forbidden`, `NotFound`.
        """
        require(actor, Permission.MANAGE_TOKENS)
        before = self._read(token_id)
        if before.revoked_at is not None:
            return before

        def change(transaction: Transaction) -> tuple[ApiToken, Entry]:
            after = self._collection.find_one_and_update(
                {"_id": token_id},
                {"$set": {"revoked_at": self._clock()}},
                session=transaction,
                return_document=True,
            )
            if after is None:
                raise NotFound(MISSING)
            revoked = _build(after)
            return revoked, _entry("token.revoked", revoked)

        return self._activities.write(
            actor, key, change, lambda first: self._first(first, "token.revoked", token_id)
        )

    def revoke_all(self, transaction: Transaction, actor: Principal, employee_id: str) -> None:
        """Within the caller's transaction: withdraw every token that stands for somebody."""
        query = {"employee_id": employee_id, "revoked_at": None}
        for document in self._collection.find(query, session=transaction):
            change = {"$set": {"revoked_at": self._clock()}}
            self._collection.update_one({"_id": document["_id"]}, change, session=transaction)
            entry = _entry("token.revoked", _build(document))
            self._activities.append(transaction, actor, entry)

    def _make(self, key: str | None) -> tuple[str, str]:
        """Id and token; the same each time for the same `key`, so that a repeat answers alike."""
        if key is None:
            identity, secret = secrets.token_hex(ID_LENGTH // 2), secrets.token_hex(32)
        else:
            seed = hmac.digest(self._pepper, f"api-token:{key}".encode(), "sha512").hex()
            identity, secret = seed[:ID_LENGTH], seed[-64:]
        return identity, f"{BEGINS}{identity}_{secret}"

    def _hash(self, token: str) -> str:
        return hmac.new(self._pepper, token.encode(), hashlib.sha256).hexdigest()

    def _note_use(self, found: Document, now: datetime) -> None:
        if found["last_used_at"] and now - found["last_used_at"] < NOTE_USE_EVERY:
            return
        with storage_errors():
            self._collection.update_one({"_id": found["_id"]}, {"$set": {"last_used_at": now}})

    def _read(self, token_id: str) -> ApiToken:
        with storage_errors():
            document = self._collection.find_one({"_id": str(token_id)})
        if document is None:
            raise NotFound(MISSING)
        return _build(document)

    def _first(self, first: Activity, kind: str, token_id: str) -> ApiToken:
        return self._read(first.answers(kind, token_id).subject.id)


def _id_in(token: str) -> str:
    return token.removeprefix(BEGINS)[:ID_LENGTH]


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        problem = f"1 to {LONGEST_NAME} characters, please"
        raise Invalid(f"An API token has a name to tell it by: {problem}.", {"name": problem})
    return name


def _scopes(wanted: Iterable[str]) -> list[str]:
    chosen = sorted(set(wanted))
    unknown = [one for one in chosen if one not in SCOPES]
    if unknown or not chosen:
        problem = f"choose among {', '.join(SCOPES)}"
        raise Invalid(f"An API token needs scopes: {problem}.", {"scopes": problem})
    return chosen


def _days(days: int) -> int:
    if not 1 <= days <= MOST_DAYS:
        problem = f"1 to {MOST_DAYS} days, please"
        raise Invalid(f"An API token is good for {problem}.", {"days": problem})
    return days


def _entry(kind: str, token: ApiToken, more: dict[str, Any] | None = None) -> Entry:
    data = {"title": token.name, **(more or {})}
    return Entry(kind, Subject("token", token.token_id), data, (token.employee_id,))


def _build(document: Document) -> ApiToken:
    return ApiToken(
        token_id=document["_id"],
        name=document["name"],
        prefix=f"{BEGINS}{document['_id']}",
        employee_id=document["employee_id"],
        scopes=tuple(document["scopes"]),
        created_at=document["created_at"],
        created_by=document["created_by"],
        expires_at=document["expires_at"],
        last_used_at=document["last_used_at"],
        revoked_at=document["revoked_at"],
    )
