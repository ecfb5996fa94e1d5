"""Who calls: a Bearer token, or the cookies of the browser with a CSRF token on unsafe verbs."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Response, g, request
from itsdangerous import BadSignature, Signer

from rollcall import Principal
from rollcall.access_tokens import verify
from rollcall.errors import Forbidden, InvalidToken, RollcallError, Unauthenticated
from rollcall.sessions import REFRESH_LIFETIME
from web.services import services

SAFE = {"GET", "HEAD", "OPTIONS"}
GUEST = "guest_"
GUEST_SECONDS = 24 * 3600


def cookie_name(name: str) -> str:
    """`__Host-rollcall_access` behind TLS, the plain name on loopback without."""
    prefix = "__Host-" if services().settings.behind_tls and name != "refresh" else ""
    return f"{prefix}rollcall_{name}"


def caller() -> Principal:
    """The principal behind this request; a guest when there is no sign of anybody.

    The session row is read once a request. Raises `InvalidToken`, `SessionEnded`, and `Forbidden`
    when a browser's unsafe request carries no CSRF token.
    """
    if "caller" not in g:
        g.caller = _identify()
    found: Principal = g.caller
    return found


def person() -> Principal:
    """The caller, who must be signed in. Raises `Unauthenticated`."""
    actor = caller()
    if not actor.signed_in:
        raise Unauthenticated
    return actor


def visitor() -> Principal:
    """The caller for a page: who can't be identified is a guest and the page says so."""
    try:
        return caller()
    except RollcallError:
        return Principal.guest()


def principal_of(token: str) -> Principal:
    """The principal of an access token whose session lives."""
    employee_id, session_id = verify(token, services().secrets.access_key)
    actor = services().roll.sessions.authenticate(session_id)
    if actor.employee_id != employee_id:
        raise InvalidToken
    return actor


def _identify() -> Principal:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidToken
        actor = principal_of(token.strip())
    else:
        refuse_foreign_origin()
        cookie = request.cookies.get(cookie_name("access"))
        if not cookie:
            return Principal.guest()
        actor = principal_of(cookie)
        if request.method not in SAFE:
            _require_csrf(str(actor.session_id))
    services().roll.sessions.touch(actor)
    return actor


def refuse_foreign_origin() -> None:
    """A browser tells where an unsafe request comes from: only from here is accepted."""
    origin = request.headers.get("Origin")
    if request.method in SAFE or origin is None:
        return
    if urlsplit(origin).netloc != request.host:
        raise Forbidden("Requests from other sites are not accepted.")


def csrf_token(session_id: str) -> str:
    """The CSRF token of a session: nothing to store, nothing to guess."""
    key = services().secrets.access_key.encode()
    return hmac.new(key, f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()


def _require_csrf(session_id: str) -> None:
    given = request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(given.encode(), csrf_token(session_id).encode()):
        raise Forbidden("The X-CSRF-Token header is missing or wrong. Reload the page.")


def set_session_cookies(response: Response, session_id: str, access: str, refresh: str) -> None:
    """Sign the browser in."""
    seconds = int(REFRESH_LIFETIME.total_seconds())
    secure = services().settings.behind_tls
    response.set_cookie(cookie_name("access"), access, max_age=seconds, httponly=True,
                        secure=secure, samesite="Lax")  # fmt: skip
    response.set_cookie(cookie_name("refresh"), refresh, max_age=seconds, httponly=True,
                        secure=secure, samesite="Strict", path="/api/auth")  # fmt: skip
    response.set_cookie(cookie_name("csrf"), csrf_token(session_id), max_age=seconds,
                        secure=secure, samesite="Lax")  # fmt: skip


def clear_session_cookies(response: Response) -> None:
    """Sign the browser out."""
    secure = services().settings.behind_tls
    for name, path in (("access", "/"), ("refresh", "/api/auth"), ("csrf", "/")):
        response.delete_cookie(cookie_name(name), path=path, secure=secure, samesite="Lax")


def guest_conversation() -> tuple[str, bool]:
    """The conversation of somebody not signed in, from a signed cookie; True when it is new."""
    try:
        identity = _signer().unsign(request.cookies.get(cookie_name("guest"), "")).decode()
    except BadSignature:
        return f"{GUEST}{secrets.token_hex(16)}", True
    return identity, False


def set_guest_cookie(response: Response, conversation_id: str) -> None:
    """Let the browser find its conversation again."""
    response.set_cookie(
        cookie_name("guest"),
        _signer().sign(conversation_id).decode(),
        max_age=GUEST_SECONDS,
        httponly=True,
        secure=services().settings.behind_tls,
        samesite="Lax",
    )


def _signer() -> Signer:
    return Signer(services().secrets.access_key, salt="rollcall-guest")
