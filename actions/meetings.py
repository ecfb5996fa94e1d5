"""Meetings in the chat: setting one up, coming, going, who is there, and the end."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from actions.drafts import open_form
from actions.turn import SURE, Answer, Asked, Button, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall.dates import zone
from rollcall.errors import NotFound
from rollcall.forms.kinds import show_moment
from rollcall.meetings import Arrival, Meeting
from rollcall.meetings.spoken import digits_in, guests_in, meeting_in, named, reference_in
from rollcall.periods import find_period
from rollcall.principal import Principal

SHOWN = 10
CODE_ANSWER = r"^[0-9A-Za-z][0-9A-Za-z -]{4,20}$"
"""What may be a code when one was asked for."""
_EVERYBODYS = re.compile(
    r"\b(all|everyone|everybody|running|going on|live|company)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(past|last|attended|attend|was|were|been|over|finished)\b", re.IGNORECASE)

_ASKS_WHO = re.compile(r"\W*(?:who|who['’]s|how many|which people)\b", re.IGNORECASE)


class CreateMeeting(SkillAction):
    """“Set up a retro on Friday at 3 for an hour”: what is missing is asked, then it is shown."""

    action_name = "action_create_meeting"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        known = meeting_in(asked.text, self.roll.clock(), actor.timezone)
        skipped = ("starts_at", "duration") if known.get("starts_at", "") is None else ()
        answers = {name: value for name, value in known.items() if value is not None}
        answer.say("A new meeting, then.")
        missing = tuple(one for one in skipped if one not in answers)
        drafts = self.roll.drafts
        guests = guests_in(asked.text, drafts.context(actor).people, actor.employee_id)
        outcome = drafts.begin_meeting(actor, answers, missing, guests, asked.turn.turn_id)
        if outcome.problem:
            # The form asks then whether it meant the others; why it asks is said here.
            answer.say(outcome.problem.partition(" Did you mean")[0])
        return open_form("meeting", outcome)


class MeetingSkill(SkillAction):
    """What has to find out first which meeting is meant."""

    def meant(
        self, asked: Asked, candidates: Sequence[Meeting], question: str, answer: Answer
    ) -> Meeting | None:
        """The one that is named by code, number or title, or the only one there is; None when
        that was asked back. Raises `NotFound` when there is none."""
        reference = reference_in(asked.text) or asked.entities.get("meeting_code")
        if reference:
            wanted = [one for one in candidates if reference in (one.code, one.external_id)]
            return wanted[0] if wanted else self.roll.meetings.get(asked.actor, reference)
        found = named(asked.text, candidates) or list(candidates)
        if len(found) == 1:
            return found[0]
        if found:
            intent = str(asked.intent)
            answer.say(question, buttons=[_choose(intent, one) for one in found[:SHOWN]])
        return None

    def todays(self, actor: Principal) -> list[Meeting]:
        """One's own meetings that are live or still to come today, the live ones first."""
        here = zone(actor.timezone)
        today = self.roll.clock().astimezone(here).date()
        midnight = datetime.combine(today, time(0), here)
        found = self.roll.meetings.of_day(actor, midnight, midnight + timedelta(days=1))
        return sorted(found, key=lambda one: one.status != "live")

    def mine(self, actor: Principal) -> list[Meeting]:
        """Those one is in now."""
        inside = self.roll.attendances.current(actor)
        found = self.roll.meetings.of_intervals(inside)
        return [found[one] for one in dict.fromkeys(one.meeting_id for one in inside)]


