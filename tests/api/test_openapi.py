"""The OpenAPI document is one that tools can read."""

from openapi_spec_validator import validate

from tests.api.conftest import Caller


def test_document_is_valid(guest: Caller) -> None:
    document = guest.get("/api/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.0")
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_what_needs_nobody_says_so(guest: Caller) -> None:
    paths = guest.get("/api/openapi.json").get_json()["paths"]
    for path in ("/api/auth/login", "/api/auth/activate", "/api/auth/refresh"):
        assert paths[path]["post"]["security"] == []
    assert {} in paths["/chat"]["post"]["security"]
