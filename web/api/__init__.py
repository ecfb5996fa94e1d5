"""The HTTP interfaces: one module each, translating between a shape and the domain."""

from web.api import auth, chat, chat_sessions, core, dashboard, history, status

BLUEPRINTS = [
    auth.blueprint,
    chat.blueprint,
    chat_sessions.blueprint,
    chat_sessions.core,
    dashboard.blueprint,
    core.blueprint,
    history.blueprint,
    status.blueprint,
]
