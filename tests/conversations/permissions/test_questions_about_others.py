"""A question about somebody one may not ask about is refused, and nothing in the answer tells
whether there is such a person: a row for each kind of question, by id and by name.

Each is put twice, in sessions that have just begun: about a colleague with registrations, tasks
and sessions, and about somebody whom nobody has ever heard of. But for the name itself both get
the same answer to the byte: text, buttons, cards and links.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rollcall import Principal, Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Assistant
from tests.cast import Cast

# Both names are as common and as long, so that only the record could tell them apart.
HIDDEN = {"id": "EMP005", "name": "Oscar Outside", "first": "Oscar"}
NOBODY = {"id": "EMP777", "name": "Peter Nowhere", "first": "Peter"}
REFUSED = "I don't know that employee."

KINDS = {
    "list of registrations": "show the registrations of {who}",
    "list of one type": "which suppliers did {who} register",
    "list in a period": "registrations of {who} last week",
    "list by whom": "registrations made by {who}",
    "list of a thing by name": "did {who} register Acme Supplies",
    "count of registrations": "how many registrations did {who} make last week",
    "count of one type": "how many suppliers did {who} register this month",
    "registrations by type": "registrations of {who} by type",
    "registrations by month": "how many registrations of {who} per month this year",
    "registrations compared": "compare the registrations of {who} this month with last month",
    "people compared": "compare the registrations of EMP004 and {who}",
    "registrations without somebody": "show all registrations without {who}",
    "planned registrations": "which visitors does {who} expect tomorrow",
    "list of tasks": "list the tasks of {who}",
    "open tasks": "show the open tasks of {who}",
    "overdue tasks": "which overdue tasks does {who} have",
    "count of tasks": "how many tasks does {who} have",
    "tasks due": "which tasks of {who} are due tomorrow",
    "tasks completed": "which tasks did {who} finish last month",
    "tasks compared": "compare the tasks of {who} this week with last week",
    "how long tasks took": "how long did the tasks of {who} take",
    "brief": "what is due today for {who}",
    "list of sessions": "show the sessions of {who}",
    "count of sessions": "how many sessions did {who} have last week",
    "sessions by day": "sessions of {who} by day",
    "how long signed in": "how long was {who} signed in yesterday",
    "sessions compared": "compare the sessions of {who} this month with last month",
    "last sign-in": "when did {who} sign in",
    "list of activities": "show the activities of {who}",
    "what somebody did": "what did {who} do yesterday",
    "count of activities": "how many activities of {who} today",
    "activities compared": "compare the activities of {who} this week with last week",
    "history": "show the history of {who}",
    "statistics": "show the statistics of {who}",
    "export of registrations": "export the registrations of {who} as csv",
    "export of tasks": "export the tasks of {who} as xlsx",
    "export of sessions": "download the sessions of {who} as a spreadsheet",
}

Ask = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def record(roll: Rollcall, cast: Cast) -> dict[str, int]:
    """Somebody hidden with something of everything; the counts of what is on record."""
    outsider = cast.outsider
    supplier = {"company_name": "Acme Supplies", "contact_name": "Zoe Zander",
                "email": "zoe@acme.example.com", "category": "goods"}  # fmt: skip
    roll.registrations.create(outsider, "supplier", supplier)
    arrival = datetime.now(UTC) + timedelta(days=1)
    visitor = {"visitor_name": "Vera Visitor", "company": "Vesta", "host": "EMP005",
               "arrival": arrival.isoformat(), "parking": "no"}  # fmt: skip
    roll.registrations.create(outsider, "visitor", visitor)
    due = datetime.now(UTC) + timedelta(days=1)
    roll.tasks.assign(outsider, NewTask("Water the plants", "EMP005", "high", due))
    done = roll.tasks.assign(outsider, NewTask("Wash the car", "EMP005"))
    roll.tasks.complete(outsider, done.task_id)
    return counts(roll)


def counts(roll: Rollcall) -> dict[str, int]:
    """How much is on record. Presence is not counted: each test signs in anew."""
    activities = roll.database.collection("session_activities")
    names = ["supplier_registration", "visitor_registration", "user_tasks", "drafts", "employees"]
    found = {name: roll.database.collection(name).count_documents({}) for name in names}
    presence = {"kind": {"$regex": "^(session|chat)"}}
    found["activities"] = activities.count_documents({"$nor": [presence]})
    return found


@pytest.fixture
def asker(assistant: Assistant, roll: Rollcall) -> Callable[[Principal], Ask]:
    """Makes somebody who asks in a session of their own that has just begun."""

    def make(actor: Principal) -> Ask:
        employee = roll.directory.find(str(actor.employee_id))
        assert employee is not None
        session = roll.sessions.open(employee)
        principal = roll.sessions.authenticate(session.session_id)

        def ask(text: str) -> list[dict[str, Any]]:
            response = assistant.turn(text, session.session_id, principal)
            assert response.status_code == 200, response.text
            replies: list[dict[str, Any]] = response.json()["replies"]
            return replies

        return ask

    return make


def without(somebody: dict[str, str], answer: Any) -> str:
    """The answer as text, with what was asked about taken out."""
    text = json.dumps(answer, sort_keys=True, ensure_ascii=False)
    for word in (somebody["name"], somebody["first"], somebody["id"]):
        text = re.sub(re.escape(word), "…", text, flags=re.IGNORECASE)
    return text


def assert_same(asker: Callable[[Principal], Ask], actor: Principal, *script: str) -> None:
    """Both get the same answer to the last sentence, and it is a refusal."""
    heard: dict[str, str] = {}
    for somebody in (HIDDEN, NOBODY):
        ask = asker(actor)
        *_, answer = [ask(sentence.format(**somebody)) for sentence in script]
        said = "\n".join(reply["text"] for reply in answer)
        assert REFUSED in said, (script[-1], said)
        heard[somebody["id"]] = without(somebody, answer)
    assert heard["EMP005"] == heard["EMP777"]


def assert_nothing_told(roll: Rollcall, record: dict[str, int]) -> None:
    """The record is as it was, and no conversation carries anything of the hidden person's."""
    assert counts(roll) == record
    secret = re.compile("Zander|Vera|Vesta|plants|the car|oscar@|Lisbon")
    for conversation in roll.database.collection("conversations").find({}):
        events = [one for one in conversation["events"] if one["event"] in ("bot", "slot")]
        assert not secret.search(json.dumps(events, default=str))


