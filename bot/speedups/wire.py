"""Calls to the action server as one piece of bytes out and one in, over a connection that is kept.

A client for all of HTTP makes an address, headers, a body and a request out of objects each time,
looks for cookies, proxies and redirects, and watches several clocks: 0.7 ms a call, of which there
are one to three in a turn. What stays the same about these calls is put together once; answers are
read by httptools, as Sanic does. It is for the plain case only, JSON to `http://`: any other goes
the way that it went. Errors are those of aiohttp, which is what callers know.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, cast
from urllib.parse import quote, urlsplit
from weakref import WeakSet

import aiohttp
import httptools
import ujson
from aiohttp.helpers import parse_mimetype
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

_KEPT_OPEN = 30  # seconds; the action server closes after 75
_JSON = "application/json"
_IS_JSON = re.compile(r"application/(?:[\w.+-]+?\+)?json")
_ERRORS = 400
_FOR_EVER = 86_400  # seconds, for a caller who sets no time

_stock_request = EndpointConfig.request
_wires: WeakSet[Wire] = WeakSet()


def apply() -> None:
    """Let endpoints be called this way."""
    EndpointConfig.request = request


async def close() -> None:
    """Close the connections; a later call opens new ones."""
    for one in list(_wires):
        one.close()


class Answer:
    """What came back. `body` is whole."""

    def __init__(self, status: int, reason: str, headers: dict[str, str], body: bytes) -> None:
        self.status, self.reason, self.headers, self.body = status, reason, headers, body


class Connection(asyncio.Protocol):
    """One connection, with one call at a time."""

    def __init__(self) -> None:
        self.rested = 0.0
        self.open = False
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._begun = False
        self._reason = ""
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio says so."""
        self._transport, self.open = cast("asyncio.Transport", transport), True

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio says so. It is also how an answer ends that doesn't say how long it is."""
        said = self._headers.keys() & {"content-length", "transfer-encoding"}
        if error is None and self._begun and not said:
            self.on_message_complete()
        self._fail(error)

    def eof_received(self) -> None:
        """asyncio says so; the connection is closed then."""

    def data_received(self, data: bytes) -> None:
        """asyncio says so."""
        if self._parser is None:
            self.close()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)
            self.close()

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send `request`; the answer, or an `aiohttp.ClientConnectionError`."""
        self._begin()
        self._parser = httptools.HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        if self.open and self._transport is not None:
            self._transport.write(request)
        else:
            self._fail(None)
        return self._answer

    def late(self) -> None:
        """The time is over."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(asyncio.TimeoutError())

    def close(self) -> None:
        """Hang up."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def on_status(self, status: bytes) -> None:
        """The parser has read the reason, or a part of it."""
        self._reason += status.decode("utf-8", "surrogateescape")

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser has read a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("utf-8", "surrogateescape")

    def on_headers_complete(self) -> None:
        """The parser has read all headers."""
        self._begun = True

    def on_body(self, body: bytes) -> None:
        """The parser has read a piece of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """The parser has read the answer."""
        parser, answer = self._parser, self._answer
        if parser is None or answer is None:
            return
        status = parser.get_status_code()
        if status < 200:  # noqa: PLR2004 - "continue" and the like: the answer follows
            self._begin()
            return
        self.open = self.open and parser.should_keep_alive()
        self._parser = self._answer = None
        if not answer.done():
            answer.set_result(Answer(status, self._reason, self._headers, bytes(self._body)))

    def _begin(self) -> None:
        self._begun, self._reason, self._headers, self._body = False, "", {}, bytearray()

    def _fail(self, error: Exception | None) -> None:
        self.open, self._parser = False, None
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            why = str(error) if error else None
            # What has begun to answer has heard the call: no other server is asked then.
            cut = aiohttp.ClientPayloadError if self._begun else aiohttp.ServerDisconnectedError
            answer.set_exception(cut(why))


