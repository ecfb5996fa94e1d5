"""Access tokens that are not ours, not for us, not now or not theirs: refused at both doors."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from rollcall import Principal, turn_tokens
from tests.security.forgery import encoded, forge, opened
from tests.security.live.conftest import PASSPHRASE, Target

CONNECT_SECONDS = 20
RSA_PUBLIC_KEY = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMxzWCWvhiKEg3/Qz6VGUGF5hsCtWqzr\n"
    "W2PfG0cGXeNzkRFSLPMPFpNS+tuNvJMErVSLxiVQvqyvGVbBvh5LpZ8CAwEAAQ==\n"
    "-----END PUBLIC KEY-----\n"
)
DEEP = "[" * 1_500 + "]" * 1_500


class Trap(HTTPServer):
    """Where a forged header sends whoever believes it; keeps what was asked for."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *args: object) -> None:
                return

        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = asked

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/keys.json"


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    """A server that nobody may ask for a key."""
    server = Trap()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


SERVED = (
    "/",
    "/dashboard",
    "/api/openapi.json",
    "/api-status",
    "/api/auth/me",
    "/api/v1/activities",
    "/.well-known/jwks.json",
    "/secrets.json",
    "/static/../secrets.json",
    "/static/%2e%2e/%2e%2e/.rollcall/secrets.json",
)


@dataclass
class Attacker:
    """Somebody with an own account, who has a token of theirs and wants to be the admin.

    `key` is the real key: for what must be refused although the signature is right.
    """

    target: Target
    trap: Trap
    actor: Principal

    def __post_init__(self) -> None:
        self.token = self.target.token(self.actor)
        self.header, self.claims, self.signature = opened(self.token)
        self.key = self.target.home.secrets.access_key
        self.mine = self.claims["sub"]
        self.admin = {**self.claims, "sub": "EMP001", "sid": self.target.cast.admin.session_id}

    def signed(self, **changes: Any) -> str:
        """One's own claims, changed, with a right signature; None takes a claim away."""
        claims = {k: v for k, v in {**self.claims, **changes}.items() if v is not None}
        return forge(self.header, claims, self.key)

    def headed(self, key: str | bytes | None = None, **changes: Any) -> str:
        """The admin's claims under a changed header; signed with the right key only if asked."""
        claims = self.admin if key is not None else self.claims
        return forge({**self.header, **changes}, claims, self.key if key is None else key)


@pytest.fixture
def attacker(target: Target, trap: Trap) -> Attacker:
    """The outsider, freshly signed in."""
    employee = target.roll.directory.find("EMP005")
    assert employee
    session = target.roll.sessions.open(employee)
    return Attacker(target, trap, target.roll.sessions.authenticate(session.session_id))


def unsigned(attacker: Attacker, alg: str, signature: str = "") -> str:
    header = json.dumps({**attacker.header, "alg": alg}).encode()
    return f"{encoded(header)}.{encoded(json.dumps(attacker.admin).encode())}.{signature}"


def ended(attacker: Attacker) -> str:
    """The token of a session that was ended a moment ago: its `jti` is revoked with it."""
    attacker.target.roll.sessions.end(attacker.actor, str(attacker.actor.session_id))
    return attacker.token


def idle(attacker: Attacker) -> str:
    """The token of a session in which nothing happened for an hour."""
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    attacker.target.roll.database.collection("user_sessions").update_one(
        {"_id": attacker.actor.session_id}, {"$set": {"last_activity": long_ago}}
    )
    return attacker.token


