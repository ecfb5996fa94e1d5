"""API tokens: a program does what its person may do and its scopes say, until it may not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rollcall import Principal, Role, Rollcall
from rollcall.api_tokens import SCOPES, NewApiToken
from rollcall.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidToken,
    NotFound,
    Unauthenticated,
)
from rollcall.people import NewEmployee
from rollcall.permissions import PEOPLE_ONLY, TABLE, Permission, Scope, covers, require, scope
from rollcall.tasks import NewTask, TaskChange
from tests.cast import Cast
from tests.conftest import StandingClock

GATE = NewApiToken("Time clock at the gate", ["tasks.read", "tasks.assign"], "EMP002", 30)


def _made(roll: Rollcall, cast: Cast, *scopes: str, employee_id: str = "EMP002") -> Principal:
    """The principal of a new token."""
    new = NewApiToken("Gate", scopes, employee_id)
    return roll.api_tokens.authenticate(roll.api_tokens.create(cast.admin, new)[1])


def test_token_stands_for_the_person_within_its_scopes(roll: Rollcall, cast: Cast) -> None:
    made, token = roll.api_tokens.create(cast.admin, GATE)
    assert roll.api_tokens.authenticate(token) == replace(
        cast.manager,
        session_id=None,
        scopes=frozenset({"tasks.read", "tasks.assign"}),
        token_id=made.token_id,
    )


def test_token_stands_for_the_admin_if_nobody_is_named(roll: Rollcall, cast: Cast) -> None:
    made, _ = roll.api_tokens.create(cast.admin, NewApiToken("Gate", ["tasks.read"]))
    assert made.employee_id == made.created_by == "EMP001"


def test_only_a_hash_is_kept_and_the_prefix_tells_tokens_apart(roll: Rollcall, cast: Cast) -> None:
    made, token = roll.api_tokens.create(cast.admin, GATE)
    assert token.startswith(made.prefix)
    assert len(token) - len(made.prefix) > 40
    for name in roll.database.raw.list_collection_names():
        assert token not in str(list(roll.database.collection(name).find()))
    [listed] = roll.api_tokens.list(cast.admin).items
    assert listed == made
    assert token not in str(listed.public())


def test_making_one_twice_with_one_key_answers_the_same_token(roll: Rollcall, cast: Cast) -> None:
    first = roll.api_tokens.create(cast.admin, GATE, "key-1")
    assert roll.api_tokens.create(cast.admin, GATE, "key-1") == first
    assert roll.api_tokens.create(cast.admin, GATE)[1] != first[1]
    assert len(roll.api_tokens.list(cast.admin).items) == 2


def test_it_ends_when_it_expires(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    made, token = roll.api_tokens.create(cast.admin, GATE)
    clock.forward(days=30, seconds=-1)
    roll.api_tokens.authenticate(token)
    assert roll.api_tokens.alive({made.token_id}) == {made.token_id}
    clock.forward(seconds=1)
    with pytest.raises(InvalidToken, match="withdrawn or has expired"):
        roll.api_tokens.authenticate(token)
    assert roll.api_tokens.alive({made.token_id}) == set()


def test_it_ends_everywhere_when_it_is_withdrawn(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    made, token = roll.api_tokens.create(cast.admin, GATE)
    elsewhere = roll.at_clock(clock)
    elsewhere.api_tokens.authenticate(token)
    revoked = roll.api_tokens.revoke(cast.admin, made.token_id)
    assert revoked.revoked_at == clock()
    with pytest.raises(InvalidToken):
        elsewhere.api_tokens.authenticate(token)
    assert roll.api_tokens.revoke(cast.admin, made.token_id) == revoked
    kinds = [one.kind for one in roll.activities.list(cast.admin, "EMP002").items]
    assert kinds[:2] == ["token.revoked", "token.created"]
    assert kinds.count("token.revoked") == 1


def test_it_ends_when_the_person_leaves(roll: Rollcall, cast: Cast) -> None:
    made, token = roll.api_tokens.create(cast.admin, GATE)
    roll.accounts.deactivate(cast.admin, "EMP002")
    with pytest.raises(InvalidToken):
        roll.api_tokens.authenticate(token)
    roll.accounts.reactivate(cast.admin, "EMP002")
    with pytest.raises(InvalidToken):
        roll.api_tokens.authenticate(token)
    assert roll.api_tokens.list(cast.admin).items[0].revoked_at is not None
    assert made.revoked_at is None


def test_role_is_that_of_the_person_at_each_call(roll: Rollcall, cast: Cast) -> None:
    _, token = roll.api_tokens.create(cast.admin, GATE)
    roll.people.change(cast.admin, "EMP002", {"role": "employee"})
    program = roll.api_tokens.authenticate(token)
    assert program.role is Role.EMPLOYEE
    assert scope(program, Permission.READ_TASKS) is Scope.OWN


def test_last_use_is_noted_at_most_every_minute(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    made, token = roll.api_tokens.create(cast.admin, GATE)
    assert made.last_used_at is None
    roll.api_tokens.authenticate(token)
    first = clock()
    clock.forward(seconds=59)
    roll.api_tokens.authenticate(token)
    assert roll.api_tokens.list(cast.admin).items[0].last_used_at == first
    clock.forward(seconds=1)
    roll.api_tokens.authenticate(token)
    assert roll.api_tokens.list(cast.admin).items[0].last_used_at == clock()


@pytest.mark.parametrize(
    "change",
    [lambda _: "", lambda _: "rct_", lambda t: t[:-1], lambda t: t + "0", lambda t: t.upper(),
     lambda t: t[:16], lambda t: t[:17] + "0" * 64, lambda t: "rct_" + "0" * 12 + t[16:],
     lambda t: t.replace("rct_", ""), lambda _: "rct_" + "\x00" * 12,
     lambda _: "rct_" + "a" * 5000],
)  # fmt: skip
def test_made_up_token_is_refused(roll: Rollcall, cast: Cast, change: Callable[[str], str]) -> None:
    _, token = roll.api_tokens.create(cast.admin, GATE)
    with pytest.raises(InvalidToken):
        roll.api_tokens.authenticate(change(token))


@pytest.mark.parametrize("part", ["manager", "faculty", "employee", "outsider"])
def test_only_an_admin_makes_sees_and_withdraws_them(roll: Rollcall, cast: Cast, part: str) -> None:
    made, _ = roll.api_tokens.create(cast.admin, GATE)
    actor = cast.everyone()[part]
    calls: list[Callable[[], object]] = [
        lambda: roll.api_tokens.create(actor, GATE),
        lambda: roll.api_tokens.list(actor),
        lambda: roll.api_tokens.revoke(actor, made.token_id),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(Unauthenticated):
        roll.api_tokens.list(cast.guest)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewApiToken(" ", ["tasks.read"]), "name"),
        (NewApiToken("x" * 81, ["tasks.read"]), "name"),
        (NewApiToken("Gate", []), "scopes"),
        (NewApiToken("Gate", ["everything"]), "scopes"),
        (NewApiToken("Gate", ["tasks.read", "tokens.manage"]), "scopes"),
        (NewApiToken("Gate", ["tasks.read"], days=0), "days"),
        (NewApiToken("Gate", ["tasks.read"], days=366), "days"),
        (NewApiToken("Gate", ["tasks.read"], "nobody"), "employee_id"),
    ],
)
def test_wrong_field_is_named(roll: Rollcall, cast: Cast, new: NewApiToken, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        roll.api_tokens.create(cast.admin, new)
    assert list(refused.value.fields) == [field]
    assert roll.api_tokens.list(cast.admin).items == []


def test_it_stands_for_nobody_who_does_not_exist(roll: Rollcall, cast: Cast) -> None:
    roll.accounts.deactivate(cast.admin, "EMP005")
    for employee_id in ("EMP999", "EMP005"):
        with pytest.raises(NotFound):
            roll.api_tokens.create(cast.admin, replace(GATE, employee_id=employee_id))
    with pytest.raises(NotFound):
        roll.api_tokens.revoke(cast.admin, "0" * 12)


@pytest.mark.parametrize("permission", Permission)
def test_scope_gives_no_more_than_itself(roll: Rollcall, permission: Permission) -> None:
    for role in Role:
        if role is Role.GUEST:
            continue
        person = Principal("EMP100", "Me", role, "session", branch="Berlin")
        for given in (frozenset({permission}), frozenset(set(Permission) - {permission})):
            program = replace(person, session_id=None, scopes=given, token_id="0" * 12)
            allowed = permission in given and permission not in PEOPLE_ONLY
            expected = TABLE[permission][role] if allowed else Scope.NONE
            assert scope(program, permission) is expected, (role, given)


def test_missing_scope_is_named_and_covers_nothing(roll: Rollcall, cast: Cast) -> None:
    program = _made(roll, cast, "tasks.read")
    owner = roll.people.get(cast.admin, "EMP004")
    with pytest.raises(Forbidden, match=r"doesn't have the scope people\.read"):
        require(program, Permission.READ_PEOPLE, owner)
    assert not covers(program, Permission.READ_PEOPLE, owner)


def test_program_reads_with_one_scope_and_writes_with_none(roll: Rollcall, cast: Cast) -> None:
    data = {"summary": "Slipped", "place": "Hall", "happened_at": "2026-03-01T10:00:00Z",
            "severity": "minor", "injured": "no"}  # fmt: skip
    task = roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
    mine = roll.registrations.create(cast.manager, "incident", data)
    reads = [one for one in SCOPES if one.value.endswith(".read")]
    program = _made(roll, cast, *reads)
    assert roll.tasks.get(program, task.task_id) == task
    assert roll.registrations.get(program, mine.document_id) == mine
    writes: dict[str, Callable[[], object]] = {
        "assign": lambda: roll.tasks.assign(program, NewTask("More", "EMP004")),
        "start": lambda: roll.tasks.start(program, task.task_id),
        "update": lambda: roll.tasks.update(program, task.task_id, TaskChange(priority="high")),
        "register": lambda: roll.registrations.create(program, "incident", data),
        "undo": lambda: roll.changes.undo(program, mine.document_id),
        "replace": lambda: roll.changes.replace(program, mine.document_id, data),
        "reopen": lambda: roll.drafts.reopen(program, mine.document_id),
        "end": lambda: roll.sessions.end(program, str(cast.manager.session_id)),
        "end others": lambda: roll.sessions.end_others(program),
        "add": lambda: roll.people.add(program, NewEmployee("EMP010", "Nora")),
        "change": lambda: roll.people.change(program, "EMP004", {"name": "Nora"}),
        "reset": lambda: roll.accounts.reset(program, "EMP004"),
        "deactivate": lambda: roll.accounts.deactivate(program, "EMP004"),
        "token": lambda: roll.api_tokens.create(program, GATE),
        "drafts": lambda: roll.drafts.list(program),
        "brief": lambda: roll.briefs.of(program),
        "help": lambda: roll.desk.ask(program, "guest_1"),
        "take back": lambda: roll.undo.undo(program),
    }
    before = roll.database.collection("session_activities").count_documents({})
    for call in writes.values():
        with pytest.raises(Forbidden):
            call()
    assert roll.database.collection("session_activities").count_documents({}) == before


@pytest.mark.parametrize(
    "attempt",
    [
        lambda roll, actor: roll.people.add(actor, NewEmployee("EMP010", "Nora", Role.ADMIN)),
        lambda roll, actor: roll.people.add(
            actor, NewEmployee("EMP010", "Nora", Role.BRANCH_ADMIN)
        ),
        lambda roll, actor: roll.people.change(actor, "EMP004", {"role": "admin"}),
        lambda roll, actor: roll.people.change(actor, "EMP001", {"role": "manager"}),
        lambda roll, actor: roll.accounts.reset(actor, "EMP004"),
        lambda roll, actor: roll.accounts.reactivate(actor, "EMP005"),
        lambda roll, actor: roll.api_tokens.create(actor, GATE),
    ],
    ids=["adds an admin", "adds a branch admin", "makes an admin", "changes itself", "resets",
         "reopens", "makes a token"],
)  # fmt: skip
def test_token_with_every_scope_cannot_make_itself_more_powerful(
    roll: Rollcall, cast: Cast, attempt: Callable[[Rollcall, Principal], object]
) -> None:
    roll.accounts.deactivate(cast.admin, "EMP005")
    program = _made(roll, cast, *SCOPES, employee_id="EMP001")
    with pytest.raises((Forbidden, Conflict)):
        attempt(roll, program)


def test_what_a_program_does_is_on_record_with_its_token(roll: Rollcall, cast: Cast) -> None:
    program = _made(roll, cast, "tasks.assign")
    roll.tasks.assign(program, NewTask("Order chairs", "EMP004"))
    [activity] = roll.activities.list(cast.admin, kind="task.assigned").items
    assert (activity.employee_id, activity.session_id) == ("EMP002", None)
    assert activity.public()["token_id"] == program.token_id
    assert roll.audit.verify().broken_at is None


def test_no_session_is_touched_by_a_program(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    program = _made(roll, cast, "tasks.assign")
    clock.forward(minutes=20)
    roll.tasks.assign(program, NewTask("Order chairs", "EMP004"))
    session = roll.sessions.get(cast.manager, str(cast.manager.session_id))
    assert session.last_activity < clock()
