"""How people prove who they are: activation code once, then a passphrase kept as argon2id.

The figures (46 MiB, one pass, one lane) are OWASP's first recommendation for argon2id, Password
Storage Cheat Sheet. The hash takes some 50 ms of a core, so at most two run at once.
"""

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Callable
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pymongo import ReturnDocument

from rollcall.activities import Activities, Entry, Subject
from rollcall.clock import Clock
from rollcall.directory import Directory, Employee, normal_id
from rollcall.errors import (
    Invalid,
    InvalidCredentials,
    StorageUnavailable,
    TooManyAttempts,
    Unauthenticated,
)
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

SHORTEST, LONGEST = 8, 128
TRIES = 10
WINDOW = timedelta(minutes=15)
CODE_LIFETIME = timedelta(days=7)
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)

Blocking = Callable[[Callable[[], bool | str]], bool | str]
"""Runs a call that holds the processor; a server with an event loop passes its thread pool."""


def _directly(call: Callable[[], bool | str]) -> bool | str:
    return call()


def _prepared(passphrase: str) -> str:
    """The same passphrase typed on two keyboards gives the same bytes (NFKC, RFC 8265)."""
    return unicodedata.normalize("NFKC", passphrase)


def _code_hash(code: str) -> str:
    plain = "".join(one for one in code.upper() if one in _CODE_ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def _account_counter(employee_id: str) -> str:
    return f"account:{employee_id}"


def _address_counter(address: str) -> str:
    return f"address:{address[:64]}"


class Credentials:
    """Checks, sets and changes passphrases."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        clock: Clock,
        pepper: str,
        run_blocking: Blocking = _directly,
    ) -> None:
        self._database = database
        self._collection = database.collection("credentials")
        self._attempts = database.collection("login_attempts")
        self._directory = directory
        self._activities = activities
        self._clock = clock
        self._pepper = pepper.encode()
        self._run_blocking = run_blocking
        self._nobody: str | None = None

    def check(self, employee_id: str, passphrase: str, address: str) -> Employee:
        """The employee whose passphrase this is.

        An unknown id costs the same time and gives the same answer as a wrong passphrase.
        Raises `InvalidCredentials`; `TooManyAttempts` after ten failures of an account or an
        address (an IP, as text) within fifteen minutes.
        """
        known_id, employee, stored, attempt = self._claimed(employee_id, address)
        expected = stored.get("passphrase_hash")
        matches = self._verify(expected or self._dummy(), passphrase)
        if employee is None or not expected or not matches or employee.status != "active":
            self._failed(employee, attempt)
            raise InvalidCredentials
        self._succeeded(known_id, address)
        return employee

    def activate(self, employee_id: str, code: str, passphrase: str, address: str) -> Employee:
        """First sign-in: the one-time `code` of the admin is traded for an own passphrase.

        Raises `InvalidCredentials` for a wrong, used or expired code, `Invalid` for a passphrase
        that can't be accepted (the code stays good), `TooManyAttempts`.
        """
        known_id, employee, stored, attempt = self._claimed(employee_id, address)
        expires = stored.get("activation_expires")
        good = (
            employee is not None
            and hmac.compare_digest(stored.get("activation_hash") or "", _code_hash(code))
            and expires is not None
            and expires > self._clock()
        )
        if employee is None or not good:
            self._failed(employee, attempt)
            raise InvalidCredentials("That activation code isn't right or has expired.")
        self._succeeded(known_id, address)
        self._store(employee, passphrase, "credential.activated", stored["activation_hash"])
        return employee

    def change(self, actor: Principal, old: str, new: str) -> None:
        """Set a new passphrase. Raises `InvalidCredentials` when `old` is wrong, `Invalid`."""
        if actor.employee_id is None:
            raise Unauthenticated
        address = f"session:{actor.session_id}"
        employee = self.check(actor.employee_id, old, address)
        self._store(employee, new, "credential.changed", None, actor)

    def set(self, actor: Principal, employee_id: str, passphrase: str) -> None:
        """Give an account a passphrase without a code. Only the product itself may (demo data)."""
        if actor is not SYSTEM:
            raise InvalidCredentials
        hashed = str(self._run_blocking(lambda: _hasher.hash(_prepared(passphrase))))
        with storage_errors():
            self._collection.update_one(
                {"_id": employee_id},
                {
                    "$set": {"passphrase_hash": hashed, "changed_at": self._clock()},
                    "$unset": {"activation_hash": "", "activation_expires": ""},
                },
                upsert=True,
            )

    def activation_code(self, key: str | None = None) -> str:
        """A one-time code, 59 bits, without characters that look alike: "7QKD-M2XA-9TRV".

        The same each time for the same `key`, a new one without.
        """
        seed = f"activation:{key}" if key else secrets.token_hex(32)
        number = int.from_bytes(hmac.digest(self._pepper, seed.encode(), "sha256"))
        letters = []
        for _ in range(12):
            number, rest = divmod(number, len(_CODE_ALPHABET))
            letters.append(_CODE_ALPHABET[rest])
        return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))

    def store_activation(self, transaction: Transaction, employee_id: str, code: str) -> None:
        """Keep the hash of `code`, good for seven days, within the caller's transaction."""
        self._collection.update_one(
            {"_id": employee_id},
            {
                "$set": {
                    "activation_hash": _code_hash(code),
                    "activation_expires": self._clock() + CODE_LIFETIME,
                }
            },
            upsert=True,
            session=transaction,
        )

    def _claimed(
        self, employee_id: str, address: str
    ) -> tuple[str, Employee | None, Document, int]:
        """The normal id, the employee and the credential that somebody claims, as far as they
        exist, and which try at the account this is. Raises `TooManyAttempts`."""
        try:
            known_id = normal_id(employee_id)
        except Invalid:
            known_id = ""
        attempt = self._take_try(known_id, address)
        employee = self._directory.find(known_id) if known_id else None
        with storage_errors():
            stored = self._collection.find_one({"_id": known_id}) or {}
        return known_id, employee, stored, attempt

    def _store(
        self,
        employee: Employee,
        passphrase: str,
        kind: str,
        activation_hash: str | None,
        actor: Principal | None = None,
    ) -> None:
        self._judge(employee, passphrase)
        hashed = self._run_blocking(lambda: self._guarded_hash(passphrase))
        principal = actor or Principal(employee.employee_id, employee.name, employee.role)
        condition: Document = {"_id": employee.employee_id}
        if activation_hash is not None:
            condition["activation_hash"] = activation_hash

        def change(transaction: Transaction) -> tuple[bool, Entry]:
            result = self._collection.update_one(
                condition,
                {
                    "$set": {"passphrase_hash": hashed, "changed_at": self._clock()},
                    "$unset": {"activation_hash": "", "activation_expires": ""},
                },
                session=transaction,
            )
            if not result.matched_count:
                raise InvalidCredentials("That activation code isn't right or has expired.")
            return True, Entry(kind, Subject("credential", employee.employee_id))

        self._activities.write(principal, None, change, lambda _: True)

    @staticmethod
    def _judge(employee: Employee, passphrase: str) -> None:
        problem = None
        if len(passphrase) < SHORTEST:
            problem = f"Please use at least {SHORTEST} characters; 15 or more are better."
        elif len(passphrase) > LONGEST:
            problem = f"Please use at most {LONGEST} characters."
        elif employee.employee_id.lower() in passphrase.lower() or not passphrase.strip():
            problem = "Please choose something that others can't guess."
        if problem:
            raise Invalid(problem, {"passphrase": problem})

    def _verify(self, expected: str, passphrase: str) -> bool:
        return bool(self._run_blocking(lambda: self._guarded_verify(expected, passphrase)))

    @staticmethod
    def _guarded_verify(expected: str, passphrase: str) -> bool:
        with _two_at_once:
            try:
                return _hasher.verify(expected, _prepared(passphrase[: LONGEST + 1]))
            except (VerificationError, InvalidHashError):
                return False

    @staticmethod
    def _guarded_hash(passphrase: str) -> str:
        with _two_at_once:
            return _hasher.hash(_prepared(passphrase))

    def _dummy(self) -> str:
        if self._nobody is None:
            self._nobody = _hasher.hash(secrets.token_hex(16))
        return self._nobody

    def _take_try(self, employee_id: str, address: str) -> int:
        """Use up a try of the address and of the account; answers which one of the account's.

        Counted before the passphrase is looked at, so that guessing in parallel gives no more
        tries. The address comes first: from one that is locked nobody can lock accounts. Raises
        `TooManyAttempts` when there is none left.
        """
        of_address = _address_counter(address)
        self._count(of_address)
        if not employee_id:
            return 1
        try:
            return self._count(_account_counter(employee_id))
        except TooManyAttempts:
            self._give_back(of_address)
            raise

    def _count(self, counter: str) -> int:
        """Count one more in this window; the number. Raises `TooManyAttempts` beyond the tenth."""
        now = self._clock()
        with storage_errors():
            self._attempts.delete_one({"_id": counter, "expires_at": {"$lte": now}})
            after = self._attempts.find_one_and_update(
                {"_id": counter},
                {"$inc": {"count": 1}, "$setOnInsert": {"expires_at": now + WINDOW}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        if after is None:  # An upsert always leaves a document.
            raise StorageUnavailable
        if after["count"] > TRIES:
            raise TooManyAttempts(max(1, int((after["expires_at"] - now).total_seconds())))
        return int(after["count"])

    def _give_back(self, counter: str) -> None:
        with storage_errors():
            self._attempts.update_one(
                {"_id": counter, "count": {"$gt": 0}}, {"$inc": {"count": -1}}
            )

    def _succeeded(self, employee_id: str, address: str) -> None:
        """Forget the failures at the account, and give the address its try back."""
        with storage_errors():
            self._attempts.delete_one({"_id": _account_counter(employee_id)})
        self._give_back(_address_counter(address))

    def _failed(self, employee: Employee | None, attempt: int) -> None:
        """Put a failure on record: the last one before the account is locked as that.

        An id that nobody has leaves no entry.
        """
        if employee is None:
            return
        principal = Principal(employee.employee_id, employee.name, employee.role)
        kind = "credential.locked" if attempt == TRIES else "credential.failed"
        entry = Entry(kind, Subject("credential", employee.employee_id))
        self._activities.write(principal, None, lambda _: (True, entry), lambda _: True)
