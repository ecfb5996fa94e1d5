"""The ports of a running instance: where they are bound, what they tell without a key, and which
versions answer behind them."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import httpx
import psutil

from rollcall import __version__
from rollcall.operation.checks import is_loopback
from rollcall.operation.doctor.findings import Deployment, Finding, failed, ok, warning
from rollcall.operation.home import OperationError, Ports, Secrets
from rollcall.operation.parts import DOOR_HEADER, current_model, reachable

RASA = "3.6."
SDK = "3."
ANSWER_SECONDS = 5
START = "start it with `rollcall up` and ask again"
RESTART = "restart it: stop `rollcall up` and start it again"


def bound(deployment: Deployment) -> Iterator[Finding]:
    """mongod, Rasa and the action server listen on loopback only."""
    ports = _ports(deployment)
    foreign = {"web"} if deployment.embedded else {"web", "mongod"}
    inner = {k: v for k, v in asdict(ports).items() if k not in foreign} if ports else {}
    listening = _listening()
    running = {name: listening[port] for name, port in inner.items() if port in listening}
    for name, addresses in running.items():
        if outside := sorted(one for one in addresses if not is_loopback(one)):
            yield failed(
                "ports",
                f"{name} listens on {', '.join(outside)}, which other machines reach",
                "stop what listens there (ss -ltnp shows it): Rollcall binds it to 127.0.0.1",
            )
            return
    missing = [name for name in inner if name not in running]
    if missing or ports is None:
        yield warning("ports", f"not running here: {', '.join(missing) or 'anything'}", START)
        return
    yield ok("ports", f"{', '.join(running)} listen on this machine only")


def locked(deployment: Deployment) -> Iterator[Finding]:
    """Rasa and the action server tell nobody anything without the key, and something with it."""
    ports, secrets = _ports(deployment), _secrets(deployment)
    if ports is None or secrets is None:
        yield warning("doors", "nothing was started here", START)
        return
    doors = {
        "Rasa": (f"http://127.0.0.1:{ports.rasa}", "/webhooks/rollcall/"),
        "the action server": (f"http://127.0.0.1:{ports.actions}", "/health"),
    }
    answered = []
    for name, (url, path) in doors.items():
        without = {_status(url + one) for one in (path, "/", "/version", "/webhook")} - {None}
        if not without:
            continue
        if without != {httpx.codes.UNAUTHORIZED}:
            yield failed(
                "doors",
                f"{name} answers at {url} without the key",
                f"see what listens there; if it is Rollcall, {RESTART}",
            )
            return
        if _status(url + path, secrets.action_key) == httpx.codes.UNAUTHORIZED:
            yield failed("doors", f"{name} does not know the key of secrets.json", RESTART)
            return
        answered.append(name)
    if len(answered) < len(doors):
        away = ", ".join(name for name in doors if name not in answered)
        yield warning("doors", f"does not answer: {away}", START)
        return
    yield ok("doors", "Rasa and the action server answer 401 to whoever has no key")


def versions(deployment: Deployment) -> Iterator[Finding]:
    """What runs is what is installed: web, Rasa, its model and the action server."""
    ports, secrets = _ports(deployment), _secrets(deployment)
    if ports is None or secrets is None:
        yield warning("versions", "nothing was started here", START)
        return
    host = reachable(deployment.settings.host)
    shown = f"[{host}]" if ":" in host else host
    door = secrets.action_key
    web = _json(f"http://{shown}:{ports.web}/alive").get("version")
    rasa = _json(f"http://127.0.0.1:{ports.rasa}/webhooks/rollcall/", door)
    sdk = _json(f"http://127.0.0.1:{ports.actions}/health", door).get("rasa_sdk")
    if None in (web, rasa.get("rasa"), sdk):
        yield warning("versions", "web, Rasa or the action server does not answer", START)
        return
    wrong = {
        f"web is {web}, installed is {__version__}": web != __version__,
        f"Rasa is {rasa['rasa']}, made for {RASA}x": not str(rasa["rasa"]).startswith(RASA),
        f"the actions' SDK is {sdk}, made for {SDK}x": not str(sdk).startswith(SDK),
    }
    if problems := [said for said, holds in wrong.items() if holds]:
        yield failed("versions", "; ".join(problems), f"run `make setup`, then {RESTART}")
        return
    yield _model(str(rasa.get("model")))
    yield ok("versions", f"Rollcall {web}, Rasa {rasa['rasa']}, rasa-sdk {sdk}")


def _model(running: str) -> Finding:
    try:
        chosen = current_model().name
    except OperationError as error:
        return failed("model", str(error), "run `make train`")
    if running != chosen:
        return failed("model", f"Rasa runs {running}, the newest is {chosen}", RESTART)
    return ok("model", running)


def _listening() -> dict[int, set[str]]:
    """The addresses at which each port of this machine listens."""
    found: dict[int, set[str]] = {}
    for one in psutil.net_connections(kind="inet"):
        if one.status == psutil.CONN_LISTEN and one.laddr:
            address = one.laddr.ip.removeprefix("::ffff:")
            found.setdefault(one.laddr.port, set()).add(address)
    return found


def _ports(deployment: Deployment) -> Ports | None:
    try:
        return deployment.home.ports
    except OperationError:
        return None


def _secrets(deployment: Deployment) -> Secrets | None:
    try:
        return deployment.home.secrets
    except OperationError:
        return None


def _get(url: str, key: str | None) -> httpx.Response | None:
    headers = {DOOR_HEADER: key} if key else {}
    try:
        return httpx.get(url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False)
    except httpx.HTTPError:
        return None


def _status(url: str, key: str | None = None) -> int | None:
    answer = _get(url, key)
    return None if answer is None else answer.status_code


def _json(url: str, key: str | None = None) -> dict[str, Any]:
    """The object at an address; an empty one when there is none."""
    answer = _get(url, key)
    if answer is None or not answer.is_success:
        return {}
    try:
        found = answer.json()
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
