"""Who calls: a Bearer token, or the cookies of the browser with a CSRF token on unsafe verbs."""

import hashlib
import hmac
import secrets
from datetime import datetime

from flask import Response, g, request
from itsdangerous import BadSignature, Signer

from rollcall import Principal, api_tokens
from rollcall.access_tokens import AccessToken, verify
from rollcall.errors import (
    Forbidden,
    InvalidToken,
    RollcallError,
    SessionEnded,
    Unauthenticated,
)
from rollcall.known_devices import LIFETIME as DEVICE_LIFETIME
from rollcall.permissions import in_person
from rollcall.refresh_tokens import LIFETIME as REFRESH_LIFETIME
from web.bodies import SAFE
from web.embedding import GUEST_HEADER, from_embedding_page, own_origin
from web.errors import DATA_ONLY
from web.limits import limit_caller
from web.services import services

GUEST = "guest_"
GUEST_SECONDS = 24 * 3600


def cookie_name(name: str) -> str:
    """`__Host-rollcall_access` behind TLS, the plain name on loopback without.

    (`__Host-` needs the path "/", which the refresh token doesn't have: `__Secure-` there.)
    """
    if not services().settings.behind_tls:
        return f"rollcall_{name}"
    return f"__{'Secure' if name == 'refresh' else 'Host'}-rollcall_{name}"


def caller() -> Principal:
    """The principal behind this request; a guest when there is no sign of anybody.

    The session row, or that of the API token, is read once a request. Raises `InvalidToken`,
    `SessionEnded`, `TooManyRequests`, and `Forbidden` when a browser's unsafe request carries no
    CSRF token.
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


def signed_in_person() -> Principal:
    """The caller, who must have signed in themself: no API token will do.

    Raises `Unauthenticated`, `Forbidden`.
    """
    actor = caller()
    in_person(actor)
    return actor


def visitor() -> Principal:
    """The caller for a page: who can't be identified is a guest and the page says so."""
    try:
        return caller()
    except RollcallError:
        return Principal.guest()


def token_expires_at() -> datetime | None:
    """When the caller's access token ends; None for a guest."""
    caller()
    token: AccessToken | None = g.get("access_token")
    return token.expires_at if token else None


def principal_of(token: AccessToken) -> Principal:
    """The principal of a token, if its session lives. Raises `SessionEnded`."""
    actor = services().roll.sessions.authenticate(token.session_id)
    if actor.employee_id != token.employee_id:
        raise InvalidToken
    return actor


def read_token(text: str) -> AccessToken:
    """The access token in `text`. Raises `InvalidToken`."""
    return verify(text, services().keyring.keys(), services().roll.clock())


def bearer(text: str) -> tuple[Principal, AccessToken | None]:
    """Who calls with a Bearer token: a session with its token, or a program with an API token.

    Raises `InvalidToken`, `SessionEnded`.
    """
    if text.startswith(api_tokens.BEGINS):
        return services().roll.api_tokens.authenticate(text), None
    token = read_token(text)
    return principal_of(token), token


def _identify() -> Principal:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, given = header.partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidToken
        actor, token = bearer(given.strip())
    else:
        refuse_foreign_origin()
        cookie = request.cookies.get(cookie_name("access"))
        if not cookie or from_embedding_page():
            return Principal.guest()
        token = read_token(cookie)
        if request.method not in SAFE:
            _require_csrf(csrf_token(token.session_id))
        actor = principal_of(token)
    limit_caller(actor)
    g.access_token = token
    if token and _somebody_acts(by_cookie=not header):
        services().roll.sessions.touch(actor)
    return actor


def _somebody_acts(*, by_cookie: bool) -> bool:
    """Whether this call is a sign that the person is there, so that the session stays alive.

    A page that nobody looks at goes on fetching what has changed: that is none. A page of ours
    says whether somebody touched it lately (`X-User-Active`); without that header writing is a
    sign, and so is opening a page. Of a program every call is one.
    """
    told = request.headers.get("X-User-Active")
    if told is not None:
        return told == "1"
    opens_page = request.headers.get("Sec-Fetch-Mode") == "navigate"
    is_data = request.path.startswith(DATA_ONLY)
    return not by_cookie or request.method not in SAFE or opens_page or not is_data


def refuse_foreign_origin() -> None:
    """A browser tells where an unsafe request comes from: from here, or from a site that may
    embed the chat."""
    origin = request.headers.get("Origin")
    if request.method in SAFE or origin is None or from_embedding_page():
        return
    if origin != own_origin():
        raise Forbidden("Requests from other sites are not accepted.")


