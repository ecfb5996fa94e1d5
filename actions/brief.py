"""The brief at sign-in, in words: what is due, what happens today, what waits, what is new."""

from collections.abc import Sequence

from actions.task_wording import card
from actions.turn import Answer, button
from actions.wording import count_of, said_list
from rollcall import Principal, Rollcall
from rollcall.brief import Brief
from rollcall.dates import zone
from rollcall.forms.kinds import show_moment
from rollcall.meetings.model import Meeting
from rollcall.tasks import Task

NAMED = 3


def say_brief(roll: Rollcall, actor: Principal, answer: Answer) -> None:
    """Say the brief, if there is anything to say."""
    brief = roll.briefs.of(actor)
    lines = [
        *_tasks(brief, actor),
        *_meetings(brief.meetings, actor),
        *_drafts(brief),
        *_news(brief),
    ]
    if not lines:
        return
    pressing = [*brief.overdue, *brief.due_today]
    buttons = [button("My tasks", "/list_tasks")] if brief.tasks else []
    if brief.drafts:
        buttons.append(button(f"Continue the {brief.drafts[0]}", "/continue_draft"))
    answer.say("\n".join(lines), card(pressing) if pressing else None, buttons)


def _tasks(brief: Brief, actor: Principal) -> list[str]:
    if not brief.tasks:
        return []
    details = [
        f"{len(tasks)} {words}"
        for tasks, words in ((brief.overdue, "overdue"), (brief.due_today, "due today"))
        if tasks
    ]
    more = f", {said_list(details)}" if details else ""
    first = f"You have {count_of(len(brief.tasks), 'open task')}{more}."
    late = [
        f"• {one.title}: {one.priority}, overdue since "
        f"{show_moment(one.due_date, actor.timezone) if one.due_date else ''}"
        for one in brief.overdue[:NAMED]
    ]
    today = [f"• {one.title}: {one.priority}, due today" for one in brief.due_today[:NAMED]]
    return [first, *late, *_rest(brief.overdue), *today, *_rest(brief.due_today)]


def _rest(tasks: Sequence[Task]) -> list[str]:
    return [f"• … and {len(tasks) - NAMED} more like that"] if len(tasks) > NAMED else []


def _meetings(meetings: Sequence[Meeting], actor: Principal) -> list[str]:
    here = zone(actor.timezone)
    said = [
        f"“{one.title}” (on now)"
        if one.status == "live"
        else f"“{one.title}” at {one.at.astimezone(here):%H:%M}"
        for one in meetings
    ]
    return [f"Today: {said_list(said)}."] if said else []


def _drafts(brief: Brief) -> list[str]:
    if not brief.drafts:
        return []
    return [f"Waiting to be finished: {said_list(brief.drafts)}. Say “continue”."]


def _news(brief: Brief) -> list[str]:
    if not brief.news:
        return []
    more = [f"… and {count_of(brief.more_news, 'more thing')}."] if brief.more_news else []
    return ["Since last time:", *(f"• {one.text}" for one in brief.news), *more]