@pytest.mark.parametrize("kind", list(KINDS))
def test_refusal_does_not_tell_whether_there_is_such_a_person(
    asker: Callable[[Principal], Ask],
    roll: Rollcall,
    cast: Cast,
    record: dict[str, int],
    kind: str,
) -> None:
    for actor in (cast.employee, cast.manager):
        for how in ("{id}", "{name}"):
            assert_same(asker, actor, KINDS[kind].replace("{who}", how))
    assert_nothing_told(roll, record)


FOLLOW_UPS = {
    "another person, by id": ["my registrations", "and for {id}?"],
    "another person, by name": ["my registrations", "and for {name}?"],
    "another person, by first name": ["how many tasks do I have", "what about {first}"],
    "only that person": ["show the activities", "only {id}"],
    "a period after a refusal": ["registrations of {id}", "and last week?"],
    "a type after a refusal": ["registrations of {name}", "only suppliers"],
    "a pronoun after a refusal": ["registrations of {id}", "and his tasks?"],
    "a pronoun after a refusal by name": ["how many tasks does {name} have", "and his sessions?"],
    "a count after a refusal": ["sessions of {id}", "how many registrations did he make"],
    "a group after a refusal": ["registrations of {id}", "by type"],
    "a file after a refusal": ["registrations of {id}", "as a spreadsheet"],
    "a comparison with oneself": ["my registrations this month", "compare EMP004 and {id}"],
}


@pytest.mark.parametrize("script", FOLLOW_UPS.values(), ids=FOLLOW_UPS.keys())
def test_follow_up_does_not_tell_either(
    asker: Callable[[Principal], Ask],
    roll: Rollcall,
    cast: Cast,
    record: dict[str, int],
    script: list[str],
) -> None:
    for actor in (cast.employee, cast.manager):
        assert_same(asker, actor, *script)
    assert_nothing_told(roll, record)


@pytest.mark.parametrize(
    "question",
    ["who registered Acme Supplies", "who has open tasks", "registrations by employee",
     "how many suppliers are there", "who hasn't signed in this week", "show all tasks",
     "registrations by department", "which visitors are expected tomorrow"],
)  # fmt: skip
def test_question_about_everyone_leaves_out_whom_one_may_not_see(
    asker: Callable[[Principal], Ask],
    roll: Rollcall,
    cast: Cast,
    record: dict[str, int],
    question: str,
) -> None:
    for actor in (cast.employee, cast.manager):
        heard = json.dumps(asker(actor)(question))
        assert not re.search("Oscar|EMP005|Zander|Vera|plants", heard), heard
    assert_nothing_told(roll, record)


def test_admin_is_answered_about_the_same_person(
    asker: Callable[[Principal], Ask], cast: Cast, record: dict[str, int]
) -> None:
    """So that the refusals above are not for want of something to tell."""
    ask = asker(cast.admin)
    replies = ask("show the registrations of EMP005")
    assert "Acme Supplies" in replies[0]["text"]
    assert replies[0]["custom"]["total"] == record["supplier_registration"] + 1
