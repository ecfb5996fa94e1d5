"""Small talk, help, a person to talk to, and answers to nothing that was asked."""

from actions.drafts import about_drafts, asks_to_go_on, continue_or_anew
from actions.history import QueryHistory
from actions.tasks import UpdateTask
from actions.turn import FALLBACK, Answer, Asked, Events, SkillAction, button
from rollcall.principal import Role
from rollcall.registration import UNDO_WITHIN
from rollcall.spoken.strange import oddity_of
from rollcall.spoken.wishes import Wish

READINGS = {
    "sign_in": ("Sign in", "/sign_in"),
    "sign_out": ("Sign out", "/sign_out"),
    "who_am_i": ("Who am I?", "/who_am_i"),
    "register": ("Register something", "/register"),
    "continue_draft": ("Go on with a form", "/continue_draft"),
    "undo": ("Take back the last thing", "/undo"),
    "assign_task": ("Assign a task", "/assign_task"),
    "list_tasks": ("My tasks", "/list_tasks"),
    "start_task": ("Start a task", "/start_task"),
    "complete_task": ("Finish a task", "/complete_task"),
    "query_history": ("My registrations", "/query_history"),
    "list_sessions": ("My sessions", "/list_sessions"),
    "help": ("Help", "/help"),
}
"""What a misunderstood sentence may have meant: intent -> button."""


class Greet(SkillAction):
    """Hello."""

    action_name = "action_greet"

    def act(self, asked: Asked, answer: Answer) -> Events:
        if asked.actor.signed_in:
            first_name = asked.actor.name.split()[0]
            answer.say(f"Hello, {first_name}. What can I do for you?", buttons=suggestions(True))
        else:
            answer.say(
                "Hello! Tell me who you are, for example: Hi, I am employee EMP001.",
                {"type": "sign_in", "employee_id": None},
            )
        return []


class Help(SkillAction):
    """What can be done here, by this person, now."""

    action_name = "action_help"

    def act(self, asked: Asked, answer: Answer) -> Events:
        if not asked.actor.signed_in:
            answer.say(
                "I keep the record of what happens at work: registrations, tasks, sessions. "
                "Sign in first, for example: I am employee EMP001.",
                {"type": "sign_in", "employee_id": None},
            )
            return []
        types = ", ".join(one.label for one in self.roll.registrations.types(asked.actor))
        lines = [
            "Here is what you can say:",
            f"• “Register a supplier” (also: {types})",
            "• “My tasks”, “start the security training”, “finish task 2”",
            "• “Assign 'Order chairs' to me, high, due Friday”",
            "• “My registrations”, “my sessions”, “undo that”, “sign out”",
        ]
        if asked.actor.role in (Role.MANAGER, Role.BRANCH_ADMIN, Role.ADMIN):
            lines.append("• “Assign 'Stocktaking' to EMP004”, “registrations of EMP004”")
        lines.append("In a form you can correct, skip, go back, ask why, stop or go on later.")
        answer.say("\n".join(lines), buttons=suggestions(True))
        return []


_OF_A_SESSION = (
    "Sessions are approved and sent back on their pages, not in the chat: those that wait are "
    "under Sessions, “Sessions of my people”."
)
ELSEWHERE = {
    "approve": _OF_A_SESSION,
    "reject": _OF_A_SESSION,
    "list_approvals": _OF_A_SESSION,
    "my_data": "All in one place I can't show you. Ask for “my registrations”, “my tasks” or “my "
    "sessions”; your account and its devices are under your name, at the top.",
}


class Unsupported(SkillAction):
    """Skills that the chat understands but does not have: it says where they are."""

    action_name = "action_unsupported"

    def act(self, asked: Asked, answer: Answer) -> Events:
        tasks = UpdateTask(self.roll, self._turn_key)
        if (wish := tasks.surely_meant(asked)) in _OF_TASKS:
            return tasks.handle(asked, answer, wish)
        answer.say(
            ELSEWHERE.get(asked.intent or "", "That I can't do in the chat."),
            buttons=suggestions(asked.actor.signed_in),
        )
        return []


_OF_TASKS = (Wish.REOPEN, Wish.NOT_DONE, Wish.GIVE)
"""What is said of tasks only, whatever it was taken for."""


class Human(SkillAction):
    """A person to talk to: the desk gets a task with what was said so far."""

    action_name = "action_human"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.actor
        if not actor.signed_in:
            answer.say(
                "Before I can send somebody to you, I need to know who you are: sign in with, for "
                "example, “I am employee EMP001”. If you forgot your passphrase, ask an "
                "administrator in person: they can reset it.",
                {"type": "sign_in", "employee_id": None},
            )
            return []
        history = QueryHistory(self.roll, self._turn_key)
        if asked.text and history.surely_meant(asked):
            # "By person" groups the answer before; it calls nobody.
            return history.act(asked, answer)
        key = asked.key(self.action_name)
        task = self.roll.desk.ask(actor, asked.turn.conversation_id, key)
        name = self.roll.directory.names([task.employee_id])[task.employee_id]
        answer.say(
            f"{name} will get in touch with you. I passed on what we said so far.",
            {"type": "tasks", "items": [task.public()]},
        )
        return []


class NoForm(SkillAction):
    """Words that belong into a form ("yes", "skip", "go back") while none is open."""

    action_name = "action_no_form"

    def act(self, asked: Asked, answer: Answer) -> Events:
        for answered in (about_drafts, continue_or_anew):
            done = answered(self.roll, asked, answer)
            if done is not None:
                return done
        tasks = UpdateTask(self.roll, self._turn_key)
        if (wish := tasks.surely_meant(asked)) is not None:
            # "No, to Oscar", "actually make that Monday": about what was done just before.
            return tasks.handle(asked, answer, wish)
        if oddity_of(asked.text) is not None and asked.text:
            return self.skill(FALLBACK).act(asked, answer)
        history = QueryHistory(self.roll, self._turn_key)
        if asked.actor.signed_in and asked.text and history.surely_meant(asked):
            return history.act(asked, answer)
        drafts = self.roll.drafts.list(asked.actor) if asked.actor.signed_in else []
        if not drafts and asked.intent == "cancel" and (events := self._offer_undo(asked, answer)):
            return events
        if not drafts:
            answer.say(
                "There is nothing open that this could be for. What would you like to do?",
                buttons=suggestions(asked.actor.signed_in),
            )
            return []
        title = self.roll.drafts.title(asked.actor, drafts[0])
        answer.say(
            f"There is no form open. Your {title} is waiting; shall we go on with it?",
            buttons=[button(f"Continue the {title}", "/continue_draft")],
        )
        return [asks_to_go_on(asked, drafts[0])]

    def _offer_undo(self, asked: Asked, answer: Answer) -> Events | None:
        """“Forget it” with nothing open may be about what was done a moment ago."""
        last = self.roll.undo.last(asked.actor) if asked.actor.signed_in else None
        if last is None or self.roll.clock() - last.at > UNDO_WITHIN:
            return None
        answer.say(
            f"There is nothing open that I could stop. The last thing was: {last.text}. Shall I "
            "take it back?",
            buttons=[button("Take it back", "/affirm"), button("No", "/deny")],
        )
        return [asked.asks("action_undo", "yes", on_no="All right, it stays.")]


def suggestions(signed_in: bool) -> list[dict[str, str]]:
    """Quick replies that always make sense."""
    if not signed_in:
        return [button(*READINGS["sign_in"]), button(*READINGS["help"])]
    return [
        button("Register a supplier", "register a supplier"),
        button(*READINGS["list_tasks"]),
        button(*READINGS["query_history"]),
    ]
