"""Who gets what on every route: the whole cast against the whole list of calls."""

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from rollcall import SYSTEM, Rollcall
from rollcall.api_tokens import NewApiToken
from rollcall.chat_session import Chatter
from rollcall.completions.attachment import Upload
from rollcall.completions.batch import Batch, NewBatch
from rollcall.completions.model import Completion, Ending, NewCompletion
from rollcall.errors import Duplicate
from rollcall.meetings import Arrival, Attendance, Meeting, NewMeeting
from rollcall.people import NewEmployee
from rollcall.students import NewStudent
from rollcall.tasks import NewTask
from tests.api.conftest import PASSPHRASE, Caller, error_of
from tests.cast import Cast
from tests.samples import pdf

PARTS = ("admin", "manager", "faculty", "employee", "outsider", "guest")
EVERYBODY = (200,) * 6
ADMIN_PAGE = (200, 404, 404, 404, 404, 200)
"""Who isn't signed in can do so on the page."""
SIGNED_IN = (200,) * 5 + (401,)
OWNER_AND_ABOVE = (200, 200, 404, 200, 404, 401)
HOST_ONLY = (200, 403, 404, 200, 404, 401)
ADMIN_ONLY_404 = (200, 404, 404, 404, 404, 401)
OWNER_OR_ADMIN = (200, 404, 404, 200, 404, 401)
OWNER_OR_ADMIN_ADDS = (201, 404, 404, 201, 404, 401)
SEEN_BY_MANAGER = (200, 403, 404, 200, 404, 401)
EVERYBODY_ADDS = (201,) * 5 + (401,)


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
    form: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path or self.rule}"

    def send(self, caller: Caller, things: "Things") -> TestResponse:
        """Make the call."""
        body = {
            name: things.fill(value) if isinstance(value, str) else value
            for name, value in (self.body or {}).items()
        } or None
        kind = {"data" if self.form else "json": body}
        return caller(self.method, things.fill(self.path or self.rule), **kind)


def tracker(rule: str) -> list[Row]:
    """The calls of the session tracker at one of its two addresses."""

    def get(statuses: tuple[int, ...], query: str) -> Row:
        return Row("GET", rule, statuses, f"{rule}?action={query}")

    def post(statuses: tuple[int, ...], action: str, body: dict[str, Any]) -> Row:
        return Row("POST", rule, statuses, f"{rule}?action={action}", body, form=True)

    when = {"scheduled_date": "2026-03-01", "scheduled_start_time": "09:00",
            "scheduled_end_time": "10:00"}  # fmt: skip
    return [
        get(SIGNED_IN, "list"),
        get(OWNER_AND_ABOVE, "list&employee_id=EMP004"),
        get(SIGNED_IN, "occurrences"),
        get(OWNER_AND_ABOVE, "get&id={completion}"),
        post(EVERYBODY_ADDS, "create", {"title": "Welding", **when}),
        post(OWNER_OR_ADMIN, "update", {"id": "{completion}", "title": "Welding 2"}),
        post(OWNER_OR_ADMIN, "complete", {"id": "{completion}", **TIMES}),
        post(OWNER_OR_ADMIN, "cancel", {"id": "{completion}"}),
        post((201, 201, 404, 201, 404, 401), "add_note",
             {"completion_id": "{completion}", "note_text": "Great!"}),
        post(SEEN_BY_MANAGER, "delete_note", {"id": "{note}"}),
        post(OWNER_OR_ADMIN_ADDS, "upload_attachment",
             {"completion_id": "{completion}", "file": "{file}"}),
        post(SEEN_BY_MANAGER, "delete_attachment", {"id": "{attachment}"}),
    ]  # fmt: skip


TIMES = {"actual_start_time": "09:00", "actual_end_time": "10:00"}
PLAN = {"title": "Welding, group A", "weekdays": [0], "start_time": "08:00", "end_time": "08:30",
        "first_day": "2026-03-02", "last_day": "2026-07-31"}  # fmt: skip