def signed_in(attacker: Attacker) -> dict[str, Any]:
    body = {"employee_id": attacker.mine, "passphrase": PASSPHRASE}
    answer = httpx.post(f"{attacker.target.url}/api/auth/login", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def after_reuse(attacker: Attacker) -> str:
    """The access token of a session whose refresh token was used a second time."""
    tokens = signed_in(attacker)
    url = f"{attacker.target.url}/api/auth/refresh"
    body = {"refresh_token": tokens["refresh_token"]}
    assert httpx.post(url, json=body, timeout=60).status_code == 200
    a_minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    attacker.target.roll.database.collection("refresh_tokens").update_many(
        {"session_id": tokens["session_id"], "used_at": {"$ne": None}},
        {"$set": {"used_at": a_minute_ago}},
    )
    assert httpx.post(url, json=body, timeout=60).status_code == 401
    return str(tokens["access_token"])


def of_a_turn(attacker: Attacker) -> str:
    """A turn as the web server signs it for Rasa."""
    secrets = attacker.target.home.secrets
    turn = turn_tokens.Turn("0" * 16, str(attacker.actor.session_id), "text",
                            attacker.actor.session_id, attacker.mine)  # fmt: skip
    return turn_tokens.sign(turn, "hello", secrets.turn_key, datetime.now(UTC))


def now(seconds: int = 0) -> int:
    return int(time.time()) + seconds


ATTACKS: dict[str, Callable[[Attacker], str]] = {
    "alg none": lambda a: unsigned(a, "none"),
    "alg None": lambda a: unsigned(a, "None"),
    "alg nOnE": lambda a: unsigned(a, "nOnE"),
    "alg NONE with the old signature": lambda a: unsigned(a, "NONE", a.signature),
    "alg empty": lambda a: unsigned(a, ""),
    "alg HS256 with an empty signature": lambda a: unsigned(a, "HS256"),
    "signature stripped": lambda a: a.token.rpartition(".")[0],
    "signature empty": lambda a: a.token.rpartition(".")[0] + ".",
    "signature of another token": lambda a: unsigned(a, "HS256", a.signature),
    "signature cut short": lambda a: a.token[:-4],
    "signature of zeros": lambda a: unsigned(a, "HS256", encoded(bytes(32))),
    "claims changed": lambda a: unsigned(a, a.header["alg"], a.signature),
    "RS256 named, HMAC made": lambda a: a.headed(alg="RS256"),
    "RS to HS: the public key as secret": lambda a: a.headed(key=RSA_PUBLIC_KEY),
    "ES256 with an all-zero signature": lambda a: unsigned(a, "ES256", encoded(bytes(64))),
    "HS512 with the right key": lambda a: forge({**a.header, "alg": "HS512"}, a.claims, a.key,
                                               "HS512"),
    "kid walks to an empty file": lambda a: a.headed(key=b"", kid="../../../../dev/null"),
    "kid walks to a known file": lambda a: a.headed(
        key=b"2\n", kid="/proc/sys/kernel/randomize_va_space"),
    "kid is SQL": lambda a: a.headed(key=b"x", kid="x' UNION SELECT 'x' -- "),
    "kid is a query": lambda a: a.headed(key=b"x", kid={"$ne": None}),
    "kid is a command": lambda a: a.headed(key=b"x", kid="|/bin/echo x"),
    "kid is a URL": lambda a: a.headed(key=b"x", kid=a.trap.url),
    "jku": lambda a: a.headed(key=b"x", jku=a.trap.url),
    "x5u": lambda a: a.headed(key=b"x", x5u=a.trap.url),
    "x5c": lambda a: a.headed(key=b"x", x5c=[RSA_PUBLIC_KEY]),
    "embedded jwk": lambda a: a.headed(
        key=b"x" * 32, jwk={"kty": "oct", "k": encoded(b"x" * 32), "alg": "HS256"}),
    "crit that nobody knows": lambda a: a.headed(crit=["rollcall"], rollcall=True),
    "crit with b64 false": lambda a: a.headed(crit=["b64"], b64=False),
    "expired": lambda a: a.signed(iat=now(-700), exp=now(-100)),
    "not before tomorrow": lambda a: a.signed(nbf=now(86_400)),
    "issued tomorrow": lambda a: a.signed(iat=now(86_400), exp=now(90_000)),
    "without exp": lambda a: a.signed(exp=None),
    "exp without end": lambda a: forge(
        a.header, json.dumps({**a.claims, "exp": 0}).replace('"exp": 0', '"exp": 1e999'), a.key),
    "made to live for a year": lambda a: a.signed(exp=now(31_000_000)),
    "exp no number": lambda a: a.signed(exp="tomorrow"),
    "without iat": lambda a: a.signed(iat=None),
    "wrong aud": lambda a: a.signed(aud="rollcall-turn"),
    "without aud": lambda a: a.signed(aud=None),
    "wrong iss": lambda a: a.signed(iss="rollcall-web"),
    "without iss": lambda a: a.signed(iss=None),
    "without sub": lambda a: a.signed(sub=None),
    "without session": lambda a: a.signed(sid=None),
    "without jti": lambda a: a.signed(jti=None),
    "refresh token as access token": lambda a: str(signed_in(a)["refresh_token"]),
    "CSRF token as access token": lambda a: str(signed_in(a)["csrf_token"]),
    "turn token as access token": of_a_turn,
    "turn claims with the access key": lambda a: a.signed(
        iss=turn_tokens.ISSUER, aud=turn_tokens.AUDIENCE),
    "the admin's id with one's own session": lambda a: a.signed(sub="EMP001"),
    "one's own id with the admin's session": lambda a: a.signed(sid=a.admin["sid"]),
    "a session that never was": lambda a: a.signed(sid="session_EMP005_1_00000000"),
    "a session by operator": lambda a: a.signed(sid={"$ne": ""}),
    "an id by operator": lambda a: a.signed(sub={"$gt": ""}),
    "sessions as a list": lambda a: a.signed(sid=[a.claims["sid"]]),
    "a session that was ended": ended,
    "a session that was idle": idle,
    "a refresh token was used twice": after_reuse,
    "weak key: secret": lambda a: a.headed(key="secret"),
    "weak key: empty": lambda a: a.headed(key=""),
    "weak key: the product's name": lambda a: a.headed(key="rollcall"),
    "weak key: zeros": lambda a: a.headed(key="0" * 64),
    "duplicate sub": lambda a: forge(
        a.header, json.dumps(a.claims)[:-1] + ', "sub": "EMP001"}', a.key),
    "duplicate exp, the right one last": lambda a: forge(
        a.header, json.dumps(a.claims).replace('"exp"', '"exp": 1, "exp"'), a.key),
    "duplicate sub, the right one last": lambda a: forge(
        a.header, json.dumps(a.claims).replace('"sub"', '"sub": "EMP001", "sub"'), a.key),
    "duplicate alg, the right one last": lambda a: forge(
        json.dumps(a.header).replace('"alg"', '"alg": "none", "alg"'), a.claims, a.key),
    "duplicate alg, none last": lambda a: forge(
        '{"alg": "HS256", "typ": "JWT", "alg": "none"}', a.admin, b""),
    "duplicate alg, none first": lambda a: forge(
        '{"alg": "none", "typ": "JWT", "alg": "HS256"}', a.admin, b""),
    "claims that are a list": lambda a: forge(a.header, [a.claims], a.key),
    "claims that are a text": lambda a: forge(a.header, json.dumps("EMP001"), a.key),
    "claims that are no JSON": lambda a: forge(a.header, "{", a.key),
    "header that is a list": lambda a: forge([a.header], a.admin, a.key),
    "header that is deeply nested": lambda a: f"{encoded(DEEP.encode())}.e30.e30",
    "claims that are deeply nested": lambda a: forge(a.header, DEEP, a.key),
    "five parts": lambda a: ".".join([a.token, "e30", "e30"]),
    "one part": lambda a: a.token.replace(".", ""),
    "a NUL inside": lambda a: a.token[:20] + "%00" + a.token[20:],
    "base64 with padding and signs": lambda a: a.token[:-2] + "+/==",
    "JSON serialisation": lambda a: json.dumps({"protected": a.token.split(".")[0],
                                                "payload": a.token.split(".")[1],
                                                "signature": a.signature}),
    "huge": lambda a: a.signed(padding="x" * 200_000),
    "nothing": lambda a: ".",
}  # fmt: skip


def opens_the_api(attacker: Attacker, token: str) -> list[str]:
    """The ways in which the API took the token for somebody; everything but 4xx counts."""
    let_in = []
    ways: list[tuple[str, dict[str, str]]] = [
        ("bearer", {"Authorization": f"Bearer {token}"}),
        ("cookie", {"Cookie": f"rollcall_access={token}"}),
    ]
    for way, headers in ways:
        answer = httpx.get(f"{attacker.target.url}/api/auth/me", headers=headers, timeout=60)
        # A header of 200 kB is refused by the server before anybody reads it.
        if answer.status_code not in (401, 400, 431):
            let_in.append(f"{way}: {answer.status_code}")
        if way == "bearer" and answer.status_code == 401:
            assert answer.json()["error"]["code"] in ("invalid_token", "session_ended")
    return let_in


@contextlib.contextmanager
def socket_of(attacker: Attacker, **options: Any) -> Iterator[socketio.Client]:
    client = socketio.Client(reconnection=False)
    try:
        client.connect(
            attacker.target.url, transports=["websocket"], wait_timeout=CONNECT_SECONDS, **options
        )
        yield client
    finally:
        client.disconnect()


def opens_the_socket(attacker: Attacker, token: str) -> list[str]:
    """The ways in which the socket took the token for somebody."""
    let_in = []
    ways: dict[str, dict[str, Any]] = {
        "auth": {"auth": {"token": token}},
        "cookie": {"headers": {"Cookie": f"rollcall_access={token}"}},
    }
    for way, options in ways.items():
        try:
            with socket_of(attacker, **options):
                let_in.append(way)
        except Refused:
            continue
    return let_in


def test_a_token_that_is_right_opens_both_doors(attacker: Attacker) -> None:
    assert opens_the_api(attacker, attacker.token) == ["bearer: 200", "cookie: 200"]
    assert opens_the_socket(attacker, attacker.token) == ["auth", "cookie"]
    assert opens_the_api(attacker, attacker.signed()) == ["bearer: 200", "cookie: 200"]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forged_token_opens_no_door(attacker: Attacker, name: str) -> None:
    token = ATTACKS[name](attacker)
    assert token != attacker.token or name in (
        "a session that was ended",
        "a session that was idle",
    )
    assert opens_the_api(attacker, token) == []
    assert opens_the_socket(attacker, token) == []
    assert attacker.trap.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic {}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer Bearer {}"},
        {"Authorization": "{}"},
        {"X-Authorization": "Bearer {}"},
        {"X-Employee-Id": "EMP001"},
        {"X-Forwarded-User": "EMP001"},
        {"X-Rollcall-Key": "{}"},
    ],
    ids=str,
)
def test_a_right_token_in_the_wrong_place_is_none(
    attacker: Attacker, headers: dict[str, str]
) -> None:
    filled = {name: value.format(attacker.token) for name, value in headers.items()}
    url = f"{attacker.target.url}/api/auth/me"
    assert httpx.get(url, headers=filled, timeout=60).status_code == 401
    for parameter in ("token", "access_token", "jwt"):
        address = f"{url}?{parameter}={attacker.token}"
        assert httpx.get(address, timeout=60).status_code == 401


def test_an_access_token_is_no_refresh_token(attacker: Attacker) -> None:
    body = {"refresh_token": attacker.token[:200]}
    answer = httpx.post(f"{attacker.target.url}/api/auth/refresh", json=body, timeout=60)
    assert answer.status_code == 401


def test_no_door_tells_the_key(attacker: Attacker) -> None:
    """Nothing that is served holds a key of this instance."""
    secrets = attacker.target.home.secrets
    with attacker.target.client(attacker.target.cast.admin) as admin:
        for path in SERVED:
            text = admin.get(path).text
            for key in (secrets.access_key, secrets.turn_key, secrets.action_key,
                        secrets.refresh_pepper):  # fmt: skip
                assert key not in text
