"""How people prove who they are: activation code once, then a passphrase.

Who guesses is slowed down: ten tries in a quarter of an hour for an account and for an address,
and each lock is longer than the one before. The owner of an account that somebody else hammers
still gets in: from a device that is known, and with a new code of an admin's.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollcall.activities import Activities
from rollcall.activity import Entry, Subject
from rollcall.clock import Clock
from rollcall.directory import Directory, Employee, normal_id
from rollcall.errors import Invalid, InvalidCredentials, TooManyAttempts, Unauthenticated
from rollcall.known_devices import KnownDevices
from rollcall.passphrases import (
    hash_of,
    is_outdated,
    matches,
    nobodys_hash,
    problem_with,
    words_of,
)
from rollcall.permissions import in_person
from rollcall.principal import SYSTEM, Principal
from rollcall.sessions import Sessions
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.throttle import Limit, Throttle, network_of

TRIES = Limit(10, timedelta(minutes=15))
CODE_LIFETIME = timedelta(days=7)
WRONG_CODE = "That activation code isn't right or has expired."
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

Blocking = Callable[[Callable[[], bool | str]], bool | str]
"""Runs a call that holds the processor; a server with an event loop passes its thread pool."""


def _directly(call: Callable[[], bool | str]) -> bool | str:
    return call()


def _code_hash(code: str) -> str:
    plain = "".join(one for one in code.upper() if one in _CODE_ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are: what is on record of that, and the tries this used up.

    `tries` maps a counter to which one of its tries this is.
    """

    employee: Employee | None
    stored: Document
    tries: dict[str, int]
    address: str


