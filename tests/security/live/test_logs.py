"""What people say and who they are is in no log; a turn's id is in all that it went through."""

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from rollcall import SYSTEM
from rollcall.people import NewEmployee
from tests.faults.running import wait_until
from tests.samples import pdf
from tests.security.live.conftest import Target

SPEAKERS = ("web", "rasa", "actions")
PASSPHRASE = "zebra harmonica 7716 lantern"
WORDS = "markerwords"
PERSONAL = {
    "name": "Marker Quagmire",
    "email": "marker.quagmire@example.com",
    "phone": "+1 415 555 7716",
    "department": "Markerdepartment",
    "branch": "Markerbranch",
}


@pytest.fixture(scope="module")
def sizes(target: Target) -> dict[Path, int]:
    """How long each log was before anybody said anything."""
    return {log: log.stat().st_size for log in target.home.logs.iterdir()}


def written(target: Target, sizes: dict[Path, int]) -> dict[str, str]:
    """What each part has written since, by the name of its log."""
    found = {}
    for log in target.home.logs.iterdir():
        with log.open("rb") as stream:
            stream.seek(sizes.get(log, 0))
            found[log.stem] = found.get(log.stem, "") + stream.read().decode("utf-8", "replace")
    return found


@pytest.fixture(scope="module")
def told(target: Target, sizes: dict[Path, int]) -> list[str]:
    """Everything that may be in no log; it has been said, typed, sent and answered."""
    employee, code = target.roll.people.add(
        SYSTEM,
        NewEmployee(
            "MRK7716",
            PERSONAL["name"],
            email=PERSONAL["email"],
            department=PERSONAL["department"],
            branch=PERSONAL["branch"],
        ),
    )
    with httpx.Client(base_url=target.url, timeout=60) as client:
        given = list(signs_in(client, code))
        access = given[0]
        client.headers["Authorization"] = f"Bearer {access}"
        talks(client)
        works(client)
        uploads(client)
        errs(client)
    with httpx.Client(base_url=target.url, timeout=60) as guest:
        for text in (f"{WORDS} hello", "I am employee MRK7716", PASSPHRASE, "sign out"):
            guest.post("/chat", json={"message": text})
    for token in (access, f"forged.{WORDS}.token"):
        client_of_the_feed = socketio.Client(reconnection=False)
        with contextlib.suppress(Refused):
            client_of_the_feed.connect(target.url, auth={"token": token}, transports=["websocket"])
            client_of_the_feed.disconnect()
    names = ("access_key", "turn_key", "action_key", "refresh_pepper")
    keys = [str(getattr(target.home.secrets, name)) for name in names]
    return [WORDS, PASSPHRASE, *PERSONAL.values(), employee.employee_id, code, *given, *keys]


def signs_in(client: httpx.Client, code: str) -> Iterator[str]:
    """First steps of somebody; the secrets they get."""
    body = {"employee_id": "MRK7716", "passphrase": PASSPHRASE}
    wrong = client.post("/api/auth/login", json={**body, "passphrase": PASSPHRASE[:-1]})
    assert wrong.status_code == 401
    activated = client.post("/api/auth/activate", json={**body, "code": code})
    assert activated.is_success, activated.text
    signed = client.post("/api/auth/login", json=body).json()
    yield signed["access_token"]
    yield signed["refresh_token"]
    yield signed["csrf_token"]
    renewed = client.post("/api/auth/refresh", json={"refresh_token": signed["refresh_token"]})
    yield renewed.json()["refresh_token"]
    client.cookies.clear()


def talks(client: httpx.Client) -> None:
    """Conversations: chit-chat, a form to its end, a task, a question, nonsense."""
    for text in (
        f"{WORDS} how are you",
        f"register a supplier called {WORDS} Trading",
        PERSONAL["name"],
        PERSONAL["email"],
        PERSONAL["phone"],
        "yes", "skip", f"{WORDS} lane 5", "skip", "skip", "yes",
        "cancel",
        f"assign '{WORDS} stocktaking' to MRK7716, high, due Friday",
        "my tasks",
        f"how many {WORDS} did MRK7716 register last week?",
        f"/inform{{\"name\": \"{WORDS}\"}}",
        f"{WORDS} \u202e <script>{WORDS}</script> 🦊",
        "who am I",
    ):  # fmt: skip
        answer = client.post("/chat", json={"message": text})
        assert answer.status_code in (200, 422), answer.text


