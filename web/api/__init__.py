"""The HTTP interfaces: one module each, translating between a shape and the domain."""

from web.api import (
    api_tokens,
    auth,
    chat,
    chat_sessions,
    core,
    dashboard,
    history,
    people,
    status,
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
    status.blueprint,
]
