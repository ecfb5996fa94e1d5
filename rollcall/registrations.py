"""Registrations: what the catalogue describes, kept in `<type>_registration`."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.catalogue import Catalogue
from rollcall.clock import Clock
from rollcall.directory import Directory
from rollcall.errors import Duplicate, Forbidden, NotFound
from rollcall.figures.changes import between, of_registration
from rollcall.forms.kinds import Context, normalise
from rollcall.forms.showing import fields_of, people_of, titled
from rollcall.forms.spec import Form
from rollcall.history_filter import planned_field
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.registration import (
    MISSING,
    Registration,
    build_registration,
    read_values,
    unique_keys,
)
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.storage.migrations import ensure_collection
from rollcall.storage.schema import REGISTRATION, registration_collection
from rollcall.storage.shapes import newest


class Registrations:
    """Creates and lists registrations."""

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

    def type_named(self, name: str) -> Form:
        """The type `name`, whoever may use it. Raises `NotFound`."""
        return self._catalogue.get(name)

    def labels(self) -> dict[str, str]:
        """What the types are called, by name."""
        return {form.name: form.label for form in self._catalogue.types().values()}

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
            people=self._directory.everyone_if_asked(actor, Permission.READ_PEOPLE),
            me=actor.employee_id,
        )

    def title(self, actor: Principal, registration: Registration) -> str:
        """ "supplier Acme", as the actor reads it."""
        context = self._showing(actor, [registration])
        return titled(self.type_named(registration.type), registration.data, context)

    def described(
        self, actor: Principal, registrations: Sequence[Registration]
    ) -> list[dict[str, Any]]:
        """JSON-ready for people: `public()`, and beside it `title` and `details`, a list of
        `{"name", "label", "value"}` with names for ids, labels for values and dates in words."""
        described = []
        context = self._showing(actor, registrations)
        for one in registrations:
            form = self.type_named(one.type)
            details = fields_of(form, one.data, context)
            named = next((d["value"] for d in details if d["name"] == form.title_field), "–")
            rest = [d for d in details if d["name"] != form.title_field]
            described.append({**one.public(), "title": named, "details": rest})
        return described

    def _showing(self, actor: Principal, registrations: Sequence[Registration]) -> Context:
        """What they are shown with: only the names of the people who stand in them."""
        ids = set[str]().union(
            *(people_of(self.type_named(one.type), one.data) for one in registrations)
        )
        names = self._directory.names(ids)
        return Context(self._clock(), actor.timezone, self._region, names=names)

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
            return self._activities.write(actor, key, change, self.first)
        except DuplicateKeyError as error:
            raise self.duplicate(type_name, document["data"]) from error

    def duplicate(self, type_name: str, values: Mapping[str, Any]) -> Duplicate:
        """The error that says which unique value is on record already."""
        form = self._catalogue.get(type_name)
        taken = next((one for one in form.fields if self.is_taken(form, one.name, values)), None)
        label = taken.label.lower() if taken else "value"
        return Duplicate(
            f"A {form.label} with this {label} is already registered.",
            {taken.name if taken else form.title_field: "already registered"},
        )

    def prepare(self, actor: Principal, type_name: str, data: Mapping[str, Any]) -> Document:
        """The checked document of a registration to come. Raises `Forbidden`, `Invalid`."""
        form = self.type_for(actor, type_name)
        values = read_values(form, data, self.context(actor))
        document: Document = {
            "registration_type": self._ensure(type_name),
            "employee_id": actor.employee_id,
            "session_id": actor.session_id,
            "data": values,
            "timestamp": self._clock(),
            "status": "active",
        }
        unique = unique_keys(form, values)
        return {**document, "unique_keys": unique} if unique else document

    def insert(
        self, transaction: Transaction, type_name: str, document: Document
    ) -> tuple[Registration, Entry]:
        """Put a prepared document into the caller's transaction; the entry still has to follow."""
        fresh = dict(document)
        name = registration_collection(type_name)
        self._database.collection(name).insert_one(fresh, session=transaction)
        made = build_registration(type_name, fresh)
        label = self._catalogue.get(type_name).label
        data = {"type": type_name, "label": label, "collection": name}
        if made.replaces:
            data["replaces"] = made.replaces
        subject = Subject("registration", made.document_id)
        counted = between(of_registration, None, fresh)
        return made, Entry("registration.created", subject, data, counted=counted)

    def is_taken(
        self, form: Form, field: str, values: Mapping[str, Any], but: str | None = None
    ) -> bool:
        """Whether another registration than `but` has the same value in the unique `field`."""
        if not form.field(field).unique or values.get(field) is None:
            return False
        with storage_errors():
            found = self._database.collection(registration_collection(form.name)).find_one(
                {"unique_keys": f"{field}:{normalise(values[field])}"}, {"_id": 1}
            )
        return found is not None and str(found["_id"]) != but

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
                return build_registration(name, found)
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
                lambda document: build_registration(type_name, document),
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

    def _ensure(self, type_name: str) -> str:
        """A type that was added since the start gets its collection at its first registration."""
        name = registration_collection(type_name)
        if name not in self._ensured:
            ensure_collection(self._database, name, REGISTRATION)
            self._index_planned(self._catalogue.get(type_name))
            self._ensured.add(name)
        return name

    def prepare_indexes(self) -> None:
        """Index the days that registrations are for, which is a field of its own in each type."""
        for form in self._catalogue.types().values():
            self._index_planned(form)

    def _index_planned(self, form: Form) -> None:
        field = planned_field(form)
        if field is not None:
            collection = self._database.collection(registration_collection(form.name))
            day = f"data.{field}"
            with storage_errors():
                collection.create_indexes(
                    [
                        newest(day, name=f"planned_{field}"),
                        newest("employee_id", day, name=f"employee_planned_{field}"),
                    ]
                )

    def load(self, made: Sequence[tuple[str, str]]) -> Sequence[Registration]:
        """Registrations by type and id, in the order given; one query a type."""
        found: dict[str, Registration] = {}
        for type_name in {name for name, _ in made}:
            ids = [object_id(one, MISSING) for name, one in made if name == type_name]
            with storage_errors():
                for document in self._database.collection(registration_collection(type_name)).find(
                    {"_id": {"$in": ids}}
                ):
                    found[str(document["_id"])] = build_registration(type_name, document)
        return [found[one] for _, one in made if one in found]

    def first(self, first: Activity) -> Registration:
        """What a repeated idempotency key led to the first time."""
        first.answers("registration.created")
        return self.load([(first.data["type"], first.subject.id)])[0]
