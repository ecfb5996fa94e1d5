"""People and their accounts: `/api/v1/people`."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields

from rollcall import Role
from rollcall.people import NewEmployee
from web.api import schemas, shapes
from web.api.core import idempotency_key, page_answer
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "people", __name__, url_prefix="/api/v1/people", description="People and their accounts"
)
EMPLOYEE = shapes.one(shapes.EMPLOYEE, "EmployeeOne")
NEW_CODE = shapes.one(shapes.NEW_CODE, "NewCode")


@blueprint.route("")
class PeopleList(MethodView):
    """`/api/v1/people`."""

    @blueprint.arguments(schemas.PeopleQuery, location="query")
    @blueprint.response(200, schemas.page_of(shapes.EMPLOYEE, "Employee"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The people you may see, newest first; `q` searches them."""
        found = services().roll.people.list(
            person(), query["limit"], query["after"], search=query["q"]
        )
        return page_answer(found)

    @blueprint.arguments(schemas.PersonRequest)
    @blueprint.response(
        201,
        shapes.one({**shapes.EMPLOYEE, "activation_code": fields.String()}, "NewEmployeeAnswer"),
    )
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add somebody; answers the one-time code that activates the account."""
        new = NewEmployee(**{**body, "role": Role(body["role"])})
        employee, code = services().roll.people.add(person(), new, idempotency_key())
        return {**employee.public(), "activation_code": code}


@blueprint.route("/<employee_id>")
class PeopleOne(MethodView):
    """`/api/v1/people/<employee_id>`."""

    @blueprint.response(200, EMPLOYEE)
    def get(self, employee_id: str) -> dict[str, Any]:
        """One person."""
        return services().roll.people.get(person(), employee_id).public()

    @blueprint.arguments(schemas.PersonPatch)
    @blueprint.response(200, EMPLOYEE)
    def patch(self, body: dict[str, Any], employee_id: str) -> dict[str, Any]:
        """Change name, role, branch, manager and the like; counts from their next call on."""
        people = services().roll.people
        return people.change(person(), employee_id, body, idempotency_key()).public()


@blueprint.route("/<employee_id>/deactivate")
class PeopleDeactivate(MethodView):
    """`/api/v1/people/<employee_id>/deactivate`."""

    @blueprint.response(200, EMPLOYEE)
    def post(self, employee_id: str) -> dict[str, Any]:
        """Close the account: passphrase, sessions and API tokens end at once."""
        accounts = services().roll.accounts
        return accounts.deactivate(person(), employee_id, idempotency_key()).public()


@blueprint.route("/<employee_id>/reactivate")
class PeopleReactivate(MethodView):
    """`/api/v1/people/<employee_id>/reactivate`."""

    @blueprint.response(200, NEW_CODE)
    def post(self, employee_id: str) -> dict[str, Any]:
        """Open a closed account again; answers the one-time code for the next sign-in."""
        accounts = services().roll.accounts
        return accounts.reactivate(person(), employee_id, idempotency_key()).public()


@blueprint.route("/<employee_id>/reset")
class PeopleReset(MethodView):
    """`/api/v1/people/<employee_id>/reset`."""

    @blueprint.response(200, NEW_CODE)
    def post(self, employee_id: str) -> dict[str, Any]:
        """Take the passphrase away, end all sessions, answer a new one-time code."""
        return services().roll.accounts.reset(person(), employee_id, idempotency_key()).public()


@blueprint.route("/<employee_id>/end-sessions")
class PeopleEndSessions(MethodView):
    """`/api/v1/people/<employee_id>/end-sessions`."""

    @blueprint.response(200, shapes.one(shapes.ENDED, "SessionsEnded"))
    def post(self, employee_id: str) -> dict[str, Any]:
        """Sign them out everywhere; one's own present session stays."""
        ended = services().roll.accounts.end_sessions(person(), employee_id)
        return {"success": True, "ended": ended}