TABLE = [
    Row("GET", "/", EVERYBODY),
    Row("GET", "/dashboard", EVERYBODY),
    Row("GET", "/dashboard", EVERYBODY, "/dashboard?employee_id=EMP004"),
    Row("GET", "/account", EVERYBODY),
    Row("GET", "/activate", EVERYBODY),
    Row("GET", "/admin/people", ADMIN_PAGE),
    Row("GET", "/admin/api-tokens", ADMIN_PAGE),
    Row("GET", "/admin/meetings", ADMIN_PAGE),
    Row("GET", "/admin/chat", ADMIN_PAGE),
    Row("GET", "/admin/sessions", (200, 200, 404, 404, 404, 200)),
    Row("GET", "/sessions", EVERYBODY),
    Row("GET", "/sessions/batches", EVERYBODY),
    Row("GET", "/sessions/batches/<batch_id>", EVERYBODY, "/sessions/batches/{batch}"),
    Row("GET", "/sessions/<completion_id>", EVERYBODY, "/sessions/{completion}"),
    Row("GET", "/sessions/<completion_id>/receipt", EVERYBODY, "/sessions/{completed}/receipt"),
    Row("GET", "/receipts", EVERYBODY),
    Row("GET", "/receipts/<path:code>", EVERYBODY, "/receipts/{receipt_code}"),
    Row("GET", "/meetings", EVERYBODY),
    Row("GET", "/meetings/<reference>", EVERYBODY, "/meetings/{meeting}"),
    Row("GET", "/meetings/<reference>/attendance", EVERYBODY, "/meetings/{meeting}/attendance"),
    Row("GET", "/join", EVERYBODY),
    Row("GET", "/join/<code>", EVERYBODY, "/join/{code}"),
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
        body={"old": "{passphrase}", "new": "another good passphrase"}),
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
    Row("GET", "/api/v1/meetings", SIGNED_IN),
    Row("GET", "/api/v1/meetings", SIGNED_IN, "/api/v1/meetings?all=true&status=live"),
    Row("POST", "/api/v1/meetings", (201, 201, 201, 201, 201, 401), body={"title": "Retro"}),
    Row("POST", "/api/v1/meetings", (201, 201, 201, 403, 403, 401),
        body={"title": "All hands", "external_id": "1234567{number}"}),
    Row("GET", "/api/v1/meetings/by-code/<code>", SIGNED_IN, "/api/v1/meetings/by-code/{code}"),
    Row("GET", "/api/v1/meetings/<reference>", OWNER_AND_ABOVE, "/api/v1/meetings/{meeting}"),
    Row("POST", "/api/v1/meetings/<reference>/join", OWNER_AND_ABOVE,
        "/api/v1/meetings/{meeting}/join", {}),
    Row("POST", "/api/v1/meetings/<reference>/join", SIGNED_IN,
        "/api/v1/meetings/{code}/join", {}),
    Row("POST", "/api/v1/meetings/<reference>/leave", (409, 409, 404, 200, 404, 401),
        "/api/v1/meetings/{joined_meeting}/leave", {}),
    Row("POST", "/api/v1/meetings/<reference>/leave", (200, 404, 404, 200, 404, 401),
        "/api/v1/meetings/{meeting}/leave", {"session_id": "{interval}"}),
    Row("GET", "/api/v1/meetings/<reference>/present", OWNER_AND_ABOVE,
        "/api/v1/meetings/{meeting}/present"),
    Row("GET", "/api/v1/meetings/<reference>/attendance", OWNER_AND_ABOVE,
        "/api/v1/meetings/{meeting}/attendance"),
    Row("GET", "/api/v1/meetings/<reference>/attendance/file", OWNER_AND_ABOVE,
        "/api/v1/meetings/{meeting}/attendance/file"),
    Row("POST", "/api/v1/meetings/<reference>/invitations", HOST_ONLY,
        "/api/v1/meetings/{meeting}/invitations", {"employee_ids": "{only_employee}"}),
    Row("PATCH", "/api/v1/meetings/<reference>", HOST_ONLY,
        "/api/v1/meetings/{meeting}", {"title": "Another title"}),
    Row("GET", "/api/v1/attendances", SIGNED_IN),
    Row("POST", "/api/v1/meetings/<reference>/start", HOST_ONLY,
        "/api/v1/meetings/{planned}/start"),
    Row("POST", "/api/v1/meetings/<reference>/cancel", HOST_ONLY,
        "/api/v1/meetings/{planned}/cancel"),
    Row("POST", "/api/v1/meetings/<reference>/end", HOST_ONLY, "/api/v1/meetings/{meeting}/end"),
    Row("POST", "/api/v1/meetings/<reference>/code", HOST_ONLY,
        "/api/v1/meetings/{meeting}/code"),
    Row("GET", "/api/v1/meetings/<reference>/rotating-code", HOST_ONLY,
        "/api/v1/meetings/{rotating}/rotating-code"),
    Row("GET", "/api/v1/meetings/<reference>/waiting", HOST_ONLY,
        "/api/v1/meetings/{meeting}/waiting"),
    Row("POST", "/api/v1/meetings/<reference>/waiting/<session_id>/admit", HOST_ONLY,
        "/api/v1/meetings/{waited_for}/waiting/{waiter}/admit"),
    Row("POST", "/api/v1/meetings/<reference>/waiting/<session_id>/refuse", HOST_ONLY,
        "/api/v1/meetings/{waited_for}/waiting/{waiter}/refuse"),
    Row("GET", "/api/v1/meetings/<reference>/participants/<participant_id>/candidates", HOST_ONLY,
        "/api/v1/meetings/{listed}/participants/{listed_person}/candidates"),
    Row("POST", "/api/v1/meetings/<reference>/participants/<participant_id>/link", HOST_ONLY,
        "/api/v1/meetings/{listed}/participants/{listed_person}/link", {"student_id": 7}),
    Row("POST", "/api/v1/meetings/<reference>/participants/<participant_id>/unlink",
        (409, 403, 404, 409, 404, 401),
        "/api/v1/meetings/{listed}/participants/{listed_person}/unlink", {"what": "employee"}),
    Row("GET", "/api/v1/students", (200, 403, 403, 403, 403, 401)),
    Row("POST", "/api/v1/students", (201, 403, 403, 403, 403, 401),
        body={"student_id": "{number}", "first_name": "Sam", "last_name": "Lee"}),
    Row("POST", "/api/user-sessions/join-meeting", SIGNED_IN, body={"meetingId": "987654321"}),
    Row("POST", "/api/user-sessions/join-meeting", OWNER_AND_ABOVE,
        body={"meetingId": "{meeting}"}),
    Row("POST", "/api/user-sessions/leave-meeting", (200, 404, 404, 200, 404, 401),
        body={"sessionId": "{interval}"}),
    Row("GET", "/api/user-sessions/my-sessions", SIGNED_IN),
    Row("GET", "/api/user-sessions/meeting/<meeting_id>/authenticated-participants",
        OWNER_AND_ABOVE, "/api/user-sessions/meeting/{meeting}/authenticated-participants"),
    Row("GET", "/api/user-sessions/stats", (200, 403, 403, 403, 403, 401)),
    Row("GET", "/api/attendance-tracker/attendance/<meeting_id>", OWNER_AND_ABOVE,
        "/api/attendance-tracker/attendance/{meeting}?enriched=true"),
    Row("GET", "/api/attendance-tracker/attendance/<meeting_id>", OWNER_AND_ABOVE,
        "/api/attendance-tracker/attendance/{meeting}"),
    Row("POST", "/integrations/zoom/webhook", (404,) * 6, body={"event": "meeting.started"}),
    Row("GET", "/api/sessions/", SIGNED_IN),
    Row("POST", "/api/sessions/", (201, 201, 201, 201, 201, 401), body={"name": "Planning"}),
    Row("POST", "/api/sessions/<reference>/join/", SIGNED_IN, "/api/sessions/{code}/join/"),
    Row("POST", "/api/sessions/<reference>/join/", OWNER_AND_ABOVE,
        "/api/sessions/{meeting}/join/"),
    Row("POST", "/api/sessions/<reference>/leave/", (409, 409, 404, 200, 404, 401),
        "/api/sessions/{joined_meeting}/leave/"),
    Row("GET", "/api/sessions/<reference>/status/", OWNER_AND_ABOVE,
        "/api/sessions/{meeting}/status/"),
    Row("GET", "/api/v1/completions", SIGNED_IN),
    Row("GET", "/api/v1/completions", OWNER_AND_ABOVE,
        "/api/v1/completions?view=upcoming&employee_id=EMP004"),
    Row("GET", "/api/v1/completions/figures", SIGNED_IN),
    Row("GET", "/api/v1/completions/figures", OWNER_AND_ABOVE,
        "/api/v1/completions/figures?employee_id=EMP004"),
    Row("GET", "/api/v1/completions/file", SIGNED_IN),
    Row("GET", "/api/v1/completions/file", OWNER_AND_ABOVE,
        "/api/v1/completions/file?employee_id=EMP004"),
    Row("GET", "/api/v1/completions/series", SIGNED_IN),
    Row("GET", "/api/v1/completions/series", OWNER_AND_ABOVE,
        "/api/v1/completions/series?employee_id=EMP004"),
    Row("POST", "/api/v1/completions", EVERYBODY_ADDS,
        body={"title": "Welding", "scheduled_date": "2026-03-01", "scheduled_start_time": "09:00",
              "scheduled_end_time": "10:00"}),
    Row("GET", "/api/v1/completions/new-code", SIGNED_IN),
    Row("GET", "/api/v1/completions/<completion_id>", OWNER_AND_ABOVE,
        "/api/v1/completions/{completion}"),
    Row("PATCH", "/api/v1/completions/<completion_id>", OWNER_OR_ADMIN,
        "/api/v1/completions/{completion}", {"scheduled_date": "2026-03-03"}),
    Row("GET", "/api/v1/completions/<completion_id>/proposal", OWNER_AND_ABOVE,
        "/api/v1/completions/{completion}/proposal"),
    Row("GET", "/api/v1/completions/<completion_id>/versions", OWNER_AND_ABOVE,
        "/api/v1/completions/{completed}/versions"),
    Row("POST", "/api/v1/completions/<completion_id>/complete", OWNER_OR_ADMIN,
        "/api/v1/completions/{completion}/complete", TIMES),
    Row("POST", "/api/v1/completions/<completion_id>/cancel", OWNER_OR_ADMIN,
        "/api/v1/completions/{completion}/cancel", {"reason": "Power cut"}),
    Row("POST", "/api/v1/completions/<completion_id>/approve", (200, 200, 404, 403, 404, 401),
        "/api/v1/completions/{waiting}/approve"),
    Row("POST", "/api/v1/completions/<completion_id>/reject", (200, 200, 404, 403, 404, 401),
        "/api/v1/completions/{waiting}/reject"),
    Row("GET", "/api/v1/completions/<completion_id>/receipt", OWNER_AND_ABOVE,
        "/api/v1/completions/{completed}/receipt"),
    Row("GET", "/api/v1/completions/<completion_id>/receipt.pdf", OWNER_AND_ABOVE,
        "/api/v1/completions/{completed}/receipt.pdf"),
    Row("GET", "/api/v1/receipts/<path:code>", SIGNED_IN, "/api/v1/receipts/{receipt_code}"),
    Row("GET", "/api/v1/completions/<completion_id>/notes", OWNER_AND_ABOVE,
        "/api/v1/completions/{completion}/notes"),
    Row("POST", "/api/v1/completions/<completion_id>/notes", (201, 201, 404, 201, 404, 401),
        "/api/v1/completions/{completion}/notes", {"note_text": "Great!"}),
    Row("PATCH", "/api/v1/notes/<note_id>", (403, 403, 404, 200, 404, 401),
        "/api/v1/notes/{note}", {"note_text": "Great!"}),
    Row("GET", "/api/v1/notes/<note_id>/versions", OWNER_AND_ABOVE,
        "/api/v1/notes/{note}/versions"),
    Row("DELETE", "/api/v1/notes/<note_id>", SEEN_BY_MANAGER, "/api/v1/notes/{note}"),
    Row("GET", "/api/v1/completions/<completion_id>/attachments", OWNER_AND_ABOVE,
        "/api/v1/completions/{completion}/attachments"),
    Row("POST", "/api/v1/completions/<completion_id>/attachments", OWNER_OR_ADMIN_ADDS,
        "/api/v1/completions/{completion}/attachments", {"file": "{file}"}, form=True),
    Row("GET", "/api/v1/completions/<completion_id>/attachments.zip", OWNER_AND_ABOVE,
        "/api/v1/completions/{completion}/attachments.zip"),
    Row("GET", "/api/v1/attachments/<attachment_id>", OWNER_AND_ABOVE,
        "/api/v1/attachments/{attachment}"),
    Row("DELETE", "/api/v1/attachments/<attachment_id>", SEEN_BY_MANAGER,
        "/api/v1/attachments/{attachment}"),
    Row("GET", "/api/v1/attachments/<attachment_id>/content", OWNER_AND_ABOVE,
        "/api/v1/attachments/{attachment}/content"),
    Row("GET", "/api/v1/attachments/<attachment_id>/preview", OWNER_AND_ABOVE,
        "/api/v1/attachments/{attachment}/preview"),
    Row("GET", "/api/v1/attachments/<attachment_id>/downloads", OWNER_OR_ADMIN,
        "/api/v1/attachments/{attachment}/downloads"),
    Row("GET", "/api/v1/batches", SIGNED_IN),
    Row("GET", "/api/v1/batches", OWNER_AND_ABOVE, "/api/v1/batches?employee_id=EMP004"),
    Row("POST", "/api/v1/batches", EVERYBODY_ADDS, body=PLAN),
    Row("GET", "/api/v1/batches/<batch_id>", OWNER_AND_ABOVE, "/api/v1/batches/{batch}"),
    Row("GET", "/api/v1/batches/<batch_id>/occurrences", OWNER_AND_ABOVE,
        "/api/v1/batches/{batch}/occurrences"),
    Row("POST", "/api/v1/batches/<batch_id>/change", OWNER_OR_ADMIN,
        "/api/v1/batches/{batch}/change", {**PLAN, "day": "2026-03-09", "first_day": "2026-03-09"}),
    Row("POST", "/api/v1/batches/<batch_id>/end", OWNER_OR_ADMIN,
        "/api/v1/batches/{batch}/end", {"day": "2026-03-09"}),
    *tracker("/api/session_completion.php"),
    *tracker("/api/session_completion"),
]  # fmt: skip