def works(client: httpx.Client) -> None:
    """The API: what is typed into fields, tables, headers and addresses."""
    title = f"{WORDS} title"
    table = f"Company name\tE-mail\n{WORDS}\t{PERSONAL['email']}"
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/api/v1/tasks", {"title": title, "assignee": "MRK7716"}),
        ("POST", "/api/v1/drafts/table", {"type": "supplier", "text": table}),
        ("POST", "/api/v1/registrations", {"type": "supplier", "data": {"note": WORDS}}),
        ("POST", "/api/v1/meetings", {"title": title}),
        ("POST", "/api/v1/people", {"employee_id": "MRK7717", "name": PERSONAL["name"]}),
        ("POST", "/api/auth/passphrase", {"old": PASSPHRASE, "new": "password"}),
        ("GET", "/api/user-sessions/MRK7716", None),
        ("GET", "/dashboard?employee_id=MRK7716", None),
        ("GET", f"/api/v1/history?type={WORDS}", None),
        ("GET", "/api/v1/exports?format=csv&employee_id=MRK7716", None),
    ]
    for method, path, body in calls:
        headers = {"User-Agent": f"{WORDS}/1.0", "X-Request-Id": f"{WORDS}-1"}
        answer = client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 500, answer.text


def uploads(client: httpx.Client) -> None:
    """Files: sent in both ways, refused, seen, taken, deleted."""
    plan = {"scheduled_date": "2026-03-01", "scheduled_start_time": "09:30",
            "scheduled_end_time": "10:45", "title": f"{WORDS} lesson"}  # fmt: skip
    lesson = client.post("/api/v1/completions", json=plan)
    assert lesson.is_success, lesson.text
    address = f"/api/v1/completions/{lesson.json()['id']}/attachments"
    name, content = f"{WORDS}-report.pdf", pdf(f"{WORDS} and {PERSONAL['name']}".encode())
    form = {"files": {"file": (name, content, "application/pdf")}, "data": {"description": WORDS}}
    kept = client.post(address, **form)
    assert kept.is_success, kept.text
    binary = {"Content-Type": "application/octet-stream"}
    raw = {"file_name": name, "description": WORDS}
    assert client.post(address, params=raw, content=content, headers=binary).is_success
    # Refused: by its name, by what it is, as no form at all, for a session that isn't there.
    for options in (
        {"files": {"file": (f"{WORDS}.exe", b"MZ" + content, "application/pdf")}},
        {"files": {"file": (f"{WORDS}.pdf", WORDS.encode(), "application/pdf")}},
        {"files": {WORDS: (name, content, "application/pdf")}},
        {"content": content, "headers": {"Content-Type": f"multipart/form-data; boundary={WORDS}"}},
    ):
        answer = client.post(address, **options)
        assert 400 <= answer.status_code < 500, answer.text
    assert client.post(f"/api/v1/completions/{WORDS}/attachments", **form).status_code == 404
    file = f"/api/v1/attachments/{kept.json()['id']}"
    for path in (file, f"{file}/content", f"{file}/downloads", f"{address}.zip"):
        assert client.get(path).is_success, path
    client.get(f"{file}/preview")
    assert client.delete(file).is_success


def errs(client: httpx.Client) -> None:
    """What is wrong: bodies, addresses, methods, tokens."""
    client.post("/chat", content=f'{{"message": "{WORDS}'.encode())
    client.post("/chat", json={"message": [WORDS]})
    client.get(f"/no/such/{WORDS}?{WORDS}={WORDS}")
    client.delete(f"/api/v1/tasks/{WORDS}")
    client.get("/api/auth/me", headers={"Authorization": f"Bearer {WORDS}"})
    client.get("/api/auth/me", headers={"Cookie": f"rollcall_access={WORDS}"})
    client.get("/api/v1/tasks", params={"assignee": WORDS, "after": WORDS})


def test_nothing_that_was_said_is_in_a_log(
    target: Target, told: list[str], sizes: dict[Path, int]
) -> None:
    logs = written(target, sizes)
    assert set(SPEAKERS) <= set(logs)
    for name, text in logs.items():
        for one in told:
            assert one.lower() not in text.lower(), (name, one)
            assert json.dumps(one)[1:-1].lower() not in text.lower(), (name, one)


def test_every_line_of_web_rasa_and_actions_is_json(
    target: Target, told: list[str], sizes: dict[Path, int]
) -> None:
    for name in SPEAKERS:
        lines = written(target, sizes)[name].splitlines()
        assert lines, name
        for line in lines:
            entry = json.loads(line)
            assert {"at", "level", "logger", "message"} <= set(entry), line


def test_the_id_of_a_turn_goes_through_web_rasa_and_actions(
    target: Target, sizes: dict[Path, int]
) -> None:
    turn = secrets.token_hex(16)
    with target.client(target.cast.employee) as client:
        answer = client.post("/chat", json={"message": "who am I", "message_id": turn})
    assert answer.json()["turn_id"] == turn

    def entries() -> dict[str, list[dict[str, Any]]] | None:
        found = {
            name: [json.loads(line) for line in written(target, sizes)[name].splitlines()]
            for name in SPEAKERS
        }
        of_turn = {
            name: [one for one in all_of_it if one.get("turn_id") == turn]
            for name, all_of_it in found.items()
        }
        return of_turn if all(of_turn.values()) else None

    found = wait_until(entries, "the turn is in all three logs", 10)
    assert found["web"][0]["route"] == "/chat"
    assert found["rasa"][0]["actions"] == [found["actions"][0]["action"]]