class Credentials:
    """Checks, sets and changes passphrases."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        sessions: Sessions,
        clock: Clock,
        pepper: str,
        company: str | None = None,
        run_blocking: Blocking = _directly,
    ) -> None:
        self._collection = database.collection("credentials")
        self._throttle = Throttle(database, clock)
        self._directory = directory
        self._activities = activities
        self._sessions = sessions
        self._clock = clock
        self._pepper = pepper.encode()
        self._devices = KnownDevices(self._pepper)
        self._company = company
        self._run_blocking = run_blocking

    def check(
        self, employee_id: str, passphrase: str, address: str, device: str | None = None
    ) -> Employee:
        """The employee whose passphrase this is; `address` is an IP, `device` a `device_token`.

        An unknown id, a closed account and one without a passphrase cost the same time and give
        the same answer as a wrong passphrase. Raises `InvalidCredentials`; `TooManyAttempts`
        after ten failures of an account, an address or a known device.
        """
        known_id = _tidy(employee_id)
        claim = self._claimed(known_id, address, self._counters(known_id, address, device))
        expected = str(claim.stored.get("passphrase_hash") or "")
        nobodys = str(self._run_blocking(nobodys_hash))
        fits = bool(self._run_blocking(lambda: matches(expected or nobodys, passphrase)))
        employee = claim.employee
        if employee is None or not expected or not fits or employee.status != "active":
            raise self._failed(claim, InvalidCredentials())
        self._succeeded(claim)
        if is_outdated(expected):
            self._rehash(employee.employee_id, expected, passphrase)
        return employee

    def activate(self, employee_id: str, code: str, passphrase: str, address: str) -> Employee:
        """First sign-in: the one-time `code` of the admin is traded for an own passphrase.

        Raises `InvalidCredentials` for a wrong, used or expired code, `Invalid` for a passphrase
        that can't be accepted (the code stays good), `TooManyAttempts`.
        """
        known_id = _tidy(employee_id)
        counters = [_address_counter(address)] + ([f"code:{known_id}"] if known_id else [])
        locked: TooManyAttempts | None = None
        try:
            claim = self._claimed(known_id, address, counters)
        except TooManyAttempts as error:
            # Codes have 59 bits and last a week: nobody guesses one, but somebody may try in
            # order to keep the owner of a good one out.
            self._throttle.take(_address_counter(address), TRIES)
            locked, claim = error, self._claimed(known_id, address, [])
        expires = claim.stored.get("activation_expires")
        good = (
            claim.employee is not None
            and claim.employee.status == "active"
            and hmac.compare_digest(claim.stored.get("activation_hash") or "", _code_hash(code))
            and expires is not None
            and expires > self._clock()
        )
        if claim.employee is None or not good:
            raise locked or self._failed(claim, InvalidCredentials(WRONG_CODE))
        self._succeeded(claim)
        self._store(
            claim.employee, passphrase, "credential.activated", claim.stored["activation_hash"]
        )
        return claim.employee

    def change(self, actor: Principal, old: str, new: str, end_others: bool = True) -> int:
        """Set a new passphrase and, unless told otherwise, end all sessions but this one.

        Answers how many. Raises `InvalidCredentials` when `old` is wrong, `Invalid`.
        """
        employee_id = in_person(actor)
        session = f"session:{actor.session_id}"
        claim = self._claimed(employee_id, session, [session])
        if claim.employee is None:
            raise Unauthenticated
        expected = str(claim.stored.get("passphrase_hash") or "")
        fits = bool(self._run_blocking(lambda: matches(expected or nobodys_hash(), old)))
        if not expected or not fits:
            raise self._failed(claim, InvalidCredentials("That isn't your passphrase so far."))
        self._succeeded(claim)
        return self._store(claim.employee, new, "credential.changed", None, actor, end_others)

    def set(self, actor: Principal, employee_id: str, passphrase: str) -> None:
        """Give an account a passphrase without a code. Only the product itself may (demo data)."""
        if actor is not SYSTEM:
            raise InvalidCredentials
        hashed = str(self._run_blocking(lambda: hash_of(passphrase)))
        with storage_errors():
            self._collection.update_one({"_id": employee_id}, self._new_hash(hashed), upsert=True)

    def device_token(self, employee_id: str) -> str:
        """For a device that this person has just signed in from, to be shown to `check`."""
        return self._devices.token(employee_id, self._clock())

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

    def store_activation(self, transaction: Transaction, employee_id: str, code: str) -> datetime:
        """Within the caller's transaction: only `code` opens the account now, for seven days.

        A passphrase that there was is gone. Answers when the code expires.
        """
        expires = self.code_expires(self._clock())
        self._collection.update_one(
            {"_id": employee_id},
            {
                "$set": {"activation_hash": _code_hash(code), "activation_expires": expires},
                "$unset": {"passphrase_hash": ""},
            },
            upsert=True,
            session=transaction,
        )
        return expires

    def code_expires(self, made_at: datetime) -> datetime:
        """When a code that was made at `made_at` is over."""
        return made_at + CODE_LIFETIME

    def remove(self, transaction: Transaction, employee_id: str) -> None:
        """Within the caller's transaction: nothing opens the account any more."""
        self._collection.delete_one({"_id": employee_id}, session=transaction)

    def _counters(self, employee_id: str, address: str, device: str | None) -> list[str]:
        """What a try counts for, the address first: from a locked one nobody can lock accounts."""
        known = self._devices.name(device, employee_id, self._clock()) if employee_id else None
        if known:
            return [f"device:{known}"]
        account = [f"account:{employee_id}"] if employee_id else []
        return [_address_counter(address), *account]

    def _claimed(self, employee_id: str, address: str, counters: list[str]) -> Claim:
        """Use up a try of each counter, then look up who is claimed.

        Counted before the passphrase is looked at, so that guessing in parallel gives no more
        tries. Raises `TooManyAttempts` when there is none left.
        """
        tries: dict[str, int] = {}
        for counter in counters:
            try:
                tries[counter] = self._throttle.take(counter, TRIES)
            except TooManyAttempts:
                for taken in tries:
                    self._throttle.give_back(taken)
                raise
        # The same two reads for an id that nobody has.
        employee = self._directory.find(employee_id)
        with storage_errors():
            stored = self._collection.find_one({"_id": employee_id}) or {}
        return Claim(employee, stored, tries, address)

    def _succeeded(self, claim: Claim) -> None:
        """Forget the failures, but give the address no more than its try back."""
        for counter in claim.tries:
            if counter == _address_counter(claim.address):
                self._throttle.give_back(counter)
            else:
                self._throttle.forget(counter)

    def _failed(self, claim: Claim, error: InvalidCredentials) -> InvalidCredentials:
        """Put a failure on record, and lock what has used up its tries; returns `error`.

        What was typed for an id may be a passphrase in the wrong field: of an id that nobody has
        only the failure is recorded, in the same time.
        """
        full = [counter for counter, number in claim.tries.items() if number == TRIES.most]
        employee = claim.employee
        source = {"from": self._pseudonym(claim.address)}
        actor = Principal.guest()
        kind, subject = "credential.unknown", Subject("credential", "unknown")
        if employee is not None:
            actor = Principal(employee.employee_id, employee.name, employee.role)
            subject = Subject("credential", employee.employee_id)
            locked = any(one != _address_counter(claim.address) for one in full)
            kind = "credential.locked" if locked else "credential.failed"
        entries = [Entry(kind, subject, source)]
        if _address_counter(claim.address) in full:
            entries.append(Entry("address.locked", Subject("address", source["from"]), source))
        for counter in full:
            self._throttle.lock(counter, TRIES)
        self._activities.record(actor, entries)
        return error

    def _pseudonym(self, address: str) -> str:
        """Tells addresses apart on a record that is never changed, without naming them."""
        message = f"address:{network_of(address)}"
        return hmac.digest(self._pepper, message.encode(), "sha256").hex()[:12]

    def _rehash(self, employee_id: str, outdated: str, passphrase: str) -> None:
        hashed = str(self._run_blocking(lambda: hash_of(passphrase)))
        with storage_errors():
            self._collection.update_one(
                {"_id": employee_id, "passphrase_hash": outdated},
                {"$set": {"passphrase_hash": hashed}},
            )

    def _store(
        self,
        employee: Employee,
        passphrase: str,
        kind: str,
        activation_hash: str | None,
        actor: Principal | None = None,
        end_others: bool = True,
    ) -> int:
        problem = str(
            self._run_blocking(lambda: problem_with(passphrase, self._personal(employee)))
        )
        if problem:
            raise Invalid(problem, {"passphrase": problem})
        hashed = str(self._run_blocking(lambda: hash_of(passphrase)))
        principal = actor or Principal(employee.employee_id, employee.name, employee.role)
        condition: Document = {"_id": employee.employee_id}
        if activation_hash is not None:
            condition["activation_hash"] = activation_hash

        def change(transaction: Transaction) -> tuple[int, Entry]:
            result = self._collection.update_one(
                condition, self._new_hash(hashed), session=transaction
            )
            if not result.matched_count:
                raise InvalidCredentials(WRONG_CODE)
            ended = 0
            if end_others:
                ended = self._sessions.end_all(transaction, principal, employee.employee_id)
            return ended, Entry(kind, Subject("credential", employee.employee_id))

        return self._activities.write(principal, None, change, lambda _: 0)

    def _new_hash(self, hashed: str) -> Document:
        return {
            "$set": {"passphrase_hash": hashed, "changed_at": self._clock()},
            "$unset": {"activation_hash": "", "activation_expires": ""},
        }

    def _personal(self, employee: Employee) -> frozenset[str]:
        """What anybody who attacks this person would try first."""
        local, _, domain = (employee.email or "").partition("@")
        company = domain.split(".")[0]
        words = words_of(employee.name, local, company, self._company, "Rollcall")
        return frozenset({employee.employee_id, *words})


def _tidy(employee_id: str) -> str:
    """The normal id, or "" for what can't be one: nobody has it."""
    try:
        return normal_id(employee_id)
    except Invalid:
        return ""


def _address_counter(address: str) -> str:
    return f"address:{network_of(address)}"
