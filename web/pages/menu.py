"""What the navigation leads to, and whom each page is for, by the table of permissions."""

from dataclasses import dataclass

from rollcall import Principal
from rollcall.permissions import TABLE, Permission, Scope


@dataclass(frozen=True)
class Link:
    """A page in a navigation. Without a permission it is for everybody, also signed out."""

    page: str
    href: str
    text: str
    icon: str = ""
    permission: Permission | None = None
    everybodys: bool = False
    """Only for those whose permission covers everybody."""

    @property
    def roles(self) -> list[str]:
        """The roles that may open it; empty for everybody."""
        if self.permission is None:
            return []
        fits = {Scope.ALL} if self.everybodys else {*Scope} - {Scope.NONE}
        return [role.value for role, scope in TABLE[self.permission].items() if scope in fits]

    def is_for(self, actor: Principal) -> bool:
        """Whether this person may open it."""
        return self.permission is None or (actor.signed_in and actor.role.value in self.roles)


PEOPLE = Link("people", "/admin/people", "People", permission=Permission.CHANGE_PEOPLE)
API_TOKENS = Link(
    "api-tokens", "/admin/api-tokens", "API tokens", permission=Permission.MANAGE_TOKENS
)
MEETING_BOARD = Link(
    "meeting-board",
    "/admin/meetings",
    "Meetings now",
    permission=Permission.READ_ATTENDANCE_STATISTICS,
)
SESSION_BOARD = Link(
    "session-board", "/admin/sessions", "Sessions", permission=Permission.APPROVE_COMPLETIONS
)
CHAT_BOARD = Link(
    "chat-board", "/admin/chat", "Chat", permission=Permission.READ_SESSIONS, everybodys=True
)
ADMIN = [PEOPLE, API_TOKENS, MEETING_BOARD, SESSION_BOARD, CHAT_BOARD]
MAIN = [
    Link("chat", "/", "Chat", "chat"),
    Link("dashboard", "/dashboard", "Dashboard", "chart"),
    Link("meetings", "/meetings", "Meetings", "meeting"),
    Link("sessions", "/sessions", "Sessions", "session"),
    Link("admin", PEOPLE.href, "Admin", "people", PEOPLE.permission),
    Link("docs", "/api/docs", "API docs", "book"),
]
