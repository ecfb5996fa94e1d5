"""The keys that sign access tokens: one signs, those before it verify until their tokens end."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


def key_id(key: str) -> str:
    """The `kid` of a key: 16 hexadecimal digits that say nothing about it."""
    return hashlib.sha256(f"rollcall-key-id:{key}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Keys:
    """`signing` signs and verifies; `before` maps older keys to when they stop verifying."""

    signing: str = field(repr=False)
    before: Mapping[str, datetime] = field(default_factory=dict, repr=False)

    def find(self, kid: object, now: datetime) -> str | None:
        """The key that a token names, if that is one of ours and still verifies at `now`."""
        if kid == key_id(self.signing):
            return self.signing
        for key, until in self.before.items():
            if kid == key_id(key) and now < until:
                return key
        return None