@dataclass
class Things:
    """What belongs to the employee, made when a row asks for it."""

    roll: Rollcall
    cast: Cast
    numbers: Any = field(default_factory=lambda: count(100))
    _waiter: str = ""
    _person: str = ""
    _known: set[str] = field(default_factory=set)

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
            "{meeting}": lambda: self._meeting().meeting_id,
            "{code}": lambda: str(self._meeting().code),
            "{joined_meeting}": self._joined_meeting,
            "{interval}": lambda: self._interval(self._meeting()).session_id,
            "{planned}": self._planned,
            "{rotating}": lambda: self._meeting(rotating=True).meeting_id,
            "{waited_for}": self._waited_for,
            "{waiter}": lambda: self._waiter,
            "{listed}": self._listed,
            "{listed_person}": lambda: self._person,
            "{only_employee}": lambda: ["EMP004"],
            "{completion}": self._completion,
            "{completed}": self._completed,
            "{waiting}": self._waiting,
            "{receipt_code}": self._receipt_code,
            "{note}": self._note,
            "{file}": lambda: (io.BytesIO(pdf()), "plan.pdf"),
            "{attachment}": self._attachment,
            "{batch}": lambda: self._batch().batch_id,
            "{incident}": self._incident,
            "{user}": self._user,
            "{passphrase}": self._passphrase,
        }
        for name, make in makers.items():
            if text == name:
                return make()
            if name in text:
                text = text.replace(name, make())
        return text

    def _meeting(self, **options: Any) -> Meeting:
        return self.roll.meetings.create(self.cast.employee, NewMeeting("Retro", **options))

    def _interval(self, meeting: Meeting) -> Attendance:
        return self.roll.attendances.join(self.cast.employee, Arrival(str(meeting.code)))

    def _joined_meeting(self) -> str:
        return self._interval(self._meeting()).meeting_id

    def _planned(self) -> str:
        return self._meeting(starts_at=self.roll.clock() + timedelta(hours=1)).meeting_id

    def _waited_for(self) -> str:
        meeting = self._meeting(waiting_room=True)
        arrival = Arrival(str(meeting.code))
        self._waiter = self.roll.attendances.join(self.cast.manager, arrival).session_id
        return meeting.meeting_id

    def _listed(self) -> str:
        with contextlib.suppress(Duplicate):
            self.roll.students.add(SYSTEM, NewStudent(7, "Sam", "Lee"))
        interval = self._interval(self._meeting())
        self._person = interval.participant_id
        return interval.meeting_id

    def _completion(self) -> str:
        new = NewCompletion("Welding", date(2026, 3, 1), time(9), time(10))
        return self.roll.completions.create(self.cast.employee, new).completion_id

    def _completed(self) -> str:
        return self._close(self._completion()).completion_id

    def _close(self, completion_id: str) -> Completion:
        ending = Ending("08:00", "08:30")
        return self.roll.completions.complete(self.cast.employee, completion_id, ending)

    def _receipt_code(self) -> str:
        return self.roll.receipts.issue(self.cast.employee, self._completed()).code

    def _note(self) -> str:
        return self.roll.notes.add(self.cast.employee, self._completion(), "Great!").note_id

    def _attachment(self) -> str:
        upload = Upload("plan.pdf", io.BytesIO(pdf()))
        return self.roll.files.add(self.cast.employee, self._completion(), upload).attachment_id

    def _batch(self) -> Batch:
        new = NewBatch("Welding", (0,), time(8), time(8, 30), date(2026, 3, 2), date(2026, 7, 31),
                       needs_approval=True)  # fmt: skip
        return self.roll.plans.create(self.cast.employee, new)

    def _waiting(self) -> str:
        batch = self._batch().batch_id
        made, _ = self.roll.plans.occurrences(self.cast.employee, batch, date(2026, 3, 2))
        return self._close(made[0].completion_id).completion_id

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

    def _passphrase(self) -> str:
        """Everybody's; asked for by few rows, and slow to set by design."""
        for one in self.roll.people.list(SYSTEM).items:
            if one.employee_id not in self._known:
                self.roll.credentials.set(SYSTEM, one.employee_id, PASSPHRASE)
                self._known.add(one.employee_id)
        return PASSPHRASE

    def _incident(self) -> dict[str, str]:
        return {"summary": "Slipped", "place": "Hall", "happened_at": "2026-03-01T10:00:00Z",
                "severity": "minor", "injured": "no"}  # fmt: skip

    def _user(self) -> dict[str, str]:
        return {"full_name": "Nora New", "email": f"nora{next(self.numbers)}@example.com",
                "department": "Sales", "access_level": "read"}  # fmt: skip


@pytest.fixture
def things(roll: Rollcall, cast: Cast) -> Things:
    """Things of the employee."""
    return Things(roll, cast)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_it_validates_ownership(row: Row, things: Things, everybody: dict[str, Caller]) -> None:
    found = []
    # The least privileged first, so that nobody profits from what somebody else did.
    for part in reversed(PARTS):
        response = row.send(everybody[part], things)
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


def test_token_without_the_scope_gets_nothing(
    app: Flask, things: Things, roll: Rollcall, cast: Cast
) -> None:
    """A token of an admin that can add people, on all calls that an admin may make."""
    _, token = roll.api_tokens.create(cast.admin, NewApiToken("Only this", ["people.add"]))
    program = Caller(app.test_client(), {"Authorization": f"Bearer {token}"})
    got = {}
    for row in TABLE:
        if row.statuses[0] >= 400 or row.statuses[-1] != 401:
            continue
        got[str(row)] = row.send(program, things).status_code
    assert len(got) > 50
    allowed = {call for call, status in got.items() if status < 400}
    assert allowed == {"POST /api/v1/people"}
    assert {status for call, status in got.items() if call not in allowed} == {403}
