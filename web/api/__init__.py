"""The HTTP interfaces: one module each, translating between a shape and the domain."""

from web.api import (
    api_tokens,
    auth,
    chat,
    chat_sessions,
    core,
    dashboard,
    group_sessions,
    history,
    hosting,
    meeting_attendance,
    meetings,
    people,
    status,
    zoom,
)

BLUEPRINTS = [
    auth.blueprint,
    chat.blueprint,
    chat_sessions.blueprint,
    chat_sessions.core,
    dashboard.blueprint,
    core.blueprint,
    people.blueprint,
    api_tokens.blueprint,
    history.blueprint,
    meetings.blueprint,
    hosting.blueprint,
    meeting_attendance.blueprint,
    group_sessions.blueprint,
    zoom.blueprint,
    status.blueprint,
]
