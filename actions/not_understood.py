"""What wasn't understood: one question back, then help that fits the moment, then a person."""

import re
from dataclasses import dataclass

from actions.drafts import about_drafts, continue_or_anew
from actions.general import READINGS, suggestions
from actions.history import QueryHistory
from actions.tasks import UpdateTask
from actions.turn import FALLBACK, Answer, Asked, Button, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall.errors import NotFound
from rollcall.meetings.spoken import surely_new
from rollcall.question_words import is_question
from rollcall.registration import UNDO_WITHIN
from rollcall.spoken.strange import Oddity, Strange, is_noise, oddity_of

UNSURE = (
    "I am not sure what you mean. Is it {readings}?",
    "I don't quite get that. Did you mean {readings}?",
    "Sorry, I can't tell what that is about. Is it {readings}?",
)
BEYOND = (
    "That is beyond what I can do. I keep registrations, tasks, meetings and sessions.",
    "I can't help with that one. What I know about are registrations, tasks, meetings and "
    "sessions.",
    "That I have no answer to. Ask me about registrations, tasks, meetings or sessions.",
)
STILL = (
    "I still don't understand, sorry. What you can do right now:",
    "That one I don't get either. What would work right now:",
    "Let me help differently. Right now you could say:",
)
GIVE_UP = (
    "I am not getting it. Shall {name} get in touch with you? I pass on what we said so far.",
    "We are going round in circles. Shall I ask {name} to talk to you? I pass on what we said.",
)
STRANGER = (
    "I did not understand that, and I did not keep it. If it was your passphrase: it belongs into "
    "the masked field only. Who are you? Say: I am employee EMP001.",
    "That I did not understand, and I kept nothing of it. To sign in, say: I am employee EMP001. "
    "The passphrase goes into the masked field only.",
)
ODD = {
    Oddity.SIGNS: (
        "I can only read words. What would you like to do?",
        "I need words to do something with it. What can I do for you?",
    ),
    Oddity.CODE: (
        "That looks like code or a command. I take plain words only, and do only what you are "
        "allowed to do anyway. Nothing was changed.",
        "Instructions like that have no effect here, and nothing was changed. Tell me in plain "
        "words what you need.",
    ),
    Oddity.ANGER: (
        "I am sorry that this isn't going well. Tell me in a few words what you need, or let me "
        "ask a person to help you.",
        "I hear you. Say in a few words what should happen, or I get you a person to talk to.",
    ),
    Oddity.LONG: (
        "That is a lot at once, and I could not find out what to do with it. Please tell me one "
        "thing in a sentence, for example: register a supplier.",
    ),
    Oddity.NOISE: (
        "I can't read that. Could you say it in other words?",
        "That doesn't look like words I know. What would you like to do?",
    ),
}
RESET = (
    "An administrator can reset your passphrase: they give you a code, and with it you choose a "
    "new passphrase when you sign in. Never type a passphrase into the chat."
)
_FORGOTTEN = re.compile(
    r"\b(?:forg[eo]t(?:ten)?|lost|reset|new|don['’]?t (?:know|remember))\b.*"
    r"\bpass(?:word|phrase)\b|"
    r"\bpass(?:word|phrase)\b.*\b(?:wrong|forgotten|lost|doesn['’]?t work|reset)\b",
    re.IGNORECASE,
)
ENGLISH = "I only understand English so far. For example: “my tasks” or “register a supplier”."
TO_A_PERSON = button("Talk to a person", "/human")
NOT_SURE_AGAIN = "All right. Just say it in other words, or ask for “help”."


@dataclass(frozen=True)
class Miss:
    """Something that wasn't understood: the `row`-th in a row, counted from 0."""

    asked: Asked
    answer: Answer
    row: int

    def worded(self, wordings: tuple[str, ...]) -> str:
        """One of several wordings, each in its turn: the one after that which was used last."""
        openings = [one.split("{")[0] for one in wordings]
        for said in self.asked.said:
            for place, opening in enumerate(openings, start=1):
                if said.startswith(opening):
                    return wordings[place % len(wordings)]
        return wordings[0]

    def remember(self, options: list[list[str]] | None = None) -> Events:
        """So that the next sentence can answer it, or be the next one in the row."""
        # Words that nothing can be made of any more are not kept: they may be a secret.
        words = self.asked.text if options else ""
        more = {"options": options or [], "missed": self.row + 1, "words": words}
        return [self.asked.asks(FALLBACK, "missed", **more)]


