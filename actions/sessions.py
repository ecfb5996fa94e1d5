"""Signing in and out, and the sessions one has."""

import re
from typing import Any

from actions.brief import say_brief
from actions.history import HistoryAction, QueryHistory
from actions.paging import ALL, page_of
from actions.scheduled import say_coming, say_scheduled
from actions.turn import Answer, Asked, Events, SkillAction
from actions.wording import count_of
from rollcall.directory import normal_id
from rollcall.errors import Invalid
from rollcall.forms.kinds import show_moment
from rollcall.history_query import HistoryAnswer, HistoryQuery
from rollcall.principal import Principal

_WHO_ELSE = re.compile(
    r"\bwho(?:'s| is| are| else)\b.*\b(?:(?:signed|logged) (?:in|on)|online)\b"
    r"(?!\s+(?:here|with|as|on this)\b)",
    re.IGNORECASE,
)
_MINE = re.compile(r"\W*(?:(?:show|list|see|view)\s+(?:me\s+)?)?my sessions\W*", re.IGNORECASE)
_SIGN_INS = re.compile(
    r"\b(log(?:ged|in|ins|s)?|sign(?:ed)?|sign-ins?|devices?|account|active|where|who)\b",
    re.IGNORECASE,
)
_SCHEDULED = re.compile(
    r"\b(schedul\w*|upcoming|planned|pending|complete\w*|cancell?ed|class(?:es)?|lessons?|"
    r"trainings?|tomorrow\S*|next|missed)\b",
    re.IGNORECASE,
)


class SignIn(SkillAction):
    """“I am employee EMP001” claims; only the passphrase, typed outside the chat, proves it."""

    action_name = "action_sign_in"

    def act(self, asked: Asked, answer: Answer) -> Events:
        claimed = asked.employee_id
        if asked.actor.signed_in and claimed in (None, asked.actor.employee_id):
            self._grant(asked.actor, answer)
            return []
        if claimed is None:
            named = asked.entities.get("employee_id")
            if named:
                raise Invalid("An employee id looks like EMP001. What is yours?")
            text = "What is your employee id? Say, for example: I am employee EMP001."
        else:
            claimed = normal_id(claimed)
            text = (
                f"Please type the passphrase of {claimed} into the field below. "
                "It goes straight to the sign-in, not through this chat."
            )
            if asked.actor.signed_in:
                text = f"You are signed in as {asked.actor.employee_id}. {text}"
        answer.say(text, {"type": "sign_in", "employee_id": claimed})
        return []

    def _grant(self, actor: Principal, answer: Answer) -> None:
        answer.say(
            "Access Granted - Session Active\n"
            f"Welcome, {actor.name} ({actor.role.value})\n"
            f"Employee ID: {actor.employee_id}\n"
            f"Session: {actor.session_id}",
            {
                "type": "session",
                "session_id": actor.session_id,
                "employee": {
                    "employee_id": actor.employee_id,
                    "name": actor.name,
                    "role": actor.role.value,
                },
                "role": actor.role.value,
                "dashboard_url": f"/dashboard?employee_id={actor.employee_id}",
            },
        )
        say_brief(self.roll, actor, answer)


class SignOut(SkillAction):
    """Ends the session; forms that are open wait until the next time."""

    action_name = "action_sign_out"

    def act(self, asked: Asked, answer: Answer) -> Events:
        if not asked.actor.signed_in:
            answer.say("You are not signed in.")
            return []
        self.roll.sessions.end(asked.actor, str(asked.actor.session_id))
        answer.say(
            f"You are signed out, {asked.actor.name.split()[0]}. Until next time.",
            {"type": "signed_out"},
        )
        return []


class WhoAmI(SkillAction):
    """Who is signed in here; "who is signed in right now" asks for everyone."""

    action_name = "action_who_am_i"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.actor
        if actor.signed_in and _WHO_ELSE.search(asked.text):
            return QueryHistory(self.roll, self._turn_key).act(asked, answer)
        if not actor.signed_in:
            answer.say(
                "You are not signed in. Say, for example: I am employee EMP001.",
                {"type": "sign_in", "employee_id": None},
            )
            return []
        department = f", {actor.department}" if actor.department else ""
        answer.say(
            f"You are {actor.name} ({actor.role.value}{department}), employee id "
            f"{actor.employee_id}. Session: {actor.session_id}"
        )
        return []


class ListSessions(HistoryAction):
    """One's own sign-ins, or those of somebody one may see; or scheduled sessions, where the words
    say so. “My sessions” are both: first what is coming."""

    action_name = "action_list_sessions"
    subject = "sessions"

    def act(self, asked: Asked, answer: Answer) -> Events:
        asked.require_person()
        if _SCHEDULED.search(asked.text) and not _SIGN_INS.search(asked.text):
            return say_scheduled(self, asked, answer)
        # “More” goes on with the list below them.
        if _MINE.fullmatch(asked.text) and "offset" not in asked.entities:
            say_coming(self, asked, answer)
        return self.reply(asked, answer)

    def say(
        self, asked: Asked, query: HistoryQuery, found: HistoryAnswer, answer: Answer
    ) -> Events:
        actor, whose = asked.actor, query.employee_id
        if query != HistoryQuery(subject="sessions", employee_id=whose) or len(query.people()) != 1:
            return QueryHistory(self.roll, self._turn_key).say(asked, query, found, answer)
        sessions = self.roll.sessions.list(actor, whose, 200).items
        page = page_of(asked, sessions)
        if page.is_behind:
            answer.say(ALL)
            return []
        rows: list[dict[str, Any]] = [
            {
                "session_id": one.session_id,
                "login_time": show_moment(one.login_time, actor.timezone),
                "status": one.session_status,
                "registrations": one.counts.get("registration_created", 0),
            }
            for one in page.shown
        ]
        total = len(sessions)
        name = self.roll.directory.names([str(whose)]).get(str(whose), whose)
        possessive = "You have" if whose == actor.employee_id else f"{name} ({whose}) has"
        first = f"{possessive} {count_of(total, 'session')}, the latest first:"
        lines = [page.heading(first, "session")]
        lines += [f"• {one['login_time']}: {one['status']} ({one['session_id']})" for one in rows]
        lines += page.closing()
        columns = {
            "login_time": "Signed in",
            "status": "Status",
            "registrations": "Registrations",
            "session_id": "Session",
        }
        answer.say(
            "\n".join(lines),
            {
                "type": "table",
                "columns": [{"name": name, "label": label} for name, label in columns.items()],
                "rows": rows,
                "total": total,
                "query": {"employee_id": whose},
                "url": f"/dashboard?employee_id={whose}",
                "chips": ["sessions", str(whose)],
            },
            page.buttons(),
        )
        return page.goes_on(asked, self.action_name)