def refresh_token() -> str | None:
    """The refresh token in the cookies; only for a page of ours, which can read the CSRF cookie.

    Whose session it is comes out when the token is spent, so here the header has to equal the
    cookie. Raises `Forbidden`.
    """
    token = None if from_embedding_page() else request.cookies.get(cookie_name("refresh"))
    if token:
        _require_csrf(request.cookies.get(cookie_name("csrf"), ""))
    return token


def cookies_are_dead() -> bool:
    """Whether the browser holds cookies of a session that is over.

    Two tabs may refresh at the same time: the one that comes second must not sign the first out.
    """
    try:
        session_id = _signer("csrf").unsign(request.cookies.get(cookie_name("csrf"), "")).decode()
        services().roll.sessions.authenticate(session_id)
    except (BadSignature, SessionEnded):
        return True
    return False


def csrf_token(session_id: str) -> str:
    """The CSRF token of a session: the signed session id, so nothing to store or to guess."""
    return _signer("csrf").sign(session_id).decode()


def _require_csrf(expected: str) -> None:
    given = request.headers.get("X-CSRF-Token", "")
    if not given or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Forbidden("The X-CSRF-Token header is missing or wrong. Reload the page.")


def set_session_cookies(response: Response, session_id: str, access: str, refresh: str) -> None:
    """Sign the browser in; a page that embeds the chat keeps its tokens by itself."""
    if from_embedding_page():
        return
    seconds = int(REFRESH_LIFETIME.total_seconds())
    secure = services().settings.behind_tls
    response.set_cookie(cookie_name("access"), access, max_age=seconds, httponly=True,
                        secure=secure, samesite="Lax")  # fmt: skip
    response.set_cookie(cookie_name("refresh"), refresh, max_age=seconds, httponly=True,
                        secure=secure, samesite="Strict", path="/api/auth")  # fmt: skip
    response.set_cookie(cookie_name("csrf"), csrf_token(session_id), max_age=seconds,
                        secure=secure, samesite="Lax")  # fmt: skip


def device_cookie() -> str | None:
    """What says that somebody has signed in from this browser before."""
    return None if from_embedding_page() else request.cookies.get(cookie_name("device"))


def set_device_cookie(response: Response, token: str) -> None:
    """Know this browser again at the next sign-in, also after signing out."""
    if from_embedding_page():
        return
    response.set_cookie(
        cookie_name("device"),
        token,
        max_age=int(DEVICE_LIFETIME.total_seconds()),
        httponly=True,
        secure=services().settings.behind_tls,
        samesite="Strict",
    )


def clear_session_cookies(response: Response) -> Response:
    """Sign the browser out."""
    if from_embedding_page():
        return response
    secure = services().settings.behind_tls
    for name, path in (("access", "/"), ("refresh", "/api/auth"), ("csrf", "/")):
        response.delete_cookie(cookie_name(name), path=path, secure=secure, samesite="Lax")
    return response


def clear_guest_cookie(response: Response) -> None:
    """The guest is somebody now."""
    if from_embedding_page():
        return
    secure = services().settings.behind_tls
    response.delete_cookie(cookie_name("guest"), secure=secure, samesite="Lax")


def guest_conversation() -> tuple[str, bool]:
    """The conversation of somebody not signed in, True when it is new.

    It is known by a signed cookie, or by the same text in a header: an embedded chat, which has
    no cookies, sends that (any other text in it asks for a new conversation).
    """
    signed = request.headers.get(GUEST_HEADER) or request.cookies.get(cookie_name("guest"), "")
    try:
        identity = _signer("guest").unsign(signed).decode()
    except BadSignature:
        return f"{GUEST}{secrets.token_hex(16)}", True
    return identity, False


def guest_key() -> str:
    """What tells guests apart: the conversation in their cookie or, for a client that keeps no
    cookies, its address, of which only a keyed hash is kept."""
    conversation, new = guest_conversation()
    if not new:
        return conversation.removeprefix(GUEST)
    return _signer("guest-address").get_signature(request.remote_addr or "unknown").decode()


def set_guest_cookie(response: Response, conversation_id: str) -> None:
    """Let the browser find its conversation again."""
    signed = _signer("guest").sign(conversation_id).decode()
    if GUEST_HEADER in request.headers or from_embedding_page():
        response.headers[GUEST_HEADER] = signed
        return
    response.set_cookie(
        cookie_name("guest"),
        signed,
        max_age=GUEST_SECONDS,
        httponly=True,
        secure=services().settings.behind_tls,
        samesite="Lax",
    )


def _signer(purpose: str) -> Signer:
    # Not with an access key: those are changed, and a page that is open would be cut off.
    key = services().secrets.refresh_pepper
    return Signer(key, salt=f"rollcall-{purpose}", digest_method=hashlib.sha256)
