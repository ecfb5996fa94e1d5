"""docs/api.md, the OpenAPI document and the routes name the same things."""

import re
from pathlib import Path

from flask import Flask

from rollcall.settings import ROOT
from tests.api.conftest import Caller

DOCS: Path = ROOT / "docs" / "api.md"
CALL = re.compile(r"^\| `(GET|POST|PATCH|PUT|DELETE) (/\S*)`", re.MULTILINE)
PAGES = {
    ("GET", "/"),
    ("GET", "/dashboard"),
    ("GET", "/account"),
    ("GET", "/activate"),
    ("GET", "/admin/people"),
    ("GET", "/admin/api-tokens"),
    ("GET", "/admin/meetings"),
    ("GET", "/admin/chat"),
    ("GET", "/admin/sessions"),
    ("GET", "/sessions"),
    ("GET", "/sessions/batches"),
    ("GET", "/sessions/batches/<batch_id>"),
    ("GET", "/sessions/<completion_id>"),
    ("GET", "/sessions/<completion_id>/receipt"),
    ("GET", "/receipts"),
    ("GET", "/receipts/<path:code>"),
    ("GET", "/meetings"),
    ("GET", "/meetings/<reference>"),
    ("GET", "/meetings/<reference>/attendance"),
    ("GET", "/join"),
    ("GET", "/join/<code>"),
    ("GET", "/embed"),
    ("GET", "/api/docs"),
    ("GET", "/api/openapi.json"),
}


def served(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_call_is_in_the_docs_and_nothing_else(app: Flask) -> None:
    documented = set(CALL.findall(DOCS.read_text("utf-8")))
    assert documented == served(app)


def test_every_call_but_the_pages_is_in_the_openapi_document(app: Flask, guest: Caller) -> None:
    document = guest.get("/api/openapi.json").get_json()
    described = {
        (method.upper(), re.sub(r"\{(\w+)\}", r"<\1>", path))
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("get", "post", "patch", "put", "delete")
    }
    calls = served(app) - PAGES
    assert described == {(method, re.sub(r"<\w+:", "<", rule)) for method, rule in calls}


def test_every_operation_says_what_it_does_and_how_it_fails(guest: Caller) -> None:
    document = guest.get("/api/openapi.json").get_json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation["summary"], path
            assert operation["responses"]["default"] == {
                "$ref": "#/components/responses/DEFAULT_ERROR"
            }, path
    parts = document["components"]
    content = parts["responses"]["DEFAULT_ERROR"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/Error"}
    assert parts["schemas"]["Error"]["properties"].keys() == {"success", "error"}
    assert parts["schemas"]["ErrorDetail"]["properties"].keys() == {"code", "message", "fields"}