class JoinMeeting(MeetingSkill):
    """“Join K7P-2QX”; without a code the meeting of today that one is invited to."""

    action_name = "action_join_meeting"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        if _ASKS_WHO.match(asked.text):
            # Whoever only asks must not find themselves inside.
            return self.skill("action_who_is_here").act(asked, answer)
        reference = reference_in(asked.text) or asked.entities.get("meeting_code")
        if reference is None:
            todays = self.todays(actor)
            meeting = self.meant(asked, todays, "Which one would you like to join?", answer)
            if meeting is None:
                if not todays:
                    answer.say("Which meeting? Please tell me its join code, such as K7P-2QX.")
                return [asked.asks(self.action_name, "more", detail=CODE_ANSWER)]
            reference = meeting.meeting_id
        spoken = asked.text.replace(reference, " ")
        arrival = Arrival(reference, "chat", "Chat", rotating_code=digits_in(spoken))
        interval = self.roll.attendances.join(actor, arrival, asked.key(self.action_name))
        meeting = self.roll.meetings.of_intervals([interval])[interval.meeting_id]
        if interval.state == "waiting":
            answer.say(
                f"You are in the waiting room of “{meeting.title}”. The host lets you in.",
                _card([meeting]),
            )
            return []
        others = [one for one in self._names(actor, meeting) if one != actor.name]
        company = f" {said_list(others)} {'is' if len(others) == 1 else 'are'} here too."
        answer.say(
            f"You are in “{meeting.title}”.{company if others else ' Nobody else is here yet.'}",
            _card([meeting]),
            [button("Who is here?", "/who_is_here"), _act("Leave", "leave_meeting", meeting)],
        )
        return []

    def _names(self, actor: Principal, meeting: Meeting) -> list[str]:
        _, here = self.roll.reports.here(actor, meeting.meeting_id)
        names = [one.name for one in here if one.facts.is_active]
        return [*names[:SHOWN], *([f"{len(names) - SHOWN} more"] if len(names) > SHOWN else [])]


class LeaveMeeting(MeetingSkill):
    """“Leave the retro”."""

    action_name = "action_leave_meeting"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        mine = self.mine(actor)
        key = asked.key(self.action_name)
        if not mine and not reference_in(asked.text):
            raise NotFound("You are not in a meeting.")
        meeting = self.meant(asked, mine, "You are in several. Which one do you leave?", answer)
        if meeting is None:
            return []
        left = self.roll.attendances.leave_meeting(actor, meeting.meeting_id, key)
        minutes = round(sum(one.seconds(self.roll.clock()) for one in left) / 60)
        stayed = f" You were there for {count_of(minutes, 'minute')}." if minutes else ""
        answer.say(f"You have left “{meeting.title}”.{stayed}", _card([meeting]))
        return []


class ListMeetings(MeetingSkill):
    """“My meetings today”; admins also “all running meetings”."""

    action_name = "action_list_meetings"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        now = self.roll.clock()
        period = find_period(asked.text, now, actor.timezone)
        past = bool(_PAST.search(asked.text)) or bool(
            period and period.until and period.until <= now
        )
        live = bool(re.search(r"\b(live|running|going on)\b", asked.text, re.IGNORECASE))
        status = "completed" if past else "live" if live else "open"
        everybodys = bool(_EVERYBODYS.search(asked.text))
        page = self.roll.meetings.list(actor, status, everybodys, 200)
        found = sorted(page.items, key=lambda one: one.at, reverse=past)
        if period:
            found = [
                one for one in found if period.covers(one.at) or (one.status == "live" and not past)
            ]
        what = {"completed": "past meeting", "live": "live meeting"}.get(status, "meeting")
        when = f" {period.words}" if period else ""
        if not found:
            answer.say(
                f"There is no {what}{when} that you are on the list of.",
                _card([]),
                [button("Set one up", "set up a meeting")],
            )
            return []
        lines = [f"{count_of(len(found), what)}{when}:"]
        lines += [f"• {describe(one, actor)}" for one in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"… and {len(found) - SHOWN} more on the page of meetings.")
        joinable = [one for one in found if one.status == "live"][:2]
        buttons = [_act(f"Join “{one.title}”", "join_meeting", one) for one in joinable]
        answer.say("\n".join(lines), _card(found[:SHOWN]), buttons)
        return []


