"""`POST /integrations/zoom/webhook`: what Zoom tells about its meetings."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from rollcall.errors import InvalidSignature, Malformed, NotFound
from rollcall.meetings.zoom_events import challenge_answer, check_signature, read_event
from web.limits import limit_stranger
from web.services import services

blueprint = Blueprint(
    "zoom", __name__, url_prefix="/integrations/zoom", description="What Zoom tells"
)


class WebhookAnswer(Schema):
    """What became of an event: recorded, repeated or ignored; or the answer to a challenge."""

    success = fields.Boolean()
    outcome = fields.String(metadata={"example": "recorded"})
    plainToken = fields.String()  # noqa: N815
    encryptedToken = fields.String()  # noqa: N815


@blueprint.route("/webhook")
class Webhook(MethodView):
    """`POST /integrations/zoom/webhook`."""

    @blueprint.response(200, WebhookAnswer)
    @blueprint.doc(security=[])
    def post(self) -> dict[str, Any]:
        """An event of Zoom, signed by it."""
        key, roll = _key(), services().roll
        timestamp = request.headers.get("x-zm-request-timestamp", "")
        signature = request.headers.get("x-zm-signature", "")
        try:
            check_signature(key, timestamp, signature, request.get_data(), roll.clock())
        except InvalidSignature:
            limit_stranger()
            raise
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise Malformed("The event can't be read.")
        answer = challenge_answer(key, body)
        if answer is not None:
            return dict(answer)
        event = read_event(body)
        outcome = roll.zoom.receive(event) if event else "ignored"
        return {"success": True, "outcome": outcome}


def _key() -> str:
    """The secret token of the app in Zoom. Raises `NotFound` where there is none."""
    secret = services().settings.zoom_secret
    if secret is None:
        limit_stranger()
        raise NotFound("Zoom is not set up here: ROLLCALL_ZOOM_SECRET has no value.")
    return secret.get_secret_value()
