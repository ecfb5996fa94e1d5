"""What people say about tasks that are there: start, finish, change, hand on, give up, take back.

What the words say counts before what the classifier took them for: "it isn't done yet" looks like
"it is done now" and means the opposite.
"""

from collections.abc import Sequence
from datetime import datetime

from actions.task_doing import VERBS, Said, change, check_owner, give, leave, move, reopen, state
from actions.task_wording import (
    ask_which,
    bullets,
    card,
    titles,
)
from actions.turn import Answer, Asked, Events, SkillAction, button
from rollcall.errors import NotFound
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.spoken.choices import Shown, whole_titles_in
from rollcall.spoken.orders import Speaker, people_in, understand
from rollcall.spoken.wishes import Wish, wish_of, wish_or
from rollcall.tasks import Task

MOST_UNASKED = 3
"""More tasks than these are only changed after asking."""

LONGEST_REQUEST = 30
"""Words; what is longer than these plainly means nothing."""


class TaskTalk(SkillAction):
    """Base of the skills that speak of tasks. `default` counts where the words say nothing."""

    intent: str
    default: Wish

    def act(self, asked: Asked, answer: Answer) -> Events:
        asked.require_person()
        return self.handle(asked, answer, wish_or(asked.text, self.default))

    def handle(self, asked: Asked, answer: Answer, wish: Wish) -> Events:
        """Do what is wished with the tasks that are meant, or ask which."""
        speaker = self._speaker(asked, wish)
        understood = understand(asked.text, wish, speaker, asked.entities.get("task_title", ""))
        if understood.stranger is not None:
            raise NotFound("I can't find such a task among those that you can change.")
        everybody = [*speaker.own, *speaker.others, *understood.choice.tasks]
        ids = {one.employee_id for one in everybody} | set(
            understood.target.ids if understood.target else ()
        )
        names = self.roll.directory.names(ids)
        said = Said(
            asked, answer, understood, names, self.roll.clock(), self.roll, self.action_name,
            self.intent,
        )  # fmt: skip
        match understood.wish:
            case Wish.REOPEN:
                return reopen(said)
            case Wish.NOT_DONE | Wish.LATER | Wish.LEAVE:
                return leave(said)
            case Wish.STATE:
                return state(said)
        if events := self._unclear(said, [*speaker.own, *speaker.others]):
            return events
        if len(said.tasks) > MOST_UNASKED and not asked.agreed:
            return self._sure(said)
        match understood.wish:
            case Wish.CHANGE:
                return change(said)
            case Wish.GIVE:
                return give(said)
        check_owner(said)
        return move(said)

    def surely_meant(self, asked: Asked) -> Wish | None:
        """What a sentence that was taken for something else wants of a task, if it plainly names
        one, or points at what was just done."""
        if not asked.text or not asked.actor.signed_in:
            return None
        if len(asked.text.split()) > LONGEST_REQUEST:
            return None
        wish = wish_of(asked.text)
        if wish is Wish.NOT_DONE and self.roll.undo.completions(asked.actor):
            return wish  # "no, it isn't", right after something was marked as done
        speaker = self._speaker(asked, wish or Wish.CHANGE)
        understood = understand(asked.text, wish or Wish.CHANGE, speaker)
        if understood.choice.unclear or not understood.choice.tasks or understood.stranger:
            return None
        if wish is None and understood.wanted.is_empty and understood.target is None:
            return None
        return understood.wish

    def plainly_meant(self, asked: Asked) -> Wish | None:
        """What a sentence that was taken for something else wants of tasks that it names with
        their whole titles."""
        wish = wish_of(asked.text)
        if wish is None or (meant := self.surely_meant(asked)) is None:
            return None
        speaker = self._speaker(asked, wish)
        named, _ = whole_titles_in([*speaker.own, *speaker.others], asked.text)
        return meant if named else None

    def _speaker(self, asked: Asked, wish: Wish) -> Speaker:
        actor, roll = asked.actor, self.roll
        people = roll.directory.everyone(actor, Permission.READ_TASKS)
        if wish is Wish.REOPEN:
            done = roll.undo.completions(actor)
            own = [roll.tasks.get(actor, one.subject.id) for one in done]
            return Speaker(roll.drafts.context(actor), own, (), people, self._shown(asked))
        # Only a question how things stand is also about what is over.
        status = None if wish is Wish.STATE else "open"
        own = roll.tasks.list(actor, actor.employee_id, status, 200).items
        others = {one.task_id: one for one in roll.tasks.given(actor)}
        for one in people_in(asked.text, people):
            if one.id is not None and one.id != actor.employee_id:
                found = roll.tasks.list(actor, one.id, status, 200).items
                others |= {task.task_id: task for task in found}
        if asked.entities.get("task_title", "").startswith("#"):
            others |= self._named(actor, asked.entities["task_title"])
        own_ids = {one.task_id for one in own}
        rest = [one for one in others.values() if one.task_id not in own_ids]
        return Speaker(roll.drafts.context(actor), own, rest, people, self._shown(asked))

    def _named(self, actor: Principal, ids: str) -> dict[str, Task]:
        """Tasks that a button names, those that the actor may see."""
        found = {}
        for one in ids.replace("#", "").split(","):
            try:
                task = self.roll.tasks.get(actor, one)
            except NotFound:
                continue
            found[task.task_id] = task
        return found

    def _shown(self, asked: Asked) -> Shown:
        """What "it" and "the second one" are: what was listed or done last."""
        kept = asked.shown
        focus, at = self.roll.undo.latest_tasks(asked.actor)
        listed_at = datetime.fromisoformat(kept["at"]) if kept.get("at") else None
        if listed_at is not None and (at is None or listed_at > at) and kept.get("focus"):
            focus = tuple(kept["focus"])
        return Shown(tuple(kept.get("listed", ())), focus)

    def _unclear(self, said: Said, known: Sequence[Task]) -> Events | None:
        """Ask back where it isn't clear which tasks are meant; None when it is."""
        choice, wish = said.understood.choice, said.understood.wish
        verb = VERBS[wish]
        if not choice.unclear and choice.tasks:
            return None
        pressed = said.asked.entities.get("task_title", "")
        if not known or (pressed.startswith("#") and not choice.unclear):
            raise NotFound(f"There is no open task that you could {verb}.")
        words, options = choice.unclear[0] if choice.unclear else ("", ())
        if choice.tasks and not options:
            missing = " or ".join(f"“{one}”" for one, _ in choice.unclear)
            said.answer.say(
                f"I find {titles(choice.tasks)}, but no open task like {missing}. "
                f"Shall I {verb} just {'that' if len(choice.tasks) == 1 else 'these'}?",
                card(choice.tasks),
                [button("Yes", "/affirm"), button("No", "/deny")],
            )
            entities = said.entities_of(said.tasks)
            return [said.asked.asks(self.action_name, "yes", entities=entities)]
        question = f"Which task shall I {verb}?"
        if words and not options:
            question = f"I find no open task like “{words}”. {question}"
        elif choice.tasks:
            question = f"{titles(choice.tasks)} I know. Which one is “{words}”?"
        elif not options and len(known) == 1:
            options = tuple(known)
        return ask_which(
            said.asked, said.answer, self.action_name, self.intent, question,
            options or known, said.names,
        )  # fmt: skip

    def _sure(self, said: Said) -> Events:
        """Show what would be done, and ask."""
        verb = VERBS[said.understood.wish]
        said.answer.say(
            f"Shall I {verb} these {len(said.tasks)} tasks?\n"
            f"{bullets(said.tasks, said.actor, said.names)}",
            card(said.tasks),
            [button("Yes", "/affirm"), button("No", "/deny")],
        )
        entities = said.entities_of(said.tasks)
        return [said.asked.asks(self.action_name, "yes", entities=entities)]
