"""What each route, each action and each kind of event needs, in one place.

The expectations come from `rollcall.permissions.TABLE`; what that table can't say (who is asked
about themselves only, what is open to everybody) is said here by name. A route, an action or an
event that has no row here fails a test: think about who may, then add it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from rollcall.permissions import PEOPLE_ONLY, TABLE, Permission, Scope
from rollcall.principal import Role

P = Permission


@dataclass(frozen=True)
class Part:
    """Somebody in the matrix, as seen from what belongs to the employee EMP004.

    `covering` are the scopes that reach EMP004's things from where this part stands; `scopes` the
    only permissions a program's token has (None: a person); `live` whether the session still is.
    """

    role: Role
    covering: frozenset[Scope]
    scopes: frozenset[Permission] | None = None
    live: bool = True


def _from(*scopes: Scope) -> frozenset[Scope]:
    return frozenset({*scopes, Scope.ALL})


PARTS = {
    "admin": Part(Role.ADMIN, _from()),
    "branch admin": Part(Role.BRANCH_ADMIN, _from(Scope.BRANCH)),
    "branch admin elsewhere": Part(Role.BRANCH_ADMIN, _from()),
    "manager": Part(Role.MANAGER, _from(Scope.TEAM)),
    "manager elsewhere": Part(Role.MANAGER, _from()),
    "faculty": Part(Role.FACULTY, _from()),
    "employee": Part(Role.EMPLOYEE, _from(Scope.OWN, Scope.TEAM, Scope.BRANCH)),
    "outsider": Part(Role.EMPLOYEE, _from()),
    "program": Part(Role.ADMIN, _from(), scopes=frozenset({P.READ_TASKS})),
    "gone": Part(Role.ADMIN, _from(), live=False),
    "guest": Part(Role.GUEST, frozenset()),
}


class Need(ABC):
    """What a caller needs; `allows` says whether a part has it."""

    @abstractmethod
    def allows(self, part: str) -> bool: ...


@dataclass(frozen=True)
class Anybody(Need):
    """Open to everybody, signed in or not; the answer is the same for all."""

    def allows(self, part: str) -> bool:
        return PARTS[part].live


@dataclass(frozen=True)
class InPerson(Need):
    """About oneself: whoever has signed in, but no program."""

    def allows(self, part: str) -> bool:
        who = PARTS[part]
        return who.live and who.role is not Role.GUEST and who.scopes is None


@dataclass(frozen=True)
class Has(Need):
    """The permission at all, whatever its scope."""

    permission: Permission

    def allows(self, part: str) -> bool:
        who = PARTS[part]
        return _granted(who, self.permission) and TABLE[self.permission][who.role] != Scope.NONE


@dataclass(frozen=True)
class Over(Need):
    """The permission over what belongs to EMP004."""

    permission: Permission

    def allows(self, part: str) -> bool:
        who = PARTS[part]
        return _granted(who, self.permission) and TABLE[self.permission][who.role] in who.covering


@dataclass(frozen=True)
class Only(Need):
    """Exactly these, for a reason that the table of permissions does not know."""

    parts: frozenset[str]
    because: str

    def allows(self, part: str) -> bool:
        return part in self.parts


def _granted(who: Part, permission: Permission) -> bool:
    if not who.live:
        return False
    return who.scopes is None or (permission in who.scopes and permission not in PEOPLE_ONLY)


def only(*parts: str, because: str) -> Only:
    """The parts that may, and why only they."""
    return Only(frozenset(parts), because)


ANYBODY, IN_PERSON = Anybody(), InPerson()
THE_ADMIN = only("admin", because="whose account it is belongs to nobody's branch")
LEADERS = only(
    "admin", "branch admin", "branch admin elsewhere", "manager", "manager elsewhere",
    because="the catalogue keeps this type from employees and faculty",
)  # fmt: skip
ONESELF = only("employee", because="only who did it takes it back, only who has it works on it")
WHO_LEADS = only(
    "admin", "branch admin", "manager",
    because="who got a task can't make it vanish, who gave it and who leads can",
)  # fmt: skip
TALKERS = only(
    *(part for part in PARTS if part not in ("program", "gone")),
    because="a guest may talk too, a program may not",
)
APPROVERS = only(
    "admin", "branch admin", "manager", because="nobody approves what they completed themselves"
)
OWN_NOTE = only("employee", because="only who wrote a note changes it, admin or not")


def tracker(address: str) -> dict[str, list[Need]]:
    """The session tracker's interface at one of its two addresses."""
    writes = ("update", "complete", "cancel", "delete_note", "upload_attachment",
              "delete_attachment")  # fmt: skip
    return {
        f"GET {address}?action=list": [Has(P.READ_COMPLETIONS)],
        f"GET {address}?action=list&employee_id=EMP004": [Over(P.READ_COMPLETIONS)],
        f"GET {address}?action=occurrences": [Has(P.READ_COMPLETIONS)],
        f"GET {address}?action=get&id={{completion}}": [Over(P.READ_COMPLETIONS)],
        f"POST {address}?action=create": [Has(P.WRITE_COMPLETIONS)],
        f"POST {address}?action=add_note": [Over(P.READ_COMPLETIONS)],
        **{f"POST {address}?action={one}": [Over(P.WRITE_COMPLETIONS)] for one in writes},
    }


