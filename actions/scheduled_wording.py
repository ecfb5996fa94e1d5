"""How scheduled sessions are said."""

from collections.abc import Sequence
from typing import Any

from actions.turn import Answer, Asked, Events, button
from rollcall.completions.model import Completion
from rollcall.forms.completion_form import label_of

SHOWN = 10
BUTTONS = 5


def card(session: Completion, **more: Any) -> dict[str, Any]:
    """The structured answer that goes with a session: which one the talk is about."""
    return {
        "type": "completion",
        "completion_id": session.completion_id,
        "completion": session.public(),
        "url": f"/sessions/{session.completion_id}",
        **more,
    }


def say_completed(session: Completion, answer: Answer) -> None:
    """The receipt of a session that was closed."""
    shown = session.public()
    lines = [
        f"Completed: {session.title}, {shown['scheduled_date']}, "
        f"{shown['actual_start_time']}–{shown['actual_end_time']}. "
        f"Its code is {session.completion_code}."
    ]
    if session.approval == "waiting":
        lines.append("It waits for a manager to approve it.")
    lines.append("You can still add notes and files.")
    answer.say("\n".join(lines), card(session), [button("Add a note", "Add a note to it")])


def bullets(sessions: Sequence[Completion], first: int = 1) -> list[str]:
    """A line each, numbered from `first` on, with what there is to know."""
    return [f"{number}. {described(one)}" for number, one in enumerate(sessions, first)]


def described(session: Completion) -> str:
    """A session in a line."""
    facts = [session.status]
    if session.status == "pending" and session.missed_at:
        facts = ["not completed yet"]
    if session.completion_code:
        facts.append(session.completion_code)
    return f"{label_of(session)} ({', '.join(facts)})"


def ask_which(
    asked: Asked, answer: Answer, action: str, intent: str, question: str,
    sessions: Sequence[Completion],
) -> Events:  # fmt: skip
    """Ask which session is meant; the next sentence may be a number, a title, or a button."""
    choice = sessions[:SHOWN]
    buttons = [
        button(label_of(one), f'/{intent}{{"task_title": "#{one.completion_id}"}}')
        for one in choice[:BUTTONS]
    ]
    rows = [one.public() for one in choice]
    answer.say(
        "\n".join([question, *bullets(choice)]),
        {"type": "completions", "items": rows},
        buttons,
    )
    options = [[one.completion_id, label_of(one)] for one in choice]
    return [asked.asks(action, "which", options=options)]
