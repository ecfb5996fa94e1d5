"""Unfinished forms: going on with one, listing them, deleting them."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall import Rollcall
from rollcall.forms.draft import Draft, Outcome
from rollcall.forms.draft_words import Wish, wants_a_new_one, wish_in
from rollcall.forms.kinds import show_moment
from rollcall.principal import Principal

CLOSE: Events = [
    SlotSet("answer", None),
    SlotSet("draft_id", None),
    SlotSet("requested_slot", None),
]
NONE = "You have no unfinished forms."


class ContinueDraft(SkillAction):
    """“Continue my supplier”: goes on where a form was left. Also “show my drafts”."""

    action_name = "action_continue_draft"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        done = about_drafts(self.roll, asked, answer)
        if done is None:
            done = continue_or_anew(self.roll, asked, answer)
        if done is not None:
            return done
        pressed = asked.entities.get("registration_type", "")
        if not asked.text and pressed.startswith("#"):
            return go_on(self.roll, actor, answer, draft_id=pressed[1:])
        wanted = self.roll.catalogue.recognise(asked.text) if asked.text else None
        name = wanted.name if wanted else None
        if name is None and "task" in asked.text.lower():
            name = "task"
        if name is None and "meeting" in asked.text.lower():
            name = "meeting"
        return go_on(self.roll, actor, answer, type_name=name)


def go_on(
    roll: Rollcall,
    actor: Principal,
    answer: Answer,
    type_name: str | None = None,
    draft_id: str | None = None,
) -> Events:
    """Put an unfinished form in front again. Raises `NotFound` when there is none."""
    outcome = roll.drafts.resume(actor, type_name, draft_id)
    answer.say(f"Back to the {roll.drafts.title(actor, outcome.draft)}.")
    return open_form(outcome.draft.form, outcome)


def open_form(name: str, outcome: Outcome) -> Events:
    """Let Rasa run the form, which asks its question."""
    return [SlotSet("draft_id", outcome.draft.draft_id), FollowupAction(f"{name}_form")]


def offer_to_go_on(roll: Rollcall, asked: Asked, draft: Draft, answer: Answer) -> Events:
    """Somebody begins what they have an unfinished one of: go on with that, or anew?"""
    actor = asked.actor
    title = roll.drafts.title(actor, draft)
    roll.drafts.put_aside(actor)
    answer.say(
        f"You have an unfinished {title}, from {_when(actor, draft)}. Shall we go on with it, or "
        "start a new one?",
        buttons=[
            button("Go on with it", f'/continue_draft{{"registration_type": "#{draft.draft_id}"}}'),
            button("Start a new one", f'/register{{"registration_type": "{draft.type}", '
                   '"status": "new"}'),
        ],
    )  # fmt: skip
    return [*CLOSE, ActiveLoop(None), asks_to_go_on(asked, draft, type=draft.type)]


def asks_to_go_on(asked: Asked, draft: Draft, **more: str) -> dict[str, Any]:
    """The event that makes the next sentence the answer to “shall we go on with it?”."""
    about = {"draft": draft.draft_id, **more}
    return asked.asks(ContinueDraft.action_name, "go_on", entities=about)


def continue_or_anew(roll: Rollcall, asked: Asked, answer: Answer) -> Events | None:
    """The answer to that question, however it was understood; None when it is none."""
    if asked.pending is None or asked.pending.kind != "go_on" or not asked.actor.signed_in:
        return None
    about = asked.pending.entities
    new = asked.intent == "deny" or wants_a_new_one(asked.text)
    if new and "type" in about:
        return begin(roll, asked, about["type"], answer)
    if asked.intent in ("affirm", "continue_draft"):
        return go_on(roll, asked.actor, answer, draft_id=about["draft"])
    if asked.intent in ("deny", "cancel"):
        answer.say("All right. It waits until you say “continue”.")
        return []
    return None


def begin(roll: Rollcall, asked: Asked, type_name: str, answer: Answer) -> Events:
    """Open a new form of a type, with what the sentence already says about it."""
    actor, turn_id = asked.actor, asked.turn.turn_id
    outcome = roll.drafts.begin_registration(actor, type_name, asked.text, turn_id)
    label = roll.drafts.form_of(actor, outcome.draft).label
    answer.say(" ".join((f"Let's register a new {label}.", *outcome.notes)))
    return open_form("registration", outcome)


def about_drafts(
    roll: Rollcall, asked: Asked, answer: Answer, at_hand: Draft | None = None
) -> Events | None:
    """Lists and deletes drafts, all but the one at hand; None when nobody spoke of them."""
    if not asked.actor.signed_in:
        return None
    if asked.pending is not None and asked.pending.kind == "delete":
        if asked.intent == "affirm":
            return _delete(roll, asked, asked.pending.entities["drafts"].split(), answer)
        if asked.intent in ("deny", "cancel"):
            answer.say("I keep them.")
            return []
    match wish_in(asked.text):
        case Wish.SHOW:
            return _list(roll, asked.actor, answer)
        case Wish.DELETE:
            others = [
                one
                for one in roll.drafts.list(asked.actor)
                if at_hand is None or one.draft_id != at_hand.draft_id
            ]
            return _ask_before_deleting(roll, asked, _meant(roll, asked, others), answer)
    return None


def _list(roll: Rollcall, actor: Principal, answer: Answer) -> Events:
    drafts = roll.drafts.list(actor)
    if not drafts:
        answer.say(NONE)
        return []
    rows = [
        {
            "title": _capital(roll.drafts.title(actor, one)),
            "answers": _answered(roll, actor, one),
            "when": _when(actor, one),
        }
        for one in drafts
    ]
    lines = [f"You have {count_of(len(drafts), 'unfinished form')}, the last one first:"]
    lines += [f"• {', '.join(row.values())}" for row in rows]
    lines.append("Say, for example, “continue my supplier” or “delete my drafts”.")
    columns = {"title": "Form", "answers": "Filled in", "when": "Last touched"}
    answer.say(
        "\n".join(lines),
        {
            "type": "table",
            "columns": [{"name": name, "label": label} for name, label in columns.items()],
            "rows": rows,
            "total": len(drafts),
            "query": {},
            "chips": ["unfinished forms"],
        },
        [
            button(
                f"Continue the {roll.drafts.title(actor, one)}",
                f'/continue_draft{{"registration_type": "#{one.draft_id}"}}',
            )
            for one in drafts[:3]
        ],
    )
    return []


def _ask_before_deleting(
    roll: Rollcall, asked: Asked, drafts: Sequence[Draft], answer: Answer
) -> Events:
    if not drafts:
        answer.say(NONE if not roll.drafts.list(asked.actor) else "There is no such draft.")
        return []
    titles = said_list([roll.drafts.title(asked.actor, one) for one in drafts])
    answer.say(
        f"Shall I delete {count_of(len(drafts), 'unfinished form')}: {titles}? That can't be "
        "undone.",
        buttons=[button("Delete", "/affirm"), button("Keep", "/deny")],
    )
    about = {"drafts": " ".join(one.draft_id for one in drafts)}
    return [asked.asks(ContinueDraft.action_name, "delete", entities=about)]


def _delete(roll: Rollcall, asked: Asked, wanted: Sequence[str], answer: Answer) -> Events:
    found = [one for one in roll.drafts.list(asked.actor) if one.draft_id in wanted]
    if not found:
        answer.say(NONE)
        return []
    count = roll.drafts.delete(asked.actor, found, asked.key("delete_drafts"))
    answer.say(f"Deleted: {count_of(count, 'unfinished form')}.")
    return []


def _meant(roll: Rollcall, asked: Asked, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Those that the words name by type or title, else all."""
    text = asked.text.lower()
    titled = [
        one
        for one in drafts
        if (title := roll.drafts.title(asked.actor, one).lower()) in text and " " in title
    ]
    if titled:
        return titled
    form = roll.catalogue.recognise(asked.text)
    name = form.name if form else "task" if "task" in text else None
    return [one for one in drafts if name in (None, one.type)]


def _answered(roll: Rollcall, actor: Principal, draft: Draft) -> str:
    if draft.rows:
        return count_of(len(draft.rows), "row")
    of = len(roll.drafts.form_of(actor, draft).fields)
    return f"{len(draft.answers)} of {of} answers"


def _when(actor: Principal, draft: Draft) -> str:
    return show_moment(draft.updated_at, actor.timezone)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