class WhoIsHere(MeetingSkill):
    """“Who is here?”: the names of those in the meeting one is in, hosts, or names."""

    action_name = "action_who_is_here"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        live = [one for one in self.todays(actor) if one.status == "live"]
        candidates = self.mine(actor) or live
        meeting = self.meant(asked, candidates, "Of which meeting?", answer)
        if meeting is None:
            if not candidates:
                answer.say("Of which meeting? You are in none now. Tell me its title or code.")
                return [asked.asks(self.action_name, "more", detail=CODE_ANSWER)]
            return []
        meeting, people = self.roll.reports.here(actor, meeting.meeting_id)
        here = [one.name for one in people if one.facts.is_active]
        waiting = [one.name for one in people if one.is_waiting and not one.facts.is_active]
        shown = here[:SHOWN] + ([f"{len(here) - SHOWN} more"] if len(here) > SHOWN else [])
        verb = "is" if len(here) == 1 else "are"
        text = f"Nobody is in “{meeting.title}” now."
        if here:
            text = f"{said_list(shown)} {verb} in “{meeting.title}”."
        if waiting:
            text += f" {count_of(len(waiting), 'person', 'people')} waiting to be let in."
        answer.say(text, {**_card([meeting]), "here": here})
        return []


class EndMeeting(MeetingSkill):
    """“End the meeting for everyone”; one that has not begun is called off."""

    action_name = "action_end_meeting"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        hosted = [one for one in self.todays(actor) if one.host_id == actor.employee_id]
        live = [one for one in hosted if one.status == "live"]
        own = [one for one in self.roll.meetings.list(actor, "open").items
               if one.host_id == actor.employee_id]  # fmt: skip
        candidates = named(asked.text, own) or live or hosted
        meeting = self.meant(asked, candidates, "Which one shall I end?", answer)
        if meeting is None:
            if not candidates:
                raise NotFound("There is no meeting of yours that could be ended.")
            return []
        sure = asked.agreed or asked.turn.kind == "button" or asked.confidence >= SURE
        if not sure:
            answer.say(
                f"Shall I end “{meeting.title}” for everybody?",
                buttons=[button("Yes", "/affirm"), button("No", "/deny")],
            )
            return [asked.asks(self.action_name, "yes")]
        key = asked.key(self.action_name)
        if meeting.status == "scheduled":
            after = self.roll.meetings.cancel(actor, meeting.meeting_id, key)
            answer.say(f"“{after.title}” is called off.", _card([after]))
            return []
        after = self.roll.hosting.end(actor, meeting.meeting_id, key)
        answer.say(f"“{after.title}” is over, for everybody.", _card([after]))
        return []


def say_planned(actor: Principal, meeting: Meeting, answer: Answer) -> None:
    """The receipt of a meeting that was set up."""
    code = spelled(meeting)
    begins = "It is open now." if meeting.status == "live" else f"{_times(meeting, actor)}."
    answer.say(
        f"Set up: “{meeting.title}”. {begins} Others join with the code {code}, or with the link "
        f"/join/{meeting.code}.",
        _card([meeting]),
        [
            _act("Join it", "join_meeting", meeting)
            if meeting.status == "live"
            else button("My meetings", "/list_meetings"),
            _act("Call it off" if meeting.status != "live" else "End it", "end_meeting", meeting),
        ],
    )


def describe(meeting: Meeting, actor: Principal) -> str:
    """One line: title, when, how many are there, code."""
    people = f", {count_of(meeting.present, 'person', 'people')} there" if meeting.present else ""
    return f"{meeting.title} ({_times(meeting, actor)}{people}), code {spelled(meeting)}"


def spelled(meeting: Meeting) -> str:
    """The code as it is read aloud."""
    code = str(meeting.code)
    return f"{code[:3]}-{code[3:]}"


def _times(meeting: Meeting, actor: Principal) -> str:
    if meeting.status == "live":
        return "live now"
    begins = show_moment(meeting.at, actor.timezone)
    return begins if meeting.status == "scheduled" else f"{begins}, {meeting.status}"


def _card(meetings: Sequence[Meeting]) -> dict[str, object]:
    return {
        "type": "meeting",
        "items": [{**one.public(), "url": f"/meetings/{one.meeting_id}"} for one in meetings],
        "url": "/meetings",
    }


def _act(title: str, intent: str, meeting: Meeting) -> Button:
    return button(title, f'/{intent}{{"meeting_code": "{meeting.code}"}}')


def _choose(intent: str, meeting: Meeting) -> Button:
    return _act(meeting.title, intent, meeting)