class Fallback(SkillAction):
    """One clarifying question with the two likeliest readings, then help, then a person."""

    action_name = FALLBACK

    def act(self, asked: Asked, answer: Answer) -> Events:
        if not asked.just_said:
            return []  # another action answered this already
        for answered in (about_drafts, continue_or_anew):
            done = answered(self.roll, asked, answer)
            if done is not None:
                return done
        tasks = UpdateTask(self.roll, self._turn_key)
        if not is_question(asked.text) and (wish := tasks.surely_meant(asked)) is not None:
            return tasks.handle(asked, answer, wish)
        before = asked.pending if asked.pending and asked.pending.kind == "missed" else None
        miss = Miss(asked, answer, before.missed if before else 0)
        if before is not None and asked.says_no:
            return self._help(miss) if asked.actor.signed_in else self._stranger(miss)
        odd = oddity_of(asked.text)
        if odd is not None and (asked.actor.signed_in or odd.oddity in _NO_SECRETS):
            # Letters without vowels may be words in a hurry: then there are likely readings.
            hurried = odd.oddity is Oddity.NOISE and asked.intent == "nlu_fallback"
            if not hurried or is_noise(asked.text):
                return self._odd(miss, odd)
        if _FORGOTTEN.search(asked.text):
            answer.say(RESET, buttons=suggestions(asked.actor.signed_in))
            return miss.remember()
        if not asked.actor.signed_in:
            return self._stranger(miss)
        history = QueryHistory(self.roll, self._turn_key)
        if asked.text and history.surely_meant(asked):
            return history.act(asked, answer)
        if events := self._type(miss):
            return events
        if miss.row == 0:
            return self._ask(miss)
        return self._help(miss) if miss.row == 1 else self._person(miss)

    def _type(self, miss: Miss) -> Events | None:
        """A type that is new knows no sentences yet, but its name says half of it."""
        asked = miss.asked
        if surely_new(asked.text, self.roll.clock(), asked.actor.timezone):
            return self.skill("action_create_meeting").act(asked, miss.answer)
        form = self.roll.catalogue.recognise(asked.text)
        if form is None:
            return None
        see = f'/query_history{{"registration_type": "{form.plural}"}}'
        miss.answer.say(
            f"Is it about registering something ({form.label}), or about what is on record?",
            buttons=[
                button(f"Register: {form.label}", f"register a {form.label}"),
                button(f"My {form.plural}", see),
            ],
        )
        return miss.remember()

    def _ask(self, miss: Miss) -> Events:
        """The two likeliest readings; whichever is chosen is done with the words that were said."""
        meant = [one for one in miss.asked.ranking if one in READINGS and one != "help"][:2]
        if len(meant) < 2 or miss.asked.intent == "out_of_scope":  # noqa: PLR2004
            miss.answer.say(miss.worded(BEYOND), buttons=suggestions(signed_in=True))
            return miss.remember()
        titles = [READINGS[one][0] for one in meant]
        readings = said_list([f"“{one.rstrip('?')}”" for one in titles], "or")
        miss.answer.say(
            miss.worded(UNSURE).format(readings=readings),
            buttons=[button(*READINGS[one]) for one in (*meant, "help")],
        )
        return miss.remember([[one, READINGS[one][0]] for one in meant])

    def _help(self, miss: Miss) -> Events:
        """What would work at this moment, for this person."""
        lines, buttons = self._possible(miss.asked)
        text = "\n".join([miss.worded(STILL), *(f"• {one}" for one in lines)])
        miss.answer.say(text, buttons=[*buttons[:3], READINGS_HELP, TO_A_PERSON])
        return miss.remember()

    def _possible(self, asked: Asked) -> tuple[list[str], list[Button]]:
        actor, now = asked.actor, self.roll.clock()
        lines: list[str] = []
        buttons: list[Button] = []
        drafts = self.roll.drafts.list(actor)
        if drafts:
            title = self.roll.drafts.title(actor, drafts[0])
            lines.append(f"“continue”: go on with your {title}")
            buttons.append(button(f"Continue the {title}", "/continue_draft"))
        tasks = self.roll.tasks.list(actor, actor.employee_id, "open", 200).items
        if tasks:
            verb = "finish" if tasks[0].status == "in_progress" else "start"
            count = count_of(len(tasks), "open task")
            lines.append(f"“my tasks” ({count}), or “{verb} {tasks[0].title}”")
            buttons.append(button(*READINGS["list_tasks"]))
        last = self.roll.undo.last(actor)
        if last is not None and now - last.at <= UNDO_WITHIN:
            lines.append(f"“undo”: {last.text}")
        if asked.last_question:
            lines.append("“only last week”, “as a spreadsheet”: about the list from before")
        lines.append("“register a supplier”, “assign 'Order chairs' to me, due Friday”")
        buttons.append(button("Register a supplier", "register a supplier"))
        return lines, buttons

    def _person(self, miss: Miss) -> Events:
        try:
            name = self.roll.desk.helper_of(miss.asked.actor).name
        except NotFound:
            return self._help(miss)
        miss.answer.say(
            miss.worded(GIVE_UP).format(name=name),
            buttons=[button("Yes, please", "/affirm"), button("No", "/deny"), READINGS_HELP],
        )
        return [miss.asked.asks("action_human", "yes", on_no=NOT_SURE_AGAIN)]

    def _odd(self, miss: Miss, odd: Strange) -> Events:
        signed_in = miss.asked.actor.signed_in
        buttons = suggestions(signed_in)
        if odd.oddity is Oddity.LANGUAGE:
            text = f"{odd.apology} {ENGLISH}".strip()
        else:
            text = miss.worded(ODD[odd.oddity])
        if odd.oddity is Oddity.ANGER and signed_in:
            buttons = [TO_A_PERSON, READINGS_HELP]
        miss.answer.say(text, buttons=buttons)
        return miss.remember()

    def _stranger(self, miss: Miss) -> Events:
        miss.answer.say(
            miss.worded(STRANGER),
            {"type": "sign_in", "employee_id": None},
            suggestions(signed_in=False),
        )
        return miss.remember()


_NO_SECRETS = (Oddity.SIGNS, Oddity.LANGUAGE, Oddity.ANGER)
READINGS_HELP = button(*READINGS["help"])
