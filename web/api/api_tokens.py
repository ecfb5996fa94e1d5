"""API tokens, for admins: `/api/v1/api-tokens`."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields

from rollcall.api_tokens import SCOPES, NewApiToken
from rollcall.permissions import MEANS, Permission, require
from web.api import schemas, shapes
from web.api.core import idempotency_key, page_answer
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "api_tokens", __name__, url_prefix="/api/v1/api-tokens", description="Tokens for programs"
)


@blueprint.route("")
class ApiTokenList(MethodView):
    """`/api/v1/api-tokens`."""

    @blueprint.arguments(schemas.PageQuery, location="query")
    @blueprint.response(200, schemas.page_of(shapes.API_TOKEN, "ApiToken"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """All API tokens without their secrets, newest first."""
        return page_answer(services().roll.api_tokens.list(person(), **query))

    @blueprint.arguments(schemas.ApiTokenRequest)
    @blueprint.response(
        201, shapes.one({**shapes.API_TOKEN, "token": fields.String()}, "NewApiTokenAnswer")
    )
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a token for a program; `token` is answered this once."""
        made, token = services().roll.api_tokens.create(
            person(), NewApiToken(**body), idempotency_key()
        )
        return {**made.public(), "token": token}


@blueprint.route("/scopes")
class ApiTokenScopes(MethodView):
    """`/api/v1/api-tokens/scopes`."""

    @blueprint.response(200, schemas.page_of(shapes.SCOPE, "Scope"))
    def get(self) -> dict[str, Any]:
        """What a token can be given, with what each scope means."""
        require(person(), Permission.MANAGE_TOKENS)
        items = [{"scope": one.value, "means": MEANS[one]} for one in SCOPES]
        return {"items": items, "next": None}


@blueprint.route("/<token_id>")
class ApiTokenOne(MethodView):
    """`/api/v1/api-tokens/<token_id>`."""

    @blueprint.response(200, shapes.one(shapes.API_TOKEN, "ApiTokenOne"))
    def delete(self, token_id: str) -> dict[str, Any]:
        """Withdraw a token: it is refused from the next call on."""
        return services().roll.api_tokens.revoke(person(), token_id, idempotency_key()).public()
