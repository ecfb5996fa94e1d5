"""What a request needs beside itself: the domain, the keys, the assistant."""

from dataclasses import dataclass

from flask import current_app

from rollcall import Rollcall, Settings
from rollcall.operation.home import Secrets
from rollcall.operation.keyring import Keyring
from web.assistant import Assistant

EXTENSION = "rollcall"


@dataclass(frozen=True)
class Services:
    """Made once a process, used by every request."""

    settings: Settings
    roll: Rollcall
    secrets: Secrets
    keyring: Keyring
    assistant: Assistant


def services() -> Services:
    """The services of the application that handles this request."""
    found = current_app.extensions[EXTENSION]
    if not isinstance(found, Services):
        raise TypeError("the application was not made by create_app")
    return found
