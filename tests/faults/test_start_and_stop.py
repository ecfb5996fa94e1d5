"""Starting, running side by side, and ending without leaving anything behind."""

import json
import signal
import stat
from pathlib import Path

from tests.faults.running import Running, none_left, rollcall, running, wait_until


def test_two_instances_run_side_by_side_and_end_cleanly(tmp_path: Path) -> None:
    with running(tmp_path / "one") as one, running(tmp_path / "two") as two:
        assert one.say("hello").json()["replies"]
        assert two.say("hello").json()["replies"]
        ports = [json.loads((each.home / "ports.json").read_text()) for each in (one, two)]
        assert len({port for each in ports for port in each.values()}) == 8

        again = rollcall("up", home=one.home, port=one.port)
        assert again.returncode == 1
        assert "already running" in again.stderr

        processes = one.everything()
        assert one.stop(signal.SIGTERM) == 0
        wait_until(lambda: none_left(processes), "nothing of the first is left", 10)

        assert two.say("hello").json()["replies"]
        processes = two.everything()
        two.stop(signal.SIGKILL)
        wait_until(lambda: none_left(processes), "nothing of the second is left", 60)


def test_what_was_there_is_there_after_a_restart(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home) as first:
        wait_until(lambda: "Ctrl-C" in first.output.read_text(), "the console is complete")
        shown = first.output.read_text()
        accounts = json.loads((home / "demo-accounts.json").read_text())
        assert all(account["passphrase"] in shown for account in accounts)
        admin = accounts[0]
        assert (admin["employee_id"], admin["name"]) == ("EMP001", "Admin User")
        for name in ("demo-accounts.json", "secrets.json"):
            assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
        # Ctrl-C is SIGINT.
        assert first.stop(signal.SIGINT) == 0

    second = Running(home, first.port)
    try:
        second.wait_until_healthy()
        answer = second.client.post(
            "/api/auth/login",
            json={"employee_id": "EMP001", "passphrase": admin["passphrase"]},
        )
        assert answer.json()["success"] is True
        wait_until(lambda: second.output.read_text().count("Ctrl-C") == 2, "it is complete again")
        said = second.output.read_text()[len(shown) :]
        assert not any(account["passphrase"] in said for account in accounts)
    finally:
        second.stop()
