"""The demo company is what a first run shows."""

from rollcall import SYSTEM, Rollcall
from rollcall.demo import fill, is_empty


def test_demo_company_has_a_month_of_history_and_accounts_that_open(roll: Rollcall) -> None:
    assert is_empty(roll)
    accounts = fill(roll)
    assert not is_empty(roll)
    assert [one.employee_id for one in accounts] == [f"EMP{number:03}" for number in range(1, 9)]
    assert accounts[0].name == "Admin User"
    assert accounts[0].role == "admin"
    assert {one.role for one in accounts} == {"admin", "manager", "faculty", "employee"}
    employee = roll.credentials.check("EMP004", accounts[3].passphrase, "127.0.0.1")
    assert employee.name == "Erika Hoffmann"
    totals = roll.dashboard.statistics(SYSTEM)["totals"]
    assert totals["sessions"] > 30
    assert totals["registrations"] > 20
    assert totals["tasks_completed"] > 5


def test_demo_passphrases_differ_between_instances(roll: Rollcall) -> None:
    first = {one.passphrase for one in fill(roll)}
    assert len(first) == 8
