"""How much one caller may ask for: counted in MongoDB, so that it holds over all processes, of
which each draws a little ahead."""

from datetime import timedelta

from flask import Flask, request

from rollcall import Principal
from rollcall.errors import TooManyRequests
from rollcall.throttle import Limit, network_of
from web.services import services

LIMITED = ("/api/", "/chat")
MINUTE = timedelta(minutes=1)


def address() -> str:
    """The IP that this request comes from, as text."""
    return request.remote_addr or "unknown"


def register_limits(app: Flask) -> None:
    """Count every call to the API and the chat for its address, before anything else is done."""

    @app.before_request
    def limit_address() -> None:
        if request.path.startswith(LIMITED):
            limit_stranger()


def limit_stranger() -> None:
    """Count a call for its address. What another service has signed isn't counted: it tells of a
    thousand people from one address. Raises `TooManyRequests`.
    """
    _take(f"calls:{network_of(address())}", services().settings.address_per_minute)


def limit_caller(actor: Principal) -> None:
    """Count a call for the person or the API token; `limit_chat` counts what is said.

    Raises `TooManyRequests`.
    """
    if request.path.startswith(LIMITED) and request.path.rstrip("/") != "/chat":
        who = actor.token_id or actor.employee_id
        _take(f"calls:{who}", services().settings.api_per_minute)


def limit_chat(actor: Principal, conversation_id: str) -> None:
    """Count a message to the assistant: each is work for several processes.

    Of guests also all those of one address: who throws the cookie away is a new guest each time.
    Raises `TooManyRequests`.
    """
    settings = services().settings
    if actor.signed_in:
        _take(f"chat:{actor.employee_id}", settings.chat_per_minute)
        return
    _take(f"chat:{network_of(address())}", settings.guests_per_minute)
    _take(f"chat:{conversation_id}", settings.guest_chat_per_minute)


def _take(counter: str, most: int) -> None:
    services().roll.throttle.draw(counter, Limit(most, MINUTE), TooManyRequests)
