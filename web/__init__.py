"""The web server: pages, APIs, the chat gateway and real time, over the domain."""

from flask import Flask
from flask_smorest import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from rollcall import Rollcall, Settings, __version__
from rollcall.operation.home import Home
from rollcall.operation.keyring import Keyring
from rollcall.operation.servers import action_servers, rasa_servers
from web.api import BLUEPRINTS
from web.api.schemas import Error
from web.assistant import Assistant
from web.blocking import off_the_loop
from web.bodies import register_body_check
from web.embedding import register_embedding
from web.errors import register_error_handlers
from web.headers import register_headers
from web.limits import register_limits
from web.logs import register_request_log
from web.pages import pages
from web.realtime import attach_realtime
from web.services import EXTENSION, Services

LARGEST_BODY = 1024 * 1024


class RollcallApi(Api):
    """flask-smorest without its own error shape: `web/errors.py` has the one we answer."""

    ERROR_SCHEMA = Error

    def _register_error_handlers(self) -> None:
        return


def create_app(settings: Settings | None = None, roll: Rollcall | None = None) -> Flask:
    """The application for one process. `roll` is the domain to use instead of an own one."""
    settings = settings or Settings()
    home = Home(settings)
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.url_map.strict_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        BEHIND_TLS=settings.behind_tls,
        API_TITLE="Rollcall",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "components": {
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
                }
            },
            "security": [{"bearer": []}],
        },
    )
    secrets = home.secrets
    roll = roll or Rollcall.open(settings, run_blocking=off_the_loop)
    assistant = Assistant(rasa_servers(home), action_servers(home), secrets, roll.clock)
    app.extensions[EXTENSION] = Services(settings, roll, secrets, Keyring(home), assistant)
    register_headers(app, settings)
    register_embedding(app, settings)
    register_request_log(app)
    register_limits(app)
    register_body_check(app)
    register_error_handlers(app)
    api = RollcallApi(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(pages)
    attach_realtime(app)
    if settings.behind_tls:
        # Tries are counted by address: without this all the world would be the proxy's.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app
