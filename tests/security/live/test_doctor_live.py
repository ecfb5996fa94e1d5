"""`rollcall doctor` beside a running instance: content with it, and not with one left open."""

import subprocess

from tests.faults.running import rollcall
from tests.security.live.conftest import Target


def examined(target: Target) -> subprocess.CompletedProcess[str]:
    return rollcall("doctor", home=target.home.path, port=target.instance.port, ROLLCALL_DEMO="0")


def test_a_running_instance_is_well(target: Target) -> None:
    done = examined(target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
    for check in ("ports", "doors", "clock", "schema", "worker", "model", "versions"):
        assert f"✓ {check}" in done.stdout, done.stdout


def test_an_open_file_of_a_running_instance_is_found(target: Target) -> None:
    secrets = target.home.secrets_file
    secrets.chmod(0o644)
    try:
        done = examined(target)
    finally:
        secrets.chmod(0o600)
    assert done.returncode == 1
    assert f"chmod 600 {secrets}" in done.stdout
    for key in ("access_key", "turn_key", "action_key", "refresh_pepper"):
        assert getattr(target.home.secrets, key) not in done.stdout + done.stderr
