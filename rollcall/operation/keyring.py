"""The signing keys of this home, as they are now, and how they are changed.

Processes look at the file at every use, so a change needs no restart. Several machines share the
keys by having the same secrets.json.
"""

import logging
import secrets as random
from dataclasses import replace
from datetime import datetime, timedelta

from rollcall import access_tokens
from rollcall.keys import Keys
from rollcall.operation.home import KEY_BYTES, Home, OperationError, Secrets
from rollcall.tokens import LEEWAY

log = logging.getLogger("rollcall.keys")
VERIFIES = access_tokens.LIFETIME + timedelta(seconds=LEEWAY)
"""How long an old key goes on verifying: until the last token that it signed is over."""


class Keyring:
    """Reads the keys of a home, anew when the file has changed."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen = self._state()
        self._keys = keys_of(home.secrets)

    def keys(self) -> Keys:
        """The keys of now. A damaged file changes nothing until it is whole again."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            try:
                self._keys = keys_of(self._home.secrets)
            except OperationError as error:
                log.error("the keys stay what they were: %s", error)
        return self._keys

    def _state(self) -> tuple[int, int]:
        try:
            found = self._home.secrets_file.stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino


def keys_of(secrets: Secrets) -> Keys:
    """The keys among the secrets."""
    before = secrets.access_keys_before.items()
    return Keys(secrets.access_key, {key: datetime.fromisoformat(at) for key, at in before})


def rotate(home: Home, now: datetime) -> Keys:
    """Sign with a new key from now on. Raises `OperationError`."""
    old = home.secrets
    kept = {
        key: at for key, at in old.access_keys_before.items() if datetime.fromisoformat(at) > now
    }
    until = (now + VERIFIES).isoformat()
    new = replace(
        old,
        access_key=random.token_hex(KEY_BYTES),
        access_keys_before={**kept, old.access_key: until},
    )
    home.write_secrets(new)
    return keys_of(new)
