"""The meetings of the demo company show what a report can say."""

from collections import Counter

from rollcall import SYSTEM, Rollcall, demo


def test_the_demo_company_has_met_and_will_meet_again(roll: Rollcall) -> None:
    demo.fill(roll)
    over = roll.meetings.list(SYSTEM, "over", everybodys=True).items
    assert len(over) >= demo.DAYS // 7
    attended = Counter(
        person.facts.status for meeting in over for person in roll.reports.people(meeting)
    )
    assert {"present", "late", "absent"} <= set(attended)
    [planned] = roll.meetings.list(SYSTEM, "open", everybodys=True).items
    assert planned.starts_at is not None
    assert planned.starts_at > roll.clock()