EMPTY_PAGE = "who isn't signed in can do so there; all that is shown on it comes from the API"
OWN_CHAT = only("employee", because="a chat session belongs to whoever opened it, admin or not")

ROUTES: dict[str, list[Need]] = {
    "GET /": [ANYBODY],
    "GET /dashboard": [ANYBODY],
    "GET /dashboard?employee_id=EMP004": [ANYBODY],
    "GET /account": [ANYBODY],
    "GET /activate": [ANYBODY],
    "GET /admin/people": [
        only("admin", "branch admin", "branch admin elsewhere", "guest", "gone", "program",
             because=EMPTY_PAGE),
    ],
    "GET /admin/api-tokens": [only("admin", "guest", "gone", "program", because=EMPTY_PAGE)],
    "GET /admin/meetings": [only("admin", "guest", "gone", "program", because=EMPTY_PAGE)],
    "GET /admin/chat": [only("admin", "guest", "gone", "program", because=EMPTY_PAGE)],
    "GET /admin/sessions": [
        only("admin", "branch admin", "branch admin elsewhere", "manager", "manager elsewhere",
             "guest", "gone", "program", because=EMPTY_PAGE),
    ],
    "GET /sessions": [ANYBODY],
    "GET /sessions/batches": [ANYBODY],
    "GET /sessions/batches/{batch}": [ANYBODY],
    "GET /sessions/{completion}": [ANYBODY],
    "GET /sessions/{completed}/receipt": [ANYBODY],
    "GET /receipts": [ANYBODY],
    "GET /receipts/{receipt_code}": [ANYBODY],
    "GET /meetings": [ANYBODY],
    "GET /meetings/{meeting}": [ANYBODY],
    "GET /meetings/{meeting}/attendance": [ANYBODY],
    "GET /join": [ANYBODY],
    "GET /join/{code}": [ANYBODY],
    "GET /embed": [ANYBODY],
    "GET /api/docs": [ANYBODY],
    "GET /api/openapi.json": [ANYBODY],
    "GET /alive": [ANYBODY],
    "GET /health": [ANYBODY],
    "GET /api-status": [ANYBODY],
    "POST /chat": [TALKERS, ONESELF],
    "GET /chat/history": [TALKERS],
    "POST /api/chat/sessions/start": [TALKERS],
    "POST /api/chat/sessions/update": [OWN_CHAT],
    "POST /api/chat/sessions/end": [OWN_CHAT],
    "GET /api/chat/sessions/status": [TALKERS],
    "GET /api/chat/sessions/history": [TALKERS],
    "POST /api/chat/sessions/cleanup": [TALKERS],
    "GET /api/v1/chat-sessions": [Has(P.READ_SESSIONS)],
    "GET /api/v1/chat-sessions?employee_id=EMP004": [Over(P.READ_SESSIONS)],
    "GET /api/v1/chat-figures": [
        only("admin", because="figures over everybody are for who may see everybody"),
    ],
    "POST /api/auth/login": [only(because="the passphrase is wrong")],
    "POST /api/auth/activate": [only(because="the code is wrong")],
    "POST /api/auth/refresh": [only(because="the token is wrong")],
    "POST /api/auth/logout": [IN_PERSON],
    "GET /api/auth/me": [IN_PERSON],
    "GET /api/auth/devices": [IN_PERSON],
    "DELETE /api/auth/devices/{another_session}": [Over(P.END_SESSIONS)],
    "DELETE /api/auth/devices": [IN_PERSON],
    "POST /api/auth/passphrase": [IN_PERSON],
    "GET /api/dashboard/{session}": [Over(P.READ_SESSIONS)],
    "GET /api/user-sessions/EMP004": [Over(P.READ_SESSIONS)],
    "GET /api/v1/people": [Has(P.READ_PEOPLE)],
    "GET /api/v1/people/EMP004": [Over(P.READ_PEOPLE)],
    "POST /api/v1/people": [Has(P.ADD_PEOPLE)],
    "PATCH /api/v1/people/EMP004": [Over(P.CHANGE_PEOPLE)],
    "PATCH /api/v1/people/EMP001": [THE_ADMIN],
    "POST /api/v1/people/EMP004/end-sessions": [Over(P.END_SESSIONS)],
    "POST /api/v1/people/{newcomer}/deactivate": [THE_ADMIN],
    "POST /api/v1/people/{leaver}/reactivate": [THE_ADMIN],
    "POST /api/v1/people/{newcomer}/reset": [THE_ADMIN],
    "GET /api/v1/api-tokens": [Has(P.MANAGE_TOKENS)],
    "GET /api/v1/api-tokens/scopes": [Has(P.MANAGE_TOKENS)],
    "POST /api/v1/api-tokens": [Has(P.MANAGE_TOKENS)],
    "DELETE /api/v1/api-tokens/{api_token}": [Has(P.MANAGE_TOKENS)],
    "GET /api/v1/sessions": [Has(P.READ_SESSIONS)],
    "GET /api/v1/sessions?employee_id=EMP004": [Over(P.READ_SESSIONS)],
    "GET /api/v1/sessions/{session}": [Over(P.READ_SESSIONS)],
    "GET /api/v1/registration-types": [Has(P.CREATE_REGISTRATIONS)],
    "GET /api/v1/registrations": [Has(P.READ_REGISTRATIONS)],
    "GET /api/v1/registrations?employee_id=EMP004": [Over(P.READ_REGISTRATIONS)],
    "GET /api/v1/registrations?employee_id=EMP004&type=visitor": [Over(P.READ_REGISTRATIONS)],
    "POST /api/v1/registrations": [Has(P.CREATE_REGISTRATIONS), LEADERS],
    "GET /api/v1/registrations/{registration}": [Over(P.READ_REGISTRATIONS)],
    "POST /api/v1/registrations/{registration}/undo": [ONESELF],
    "GET /api/v1/tasks": [Has(P.READ_TASKS)],
    "GET /api/v1/tasks?assignee=EMP004": [Over(P.READ_TASKS)],
    "POST /api/v1/tasks": [Over(P.ASSIGN_TASKS)],
    "GET /api/v1/tasks/{task}": [Over(P.READ_TASKS)],
    "PATCH /api/v1/tasks/{task}": [Over(P.UPDATE_TASKS), Over(P.WORK_TASKS), WHO_LEADS,
                                    WHO_LEADS],
    "GET /api/v1/drafts": [IN_PERSON],
    "POST /api/v1/drafts/table": [IN_PERSON, LEADERS],
    "GET /api/v1/activities": [Has(P.READ_ACTIVITIES)],
    "GET /api/v1/activities?employee_id=EMP004": [Over(P.READ_ACTIVITIES)],
    "GET /api/v1/statistics": [IN_PERSON],
    "GET /api/v1/statistics?employee_id=EMP004": [Over(P.READ_ACTIVITIES)],
    "GET /api/v1/history": [Has(P.READ_REGISTRATIONS)],
    "GET /api/v1/history?employee_id=EMP004": [Over(P.READ_REGISTRATIONS)],
    "GET /api/v1/exports": [Has(P.READ_REGISTRATIONS)],
    "GET /api/v1/exports?employee_id=EMP004": [Over(P.READ_REGISTRATIONS)],
    "GET /api/v1/meetings": [Has(P.READ_MEETINGS)],
    "GET /api/v1/meetings?all=true&status=live": [Has(P.READ_MEETINGS)],
    "POST /api/v1/meetings": [Has(P.CREATE_MEETINGS), Has(P.CREATE_EXTERNAL_MEETINGS)],
    "GET /api/v1/meetings/by-code/{code}": [Has(P.JOIN_MEETINGS)],
    "GET /api/v1/meetings/{meeting}": [Over(P.READ_MEETINGS)],
    "PATCH /api/v1/meetings/{meeting}": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{meeting}/join": [Over(P.READ_MEETINGS)],
    "POST /api/v1/meetings/{code}/join": [Has(P.JOIN_MEETINGS)],
    "POST /api/v1/meetings/{joined_meeting}/leave": [Over(P.READ_MEETINGS)],
    "POST /api/v1/meetings/{meeting}/leave": [Over(P.HOST_MEETINGS)],
    "GET /api/v1/meetings/{meeting}/present": [Over(P.READ_MEETINGS)],
    "GET /api/v1/meetings/{meeting}/attendance": [Over(P.READ_MEETINGS)],
    "GET /api/v1/meetings/{meeting}/attendance/file": [Over(P.READ_MEETINGS)],
    "POST /api/v1/meetings/{meeting}/invitations": [Over(P.HOST_MEETINGS)],
    "GET /api/v1/attendances": [Has(P.READ_MEETINGS)],
    "POST /api/v1/meetings/{planned}/start": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{planned}/cancel": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{meeting}/end": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{meeting}/code": [Over(P.HOST_MEETINGS)],
    "GET /api/v1/meetings/{rotating}/rotating-code": [Over(P.HOST_MEETINGS)],
    "GET /api/v1/meetings/{meeting}/waiting": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{waited_for}/waiting/{waiter}/admit": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{waited_for}/waiting/{waiter}/refuse": [Over(P.HOST_MEETINGS)],
    "GET /api/v1/meetings/{listed}/participants/{listed_person}/candidates":
        [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{listed}/participants/{listed_person}/link": [Over(P.HOST_MEETINGS)],
    "POST /api/v1/meetings/{listed}/participants/{listed_person}/unlink": [Over(P.HOST_MEETINGS)],
    "POST /integrations/zoom/webhook": [only(because="nobody of ours signs as Zoom does")],
    "GET /api/v1/students": [Has(P.READ_STUDENTS)],
    "POST /api/v1/students": [Has(P.ADD_STUDENTS)],
    "POST /api/user-sessions/join-meeting": [Has(P.JOIN_MEETINGS), Over(P.READ_MEETINGS)],
    "POST /api/user-sessions/leave-meeting": [Over(P.HOST_MEETINGS)],
    "GET /api/user-sessions/my-sessions": [Has(P.READ_MEETINGS)],
    "GET /api/user-sessions/meeting/{meeting}/authenticated-participants":
        [Over(P.READ_MEETINGS)],
    "GET /api/user-sessions/stats": [Has(P.READ_ATTENDANCE_STATISTICS)],
    "GET /api/attendance-tracker/attendance/{meeting}?enriched=true": [Over(P.READ_MEETINGS)],
    "GET /api/attendance-tracker/attendance/{meeting}": [Over(P.READ_MEETINGS)],
    "GET /api/sessions/": [Has(P.READ_MEETINGS)],
    "POST /api/sessions/": [Has(P.CREATE_MEETINGS)],
    "POST /api/sessions/{code}/join/": [Has(P.JOIN_MEETINGS)],
    "POST /api/sessions/{meeting}/join/": [Over(P.READ_MEETINGS)],
    "POST /api/sessions/{joined_meeting}/leave/": [Over(P.READ_MEETINGS)],
    "GET /api/sessions/{meeting}/status/": [Over(P.READ_MEETINGS)],
    "GET /api/v1/completions": [Has(P.READ_COMPLETIONS)],
    "GET /api/v1/completions?view=upcoming&employee_id=EMP004": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/figures": [Has(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/figures?employee_id=EMP004": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/file": [Has(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/file?employee_id=EMP004": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/series": [Has(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/series?employee_id=EMP004": [Over(P.READ_COMPLETIONS)],
    "POST /api/v1/completions": [Has(P.WRITE_COMPLETIONS)],
    "GET /api/v1/completions/new-code": [Has(P.WRITE_COMPLETIONS)],
    "GET /api/v1/completions/{completion}": [Over(P.READ_COMPLETIONS)],
    "PATCH /api/v1/completions/{completion}": [Over(P.WRITE_COMPLETIONS)],
    "GET /api/v1/completions/{completion}/proposal": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/{completed}/versions": [Over(P.READ_COMPLETIONS)],
    "POST /api/v1/completions/{completion}/complete": [Over(P.WRITE_COMPLETIONS)],
    "POST /api/v1/completions/{completion}/cancel": [Over(P.WRITE_COMPLETIONS)],
    "POST /api/v1/completions/{waiting}/approve": [APPROVERS],
    "POST /api/v1/completions/{waiting}/reject": [APPROVERS],
    "GET /api/v1/completions/{completed}/receipt": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/completions/{completed}/receipt.pdf": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/receipts/{receipt_code}": [Has(P.VERIFY_RECEIPTS)],
    "GET /api/v1/completions/{completion}/notes": [Over(P.READ_COMPLETIONS)],
    "POST /api/v1/completions/{completion}/notes": [Over(P.READ_COMPLETIONS)],
    "PATCH /api/v1/notes/{note}": [OWN_NOTE],
    "GET /api/v1/notes/{note}/versions": [Over(P.READ_COMPLETIONS)],
    "DELETE /api/v1/notes/{note}": [Over(P.WRITE_COMPLETIONS)],
    "GET /api/v1/completions/{completion}/attachments": [Over(P.READ_COMPLETIONS)],
    "POST /api/v1/completions/{completion}/attachments": [Over(P.WRITE_COMPLETIONS)],
    "GET /api/v1/completions/{completion}/attachments.zip": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/attachments/{attachment}": [Over(P.READ_COMPLETIONS)],
    "DELETE /api/v1/attachments/{attachment}": [Over(P.WRITE_COMPLETIONS)],
    "GET /api/v1/attachments/{attachment}/content": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/attachments/{attachment}/preview": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/attachments/{attachment}/downloads": [Over(P.WRITE_COMPLETIONS)],
    "GET /api/v1/batches": [Has(P.READ_COMPLETIONS)],
    "GET /api/v1/batches?employee_id=EMP004": [Over(P.READ_COMPLETIONS)],
    "POST /api/v1/batches": [Has(P.WRITE_COMPLETIONS)],
    "GET /api/v1/batches/{batch}": [Over(P.READ_COMPLETIONS)],
    "GET /api/v1/batches/{batch}/occurrences": [Over(P.READ_COMPLETIONS)],
    "POST /api/v1/batches/{batch}/change": [Over(P.WRITE_COMPLETIONS)],
    "POST /api/v1/batches/{batch}/end": [Over(P.WRITE_COMPLETIONS)],
    **tracker("/api/session_completion.php"),
    **tracker("/api/session_completion"),
}  # fmt: skip

# What a client may send over the socket, about a meeting of EMP004.
SENT: dict[str, Need] = {
    "connect": Has(P.READ_ACTIVITIES),
    "watchMeeting": Over(P.READ_MEETINGS),
    "unwatchMeeting": Over(P.READ_MEETINGS),
}

# What the server sends when something happens to EMP004 or in a meeting of theirs.
HEARD: dict[str, Need] = {
    "activity": Over(P.READ_ACTIVITIES),
    "position": only(because="only who connects is told from where to go on, before all else"),
    "resync": only(because="only whoever has to fetch anew is told so, and no more"),
    "session_ended": only(because="only the windows of the session that ends are told"),
    "userJoinedMeeting": Over(P.READ_ACTIVITIES),
    "userLeftMeeting": Over(P.READ_ACTIVITIES),
    "participantLinked": Over(P.READ_ACTIVITIES),
    "attendanceDataFetched": Over(P.READ_ACTIVITIES),
    "meetingSessionsEnded": Over(P.READ_ACTIVITIES),
}
