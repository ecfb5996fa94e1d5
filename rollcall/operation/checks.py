"""What has to be right before anything starts. A problem is one line that says what to do."""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError

from rollcall.operation.home import Home, OperationError, connection_uri
from rollcall.settings import Settings

AUTHENTICATION_FAILED = 18
UNAUTHORIZED = 13


def check_production(settings: Settings, home: Home) -> None:
    """Refuse what must not face the public. Raises `OperationError`."""
    if settings.env != "production":
        return
    if not is_loopback(settings.host) and not settings.behind_tls:
        raise OperationError(
            f"production does not listen on {settings.host} without TLS: put a proxy that ends "
            "TLS in front and say so with ROLLCALL_BEHIND_TLS=1, or leave ROLLCALL_HOST alone"
        )
    if settings.demo and "demo" in settings.model_fields_set:
        raise OperationError("production has no demo company: unset ROLLCALL_DEMO")
    if home.demo_accounts_file.exists():
        raise OperationError(
            f"production refuses demo accounts, and {home.path} was filled with the demo company: "
            "choose another folder with ROLLCALL_HOME and an empty database"
        )


def check_parts(settings: Settings) -> None:
    """See that what doesn't run here is said to be elsewhere. Raises `OperationError`."""
    if not settings.parts:
        return
    needs = (("web", "rasa", settings.rasa_urls), ("rasa", "actions", settings.actions_urls))
    for part, other, urls in needs:
        if part in settings.parts and other not in settings.parts and not urls:
            raise OperationError(
                f"ROLLCALL_PARTS starts {part} here without {other}: add it, or say where it is "
                f"with ROLLCALL_{other.upper()}_URLS"
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_own_mongodb(settings: Settings) -> None:
    """See that `MONGODB_URI` leads to a replica set that lets us in. Raises `OperationError`."""
    if settings.mongodb_uri is None:
        return
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(connection_uri(settings))
        with client:
            hello = client.admin.command("hello")
            if "setName" not in hello and hello.get("msg") != "isdbgrid":
                raise OperationError(
                    "MONGODB_URI: the server is not a replica set, and only a replica set has "
                    "transactions: start it with --replSet and run rs.initiate() once"
                )
            client[settings.database].list_collection_names()
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise OperationError(f"MONGODB_URI can't be understood: {_short(error)}") from error
    except OperationFailure as error:
        if error.code in (AUTHENTICATION_FAILED, UNAUTHORIZED):
            raise OperationError(
                "MONGODB_URI: the server refuses this user name, passphrase or authSource"
            ) from error
        raise OperationError(f"MONGODB_URI: {_short(error)}") from error
    except (PyMongoError, socket.gaierror) as error:
        raise OperationError(
            f"MONGODB_URI: no primary answers at {_hosts(settings.mongodb_uri)} ({_short(error)})"
        ) from error


def _hosts(uri: str) -> str:
    return urlsplit(uri).netloc.rpartition("@")[2]


def _short(error: Exception) -> str:
    """The beginning of a driver's message, which goes on for many lines."""
    first = str(error).splitlines()[0]
    return first.split(", Timeout:")[0].split(" (configured")[0][:200]