class Wire:
    """The connections from one event loop to one address, and what each call begins with."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        path = quote(address.path or "/", safe="/%:@!$&'()*+,;=~-._")
        lines = {"Host": address.netloc, "Accept": "*/*", "Content-Type": _JSON, **headers}
        said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._head = f"POST {path} HTTP/1.1\r\n{said}Content-Length: ".encode()
        self._resting: list[Connection] = []
        _wires.add(self)

    @classmethod
    def to(cls, endpoint: EndpointConfig) -> Wire | None:
        """A wire to this endpoint; None when calling it is not plain."""
        url, headers = str(endpoint.url), {str(k): str(v) for k, v in endpoint.headers.items()}
        special = endpoint.basic_auth or endpoint.params or endpoint.token or endpoint.cafile
        written = [url, *headers, *headers.values()]
        if special or not all(one.isascii() and one.isprintable() for one in written):
            return None
        address = urlsplit(url)
        plain = address.scheme == "http" and not (address.query or address.fragment)
        return cls(url, headers) if plain and address.hostname and "@" not in url else None

    async def call(self, body: bytes, seconds: float | None) -> Answer:
        """Post `body`. Raises `aiohttp.ClientConnectionError` and `asyncio.TimeoutError`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + (seconds or _FOR_EVER)
        connection = self._rested(loop.time()) or await self._opened(until - loop.time())
        late = loop.call_at(until, connection.late)
        try:
            answer = await connection.ask(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        except BaseException:
            connection.close()  # what may still come is nobody's answer
            raise
        finally:
            late.cancel()
        if connection.open:
            connection.rested = loop.time()
            self._resting.append(connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Hang up where nobody is waiting."""
        for one in self._resting:
            one.close()
        self._resting.clear()

    def _rested(self, now: float) -> Connection | None:
        while self._resting:
            connection = self._resting.pop()
            if connection.open and now - connection.rested < _KEPT_OPEN:
                return connection
            connection.close()
        return None

    async def _opened(self, seconds: float) -> Connection:
        loop = asyncio.get_running_loop()
        opening = loop.create_connection(Connection, self._host, self._port)
        try:
            _, connection = await asyncio.wait_for(opening, seconds)
        except OSError as error:
            raise aiohttp.ClientConnectionError(str(error)) from error
        return connection


async def request(
    self: EndpointConfig,
    method: str = "post",
    subpath: str | None = None,
    content_type: str | None = _JSON,
    compress: bool = False,
    **others: Any,
) -> Any:
    """What the endpoint answers, read as JSON; None when it is something else.

    Raises Rasa's `ClientResponseError` from status 400 on, and what aiohttp raises.
    """
    plain = method == "post" and content_type == _JSON and not (subpath or compress)
    wire = _wire(self) if plain and others.keys() == {"json", "timeout"} else None
    if wire is None:
        return await _stock_request(self, method, subpath, content_type, compress, **others)
    timeout = others["timeout"]
    seconds = timeout.total if isinstance(timeout, aiohttp.ClientTimeout) else timeout
    answer = await wire.call(written(others["json"]), seconds)
    if answer.status >= _ERRORS:
        raise ClientResponseError(answer.status, answer.reason, answer.body)
    kind = answer.headers.get("content-type", "").lower()
    content = answer.body.strip()
    if not _IS_JSON.match(kind) or not content:
        return None
    charset = parse_mimetype(kind).parameters.get("charset") if "charset" in kind else None
    return json.loads(content.decode(charset or "utf-8"))


def written(content: Any) -> bytes:
    """`content` as JSON: by ujson, which Sanic answers with, in a third of the time."""
    try:
        return ujson.dumps(content, escape_forward_slashes=False).encode()
    except Exception:
        return json.dumps(content).encode()  # what only this one can write, or its error


def _wire(endpoint: EndpointConfig) -> Wire | None:
    loop, url, wire = endpoint.__dict__.get("_wire", (None, None, None))
    if loop is not asyncio.get_running_loop() or url != endpoint.url:
        wire = Wire.to(endpoint)
        endpoint.__dict__["_wire"] = asyncio.get_running_loop(), endpoint.url, wire
    found: Wire | None = wire
    return found
