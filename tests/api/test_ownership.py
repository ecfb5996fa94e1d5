"""Who gets what on every route: the whole cast against the whole list of calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from flask import Flask

from rollcall import SYSTEM, Rollcall
from rollcall.api_tokens import NewApiToken
from rollcall.chat_sessions import Chatter
from rollcall.people import NewEmployee
from rollcall.tasks import NewTask
from tests.api.conftest import PASSPHRASE, Caller, error_of
from tests.cast import Cast

PARTS = ("admin", "manager", "faculty", "employee", "outsider", "guest")
EVERYBODY = (200,) * 6
ADMIN_PAGE = (200, 404, 404, 404, 404, 200)
"""Who isn't signed in can do so on the page."""
SIGNED_IN = (200,) * 5 + (401,)
OWNER_AND_ABOVE = (200, 200, 404, 200, 404, 401)
ADMIN_ONLY_404 = (200, 404, 404, 404, 404, 401)


@dataclass
class Row:
    """A call on what belongs to the employee, and the status each of `PARTS` gets.

    `{…}` in `path` and `body` are made anew for each caller by `Things`.
    """

    method: str
    rule: str
    statuses: tuple[int, ...]
    path: str = ""
    body: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path or self.rule}"


TABLE = [
    Row("GET", "/", EVERYBODY),
    Row("GET", "/dashboard", EVERYBODY),
    Row("GET", "/dashboard", EVERYBODY, "/dashboard?employee_id=EMP004"),
    Row("GET", "/account", EVERYBODY),
    Row("GET", "/activate", EVERYBODY),
    Row("GET", "/admin/people", ADMIN_PAGE),
    Row("GET", "/admin/api-tokens", ADMIN_PAGE),
    Row("GET", "/embed", (404,) * 6),
    Row("GET", "/api/docs", EVERYBODY),
    Row("GET", "/api/openapi.json", EVERYBODY),
    Row("GET", "/alive", EVERYBODY),
    Row("GET", "/health", (503,) * 6),
    Row("GET", "/api-status", EVERYBODY),
    Row("POST", "/chat", (503,) * 6, body={"message": "hello"}),
    Row("POST", "/chat", (403, 403, 403, 503, 403, 401),
        body={"message": "hello", "session_id": "{session}"}),
    Row("GET", "/chat/history", EVERYBODY),
    Row("POST", "/api/chat/sessions/start", EVERYBODY),
    Row("POST", "/api/chat/sessions/update", (404, 404, 404, 200, 404, 404),
        body={"session_id": "{chat_session}", "activity_type": "message_sent"}),
    Row("POST", "/api/chat/sessions/end", (404, 404, 404, 200, 404, 404),
        body={"session_id": "{chat_session}"}),
    Row("GET", "/api/chat/sessions/status", EVERYBODY),
    Row("GET", "/api/chat/sessions/history", EVERYBODY),
    Row("POST", "/api/chat/sessions/cleanup", EVERYBODY),
    Row("GET", "/api/v1/chat-sessions", SIGNED_IN),
    Row("GET", "/api/v1/chat-sessions", OWNER_AND_ABOVE,
        "/api/v1/chat-sessions?employee_id=EMP004"),
    Row("GET", "/api/v1/chat-figures", (200, 403, 403, 403, 403, 401)),
    Row("POST", "/api/auth/login", (401,) * 6,
        body={"employee_id": "EMP004", "passphrase": "wrong"}),
    Row("POST", "/api/auth/activate", (401,) * 6,
        body={"employee_id": "EMP004", "code": "AAAA-AAAA-AAAA", "passphrase": PASSPHRASE}),
    Row("POST", "/api/auth/refresh", (401,) * 6, body={"refresh_token": "wrong"}),
    Row("POST", "/api/auth/logout", SIGNED_IN),
    Row("GET", "/api/auth/me", SIGNED_IN),
    Row("GET", "/api/auth/devices", SIGNED_IN),
    Row("DELETE", "/api/auth/devices/<session_id>", (200, 404, 404, 200, 404, 401),
        "/api/auth/devices/{another_session}"),
    Row("DELETE", "/api/auth/devices", SIGNED_IN),
    Row("POST", "/api/auth/passphrase", SIGNED_IN,
        body={"old": PASSPHRASE, "new": "another good passphrase"}),
    Row("GET", "/api/dashboard/<session_id>", OWNER_AND_ABOVE, "/api/dashboard/{session}"),
    Row("GET", "/api/user-sessions/<employee_id>", OWNER_AND_ABOVE, "/api/user-sessions/EMP004"),
    Row("GET", "/api/v1/people", SIGNED_IN),
    Row("GET", "/api/v1/people/<employee_id>", OWNER_AND_ABOVE, "/api/v1/people/EMP004"),
    Row("POST", "/api/v1/people", (201, 403, 403, 403, 403, 401),
        body={"employee_id": "EMP{number}", "name": "Nora New"}),
    Row("PATCH", "/api/v1/people/<employee_id>", ADMIN_ONLY_404, "/api/v1/people/EMP004",
        {"department": "Sales"}),
    Row("PATCH", "/api/v1/people/<employee_id>", (409, 404, 404, 404, 404, 401),
        "/api/v1/people/EMP001", {"role": "employee"}),
    Row("POST", "/api/v1/people/<employee_id>/deactivate", ADMIN_ONLY_404,
        "/api/v1/people/{newcomer}/deactivate"),
    Row("POST", "/api/v1/people/<employee_id>/reactivate", ADMIN_ONLY_404,
        "/api/v1/people/{leaver}/reactivate"),
    Row("POST", "/api/v1/people/<employee_id>/end-sessions", (200, 404, 404, 200, 404, 401),
        "/api/v1/people/EMP004/end-sessions"),
    Row("POST", "/api/v1/people/<employee_id>/reset", ADMIN_ONLY_404,
        "/api/v1/people/{newcomer}/reset"),
    Row("GET", "/api/v1/api-tokens", (200, 403, 403, 403, 403, 401)),
    Row("GET", "/api/v1/api-tokens/scopes", (200, 403, 403, 403, 403, 401)),
    Row("POST", "/api/v1/api-tokens", (201, 403, 403, 403, 403, 401),
        body={"name": "Gate", "scopes": "{scopes}"}),
    Row("DELETE", "/api/v1/api-tokens/<token_id>", (200, 403, 403, 403, 403, 401),
        "/api/v1/api-tokens/{api_token}"),
    Row("GET", "/api/v1/sessions", SIGNED_IN),
    Row("GET", "/api/v1/sessions", OWNER_AND_ABOVE, "/api/v1/sessions?employee_id=EMP004"),
    Row("GET", "/api/v1/sessions/<session_id>", OWNER_AND_ABOVE, "/api/v1/sessions/{session}"),
    Row("GET", "/api/v1/registration-types", SIGNED_IN),
    Row("GET", "/api/v1/registrations", SIGNED_IN),
    Row("GET", "/api/v1/registrations", OWNER_AND_ABOVE,
        "/api/v1/registrations?employee_id=EMP004"),
    Row("GET", "/api/v1/registrations", OWNER_AND_ABOVE,
        "/api/v1/registrations?employee_id=EMP004&type=visitor"),
    Row("POST", "/api/v1/registrations", (201, 201, 201, 201, 201, 401),
        body={"type": "incident", "data": "{incident}"}),
    Row("POST", "/api/v1/registrations", (201, 201, 403, 403, 403, 401),
        body={"type": "user", "data": "{user}"}),
    Row("GET", "/api/v1/registrations/<document_id>", OWNER_AND_ABOVE,
        "/api/v1/registrations/{registration}"),
    Row("POST", "/api/v1/registrations/<document_id>/undo", (403, 403, 404, 200, 404, 401),
        "/api/v1/registrations/{registration}/undo"),
    Row("GET", "/api/v1/tasks", SIGNED_IN),
    Row("GET", "/api/v1/tasks", OWNER_AND_ABOVE, "/api/v1/tasks?assignee=EMP004"),
    Row("POST", "/api/v1/tasks", (201, 201, 404, 201, 404, 401),
        body={"title": "Order chairs", "assignee": "EMP004"}),
    Row("GET", "/api/v1/tasks/<task_id>", OWNER_AND_ABOVE, "/api/v1/tasks/{task}"),
    Row("PATCH", "/api/v1/tasks/<task_id>", OWNER_AND_ABOVE, "/api/v1/tasks/{task}",
        {"priority": "high"}),
    Row("PATCH", "/api/v1/tasks/<task_id>", (200, 404, 404, 200, 404, 401),
        "/api/v1/tasks/{task}", {"status": "completed"}),
    Row("PATCH", "/api/v1/tasks/<task_id>", (200, 200, 404, 403, 404, 401),
        "/api/v1/tasks/{task}", {"status": "cancelled"}),
    Row("PATCH", "/api/v1/tasks/<task_id>", (200, 200, 404, 403, 404, 401),
        "/api/v1/tasks/{task}", {"assignee": "EMP002"}),
    Row("GET", "/api/v1/drafts", SIGNED_IN),
    Row("POST", "/api/v1/drafts/table", (201, 201, 201, 201, 201, 401),
        body={"type": "incident", "text": "Summary\tPlace\nSlipped\tHall"}),
    Row("POST", "/api/v1/drafts/table", (201, 201, 403, 403, 403, 401),
        body={"type": "user", "text": "Full name\tDepartment\nNora New\tSales"}),
    Row("GET", "/api/v1/activities", SIGNED_IN),
    Row("GET", "/api/v1/activities", OWNER_AND_ABOVE, "/api/v1/activities?employee_id=EMP004"),
    Row("GET", "/api/v1/statistics", SIGNED_IN),
    Row("GET", "/api/v1/statistics", OWNER_AND_ABOVE, "/api/v1/statistics?employee_id=EMP004"),
    Row("GET", "/api/v1/history", SIGNED_IN),
    Row("GET", "/api/v1/history", OWNER_AND_ABOVE, "/api/v1/history?employee_id=EMP004"),
    Row("GET", "/api/v1/exports", SIGNED_IN),
    Row("GET", "/api/v1/exports", OWNER_AND_ABOVE, "/api/v1/exports?employee_id=EMP004"),
]  # fmt: skip


