"""Events as Zoom sends them: one whole meeting, and single ones that tests make."""

import json
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

from rollcall.clock import iso

SECRET = "a-secret-token-of-zoom"
NUMBER = "97763643886"
HOST = "kFFvsJc-Q1OSxaJQLvaa_A"
Event = dict[str, Any]


def all_hands() -> list[Event]:
    """What was sent of a meeting from 09:00 to 10:00:06 on Monday, 2 March 2026, in that order.

    Mona hosts. Erika has no account in Zoom, drops out at 09:20 and is back at 09:25:30. Félix is
    known by his address only; one calls by phone.
    """
    events: list[Event] = json.loads((Path(__file__).parent / "all_hands.json").read_text("utf-8"))
    return events


def of_person(
    kind: str,
    at: datetime,
    connection: str = "1",
    name: str = "Somebody",
    email: str = "",
    **meeting: object,
) -> Event:
    """That somebody `joined` or `left` at `at`, on the connection; of another meeting, if `meeting`
    says what is different about it."""
    first = deepcopy(all_hands()[1 if kind == "joined" else 5])
    happened = first["payload"]["object"]
    moment = {"joined": "join_time", "left": "leave_time"}[kind]
    person = {"id": "", "participant_user_id": "", "participant_uuid": f"uuid-{connection}"}
    happened["participant"] |= {
        **person, "user_id": connection, "user_name": name, "email": email, moment: iso(at),
    }  # fmt: skip
    happened |= meeting
    return first


def of_meeting(kind: str, **meeting: object) -> Event:
    """That a meeting `started` or `ended`; `meeting` says what is different from the all hands."""
    event = deepcopy(all_hands()[0 if kind == "started" else -1])
    event["payload"]["object"] |= meeting
    return event
