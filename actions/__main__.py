"""`python -m actions`: serves the actions on loopback, to whoever knows the shared key."""

import hmac
from functools import partial
from importlib.metadata import version
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Request, Sanic
from sanic.response import HTTPResponse, json
from sanic.worker.loader import AppLoader

from actions.skills import ACTIONS
from rollcall import Rollcall, Settings
from rollcall.log_lines import log_as_json
from rollcall.operation.home import Home

LARGEST_CALL = 16 * 1024 * 1024


def build_app(settings: Settings) -> Sanic[Any, Any]:
    """The Sanic application of rasa-sdk with our actions, a key check and no leaks."""
    secrets = Home(settings).secrets
    roll = Rollcall.open(settings)
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(roll, secrets.turn_key))
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    app.config.REQUEST_MAX_SIZE = LARGEST_CALL
    app.config.KEEP_ALIVE_TIMEOUT = 75
    sdk_version = version("rasa-sdk")

    # Before rasa-sdk's own, which answers OPTIONS to anybody.
    @app.middleware("request", priority=100)
    async def check_caller(request: Request) -> HTTPResponse | None:
        given = request.headers.get("X-Rollcall-Key", "")
        if not hmac.compare_digest(given.encode(), secrets.action_key.encode()):
            return json({"error": "unauthorized"}, status=401)
        if request.path == "/health":
            return json({"status": "ok", "rasa_sdk": sdk_version})
        if request.headers.get("Content-Encoding"):
            # rasa-sdk would inflate any body, however large it becomes.
            return json({"error": "compressed bodies are not accepted"}, status=415)
        return None

    @app.on_response
    async def tell_nothing(_: Request, answer: HTTPResponse) -> HTTPResponse | None:
        # rasa-sdk answers an exception with its text and the whole conversation.
        if answer.status >= 500:  # noqa: PLR2004
            return json({"error": "action_failed"}, status=500)
        return None

    return app


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    loader = AppLoader(factory=partial(build_app, settings))
    app = loader.load()
    # Afterwards: making the application sets up Sanic's own logs.
    log_as_json(settings.log_level)
    app.prepare(
        host="127.0.0.1",
        port=Home(settings).ports.actions,
        single_process=True,
        motd=False,
        access_log=False,
    )
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