@dataclass
class Things:
    """What belongs to the employee, made when a row asks for it."""

    roll: Rollcall
    cast: Cast
    numbers: Any = field(default_factory=lambda: count(100))

    def fill(self, text: str) -> Any:
        """`text` with what it asks for; a whole `{…}` may stand for more than a text."""
        makers: dict[str, Callable[[], Any]] = {
            "{session}": lambda: self.cast.employee.session_id,
            "{chat_session}": self._chat_session,
            "{another_session}": self._another_session,
            "{registration}": self._registration,
            "{task}": self._task,
            "{number}": lambda: str(next(self.numbers)),
            "{newcomer}": self._newcomer,
            "{leaver}": self._leaver,
            "{scopes}": lambda: ["tasks.read"],
            "{api_token}": self._api_token,
            "{incident}": self._incident,
            "{user}": self._user,
        }
        for name, make in makers.items():
            if text == name:
                return make()
            if name in text:
                text = text.replace(name, make())
        return text

    def _chat_session(self) -> str:
        session, _ = self.roll.chat_sessions.start(Chatter(self.cast.employee))
        return session.session_id

    def _another_session(self) -> str:
        employee = self.roll.directory.find("EMP004")
        assert employee is not None
        return self.roll.sessions.open(employee).session_id

    def _newcomer(self) -> str:
        new = NewEmployee(f"EMP{next(self.numbers)}", "Nora New")
        return self.roll.people.add(SYSTEM, new)[0].employee_id

    def _leaver(self) -> str:
        return self.roll.accounts.deactivate(SYSTEM, self._newcomer()).employee_id

    def _api_token(self) -> str:
        new = NewApiToken("Gate", ["tasks.read"])
        return self.roll.api_tokens.create(self.cast.admin, new)[0].token_id

    def _task(self) -> str:
        return self.roll.tasks.assign(self.cast.admin, NewTask("Order chairs", "EMP004")).task_id

    def _registration(self) -> str:
        data = self._incident()
        return self.roll.registrations.create(self.cast.employee, "incident", data).document_id

    def _incident(self) -> dict[str, str]:
        return {"summary": "Slipped", "place": "Hall", "happened_at": "2026-03-01T10:00:00Z",
                "severity": "minor", "injured": "no"}  # fmt: skip

    def _user(self) -> dict[str, str]:
        return {"full_name": "Nora New", "email": f"nora{next(self.numbers)}@example.com",
                "department": "Sales", "access_level": "read"}  # fmt: skip


@pytest.fixture
def things(roll: Rollcall, cast: Cast) -> Things:
    """Things of the employee, and a passphrase for everybody."""
    for actor in cast.everyone().values():
        if actor.employee_id:
            roll.credentials.set(SYSTEM, actor.employee_id, PASSPHRASE)
    return Things(roll, cast)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_it_validates_ownership(row: Row, things: Things, everybody: dict[str, Caller]) -> None:
    found = []
    # The least privileged first, so that nobody profits from what somebody else did.
    for part in reversed(PARTS):
        body = {name: things.fill(value) for name, value in row.body.items()} if row.body else None
        response = everybody[part](row.method, things.fill(row.path or row.rule), json=body)
        found.insert(0, response.status_code)
        if response.status_code >= 400:
            error_of(response)
    assert dict(zip(PARTS, found, strict=True)) == dict(zip(PARTS, row.statuses, strict=True))


def test_every_route_is_in_the_table(app: Flask) -> None:
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(row.method, row.rule) for row in TABLE} == served
