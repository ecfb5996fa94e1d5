"""Registrations: what the catalogue describes, kept in `<type>_registration`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities, Activity, Entry, Subject
from rollcall.catalogue import Catalogue
from rollcall.clock import Clock, iso
from rollcall.directory import Directory
from rollcall.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound
from rollcall.forms.kinds import Context, jsonable, normalise, read
from rollcall.forms.spec import Field, Form
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.storage.migrations import ensure_collection
from rollcall.storage.schema import REGISTRATION, registration_collection

MISSING = "There is no such registration."
UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Registration:
    """One registration. `collection` and `registration_type` are named as in the seed."""

    document_id: str
    type: str
    employee_id: str
    session_id: str | None
    data: dict[str, Any]
    timestamp: datetime
    status: str

    @property
    def collection(self) -> str:
        """Where it is kept."""
        return registration_collection(self.type)

    @property
    def undo_until(self) -> datetime:
        """Until when it can be taken back."""
        return self.timestamp + UNDO_WITHIN

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "document_id": self.document_id,
            "type": self.type,
            "registration_type": self.collection,
            "collection": self.collection,
            "employee_id": self.employee_id,
            "session_id": self.session_id,
            "data": {name: jsonable(value) for name, value in self.data.items()},
            "timestamp": iso(self.timestamp),
            "status": self.status,
        }


class Registrations:
    """Creates, lists and takes back registrations."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        catalogue: Catalogue,
        clock: Clock,
        region: str,
    ) -> None:
        self._database = database
        self._directory = directory
        self._activities = activities
        self._catalogue = catalogue
        self._clock = clock
        self._region = region
        self._ensured: set[str] = set()

    def types(self, actor: Principal) -> list[Form]:
        """The types the actor may register."""
        require(actor, Permission.CREATE_REGISTRATIONS)
        return [form for form in self._catalogue.types().values() if actor.role in form.who]

    def type_for(self, actor: Principal, name: str) -> Form:
        """The type `name`. Raises `NotFound`, or `Forbidden` when it isn't for the actor."""
        require(actor, Permission.CREATE_REGISTRATIONS)
        form = self._catalogue.get(name)
        if actor.role not in form.who:
            raise Forbidden(f"Registering a {form.label} is not open to you. Ask your manager.")
        return form

    def context(self, actor: Principal) -> Context:
        """What answers are read with on behalf of the actor."""
        return Context(
            now=self._clock(),
            timezone=actor.timezone,
            region=self._region,
            people=self._directory.everyone(actor, Permission.READ_PEOPLE),
            me=actor.employee_id,
        )

    def create(
        self, actor: Principal, type_name: str, data: Mapping[str, Any], key: str | None = None
    ) -> Registration:
        """Save a registration and put it on record.

        `data` has the fields' values as typed or as read before. Raises `Forbidden`, `Invalid`
        (every wrong field in `fields`) and `Duplicate` when a unique value is already there.
        """
        document = self.prepare(actor, type_name, data)

        def change(transaction: Transaction) -> tuple[Registration, Entry]:
            return self.insert(transaction, type_name, document)

        try:
            return self._activities.write(actor, key, change, self._first)
        except DuplicateKeyError as error:
            form, values = self._catalogue.get(type_name), document["data"]
            taken = next(
                (one for one in form.fields if self.is_taken(form, one.name, values)), None
            )
            label = taken.label.lower() if taken else "value"
            raise Duplicate(
                f"A {form.label} with this {label} is already registered.",
                {taken.name if taken else form.title_field: "already registered"},
            ) from error

    def prepare(self, actor: Principal, type_name: str, data: Mapping[str, Any]) -> Document:
        """The checked document of a registration to come. Raises `Forbidden`, `Invalid`."""
        form = self.type_for(actor, type_name)
        values = self._read_all(form, data, self.context(actor))
        document: Document = {
            "registration_type": self._ensure(type_name),
            "employee_id": actor.employee_id,
            "session_id": actor.session_id,
            "data": values,
            "timestamp": self._clock(),
            "status": "active",
        }
        unique = self._unique_keys(form, values)
        return {**document, "unique_keys": unique} if unique else document

    def insert(
        self, transaction: Transaction, type_name: str, document: Document
    ) -> tuple[Registration, Entry]:
        """Put a prepared document into the caller's transaction; the entry still has to follow."""
        fresh = dict(document)
        name = registration_collection(type_name)
        self._database.collection(name).insert_one(fresh, session=transaction)
        made = self._build(type_name, fresh)
        label = self._catalogue.get(type_name).label
        data = {"type": type_name, "label": label, "collection": name}
        return made, Entry("registration.created", Subject("registration", made.document_id), data)

    def is_taken(self, form: Form, field: str, values: Mapping[str, Any]) -> bool:
        """Whether another registration has the same value in the unique field `field`."""
        if not form.field(field).unique or values.get(field) is None:
            return False
        with storage_errors():
            found = self._database.collection(registration_collection(form.name)).find_one(
                {"unique_keys": f"{field}:{normalise(values[field])}"}, {"_id": 1}
            )
        return found is not None

    def get(self, actor: Principal, document_id: str, type_name: str | None = None) -> Registration:
        """One registration. Raises `NotFound` also for those the actor may not see."""
        identity = object_id(document_id, MISSING)
        names = [type_name] if type_name else list(self._catalogue.types())
        for name in names:
            with storage_errors():
                found = self._database.collection(registration_collection(name)).find_one(
                    {"_id": identity}
                )
            if found:
                owner = self._directory.find(found["employee_id"])
                require(
                    actor,
                    Permission.READ_REGISTRATIONS,
                    owner or Nobody(found["employee_id"]),
                    MISSING,
                )
                return self._build(name, found)
        require(actor, Permission.READ_REGISTRATIONS)
        raise NotFound(MISSING)

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        type_name: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Registration]:
        """Registrations of `employee_id` or of everyone the actor may see, newest first.

        Without `type_name`, of all types: the record of activities says which are newest.
        """
        reach = self._directory.reach(
            actor, Permission.READ_REGISTRATIONS, employee_id, "employee_id"
        )
        if type_name is not None:
            self._catalogue.get(type_name)
            return read_page(
                self._database.collection(registration_collection(type_name)),
                reach,
                "timestamp",
                lambda document: self._build(type_name, document),
                limit,
                after,
            )
        query = {**reach, "kind": "registration.created"}
        page = read_page(
            self._database.collection("session_activities"),
            query,
            "at",
            lambda document: (document["data"]["type"], document["subject"]["id"]),
            limit,
            after,
        )
        return Page([*self.load(page.items)], page.next)

    def of_session(self, session_id: str) -> Sequence[Registration]:
        """All registrations made in one session. The caller has checked who may see it."""
        with storage_errors():
            found = self._database.collection("session_activities").find(
                {"session_id": session_id, "kind": "registration.created"}
            )
            made = [(one["data"]["type"], one["subject"]["id"]) for one in found.sort("at", -1)]
        return self.load(made)

    def undo(self, actor: Principal, document_id: str, key: str | None = None) -> Registration:
        """Take back one's own registration within ten minutes: an inverse entry, not a deletion.

        Raises `NotFound`, and `Conflict` when it is too late or already undone.
        """
        require(actor, Permission.CREATE_REGISTRATIONS)
        found = self.get(actor, document_id)
        if found.employee_id != actor.employee_id:
            raise Forbidden("Only the person who registered it can take it back.")
        collection = self._database.collection(found.collection)
        form = self._catalogue.get(found.type)

        def change(transaction: Transaction) -> tuple[Registration, Entry]:
            if found.status == "active" and self._clock() > found.undo_until:
                raise Conflict(
                    "It is more than ten minutes old, so it can't be taken back any more."
                )
            result = collection.update_one(
                {"_id": object_id(document_id, MISSING), "status": "active"},
                {"$set": {"status": "undone"}, "$unset": {"unique_keys": ""}},
                session=transaction,
            )
            if not result.modified_count:
                raise Conflict("That was already taken back.")
            entry = Entry(
                "registration.undone",
                Subject("registration", document_id),
                {"type": found.type, "label": form.label, "collection": found.collection},
            )
            return found, entry

        def first(earlier: Activity) -> Registration:
            earlier.answers("registration.undone", document_id)
            return found

        self._activities.write(actor, key, change, first)
        return self.get(actor, document_id, found.type)

    def _ensure(self, type_name: str) -> str:
        """A type that was added since the start gets its collection at its first registration."""
        name = registration_collection(type_name)
        if name not in self._ensured:
            ensure_collection(self._database, name, REGISTRATION)
            self._ensured.add(name)
        return name

    @staticmethod
    def _read_all(form: Form, data: Mapping[str, Any], context: Context) -> dict[str, Any]:
        problems = {name: "isn't a field" for name in data if name not in _names(form)}
        values: dict[str, Any] = {}
        for spec in form.fields:
            given = data.get(spec.name)
            if given is None or given == "":
                if spec.default is not None:
                    values[spec.name] = spec.default
                elif not spec.optional:
                    problems[spec.name] = "is missing"
                continue
            try:
                values[spec.name] = read(spec, _as_text(spec, given), context)
            except Invalid as error:
                problems[spec.name] = error.message
        if problems:
            first = next(iter(problems))
            raise Invalid(f"{first}: {problems[first]}", problems)
        return values

    @staticmethod
    def _unique_keys(form: Form, values: Mapping[str, Any]) -> Sequence[str]:
        return [
            f"{one.name}:{normalise(values[one.name])}"
            for one in form.fields
            if one.unique and values.get(one.name) is not None
        ]

    def load(self, made: Sequence[tuple[str, str]]) -> Sequence[Registration]:
        """Registrations by type and id, in the order given; one query a type."""
        found: dict[str, Registration] = {}
        for type_name in {name for name, _ in made}:
            ids = [object_id(one, MISSING) for name, one in made if name == type_name]
            with storage_errors():
                for document in self._database.collection(registration_collection(type_name)).find(
                    {"_id": {"$in": ids}}
                ):
                    found[str(document["_id"])] = self._build(type_name, document)
        return [found[one] for _, one in made if one in found]

    def _first(self, first: Activity) -> Registration:
        first.answers("registration.created")
        return self.load([(first.data["type"], first.subject.id)])[0]

    @staticmethod
    def _build(type_name: str, document: Document) -> Registration:
        return Registration(
            document_id=str(document["_id"]),
            type=type_name,
            employee_id=document["employee_id"],
            session_id=document["session_id"],
            data=document["data"],
            timestamp=document["timestamp"],
            status=document["status"],
        )


def _names(form: Form) -> set[str]:
    return {one.name for one in form.fields}


def _as_text(spec: Field, value: Any) -> str:
    """Values that were read before (from a draft) are read again, so nothing skips the check."""
    match value:
        case datetime():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case {"amount": str() | int() | float() as amount, "currency": str(currency)} if (
            spec.kind == "money"
        ):
            return f"{amount} {currency}"
        case str() | int() | float():
            return str(value)
    raise Invalid("should be plain text or a number")
