"""The HTTP interfaces: one module each, translating between a shape and the domain."""

from web.api import auth, chat, core, dashboard, history, status

BLUEPRINTS = [
    auth.blueprint,
    chat.blueprint,
    dashboard.blueprint,
    core.blueprint,
    history.blueprint,
    status.blueprint,
]
