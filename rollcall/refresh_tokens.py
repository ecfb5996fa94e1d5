"""Refresh tokens: each is good once, and using one twice ends the session it belongs to.

RFC 9700, section 4.14.2, describes the rotation. Only keyed hashes are kept.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from rollcall.clock import Clock
from rollcall.errors import InvalidToken
from rollcall.sessions import Sessions
from rollcall.storage.database import Database, storage_errors

LIFETIME = timedelta(hours=8)
GRACE = timedelta(seconds=10)
"""Two tabs of one browser may use the same token at the same time: the second gets no new one,
but takes nothing away from the first."""


class RefreshTokens:
    """Issues refresh tokens and trades them for new ones."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        clock: Clock,
        pepper: str,
    ) -> None:
        self._collection = database.collection("refresh_tokens")
        self._sessions = sessions
        self._clock = clock
        self._pepper = pepper.encode()

    def issue(self, session_id: str) -> str:
        """A new token for the session, good for eight hours."""
        token = secrets.token_urlsafe(32)
        with storage_errors():
            self._collection.insert_one(
                {
                    "_id": self._hash(token),
                    "session_id": session_id,
                    "used_at": None,
                    "expires_at": self._clock() + LIFETIME,
                }
            )
        return token

    def rotate(self, token: str) -> tuple[str, str]:
        """Trade a token for `(session id, new token)`.

        Raises `InvalidToken`; when the token was used before, its session is ended too, unless
        that was a moment ago (two tabs of one browser refreshing at the same time).
        """
        now = self._clock()
        with storage_errors():
            before = self._collection.find_one_and_update(
                {"_id": self._hash(token), "used_at": None, "expires_at": {"$gt": now}},
                {"$set": {"used_at": now}},
            )
            if before is None:
                known = self._collection.find_one({"_id": self._hash(token)})
                if known and known["used_at"] and now - known["used_at"] > GRACE:
                    self._sessions.revoke(known["session_id"])
                raise InvalidToken
        self._sessions.authenticate(before["session_id"])
        return before["session_id"], self.issue(before["session_id"])

    def _hash(self, token: str) -> str:
        return hmac.new(self._pepper, token.encode(), hashlib.sha256).hexdigest()
