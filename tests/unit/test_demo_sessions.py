"""The scheduled sessions of the demo company fill each tab of a first visit."""

from collections import Counter
from datetime import timedelta

from rollcall import SYSTEM, Rollcall, demo
from rollcall.chat_figures import Step
from rollcall.completions.lists import Wanted
from rollcall.demo_sessions import ADMIN, TRAINER


def test_the_demo_company_holds_sessions_and_will_hold_more(roll: Rollcall) -> None:
    demo.fill(roll)
    now = roll.clock()
    for host in (TRAINER, ADMIN):
        sessions = roll.completions.list(SYSTEM, Wanted(host), 200).items
        states = Counter(one.status for one in sessions)
        assert states["completed"] >= 3
        assert any(one.status == "pending" and one.ends_at < now for one in sessions)
        assert any(one.status == "pending" and one.starts_at > now for one in sessions)
    course = roll.completions.list(SYSTEM, Wanted(TRAINER), 200).items
    assert {one.approval for one in course} == {"none", "waiting", "approved"}
    assert any(one.moved_from for one in course)
    assert any(one.cancel_reason for one in course)
    assert sum(one.note_count for one in course) > 3
    assert sum(one.attachment_count for one in course) > 0
    figures = roll.chat_figures.between(SYSTEM, now - timedelta(days=31), now, Step.DAY)
    assert len(figures) > 15
    assert any(one.fallbacks for one in figures)
