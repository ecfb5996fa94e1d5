"""`rollcall doctor`: what isn't well with a deployment and what to do. It changes nothing."""

from collections.abc import Iterator

from rollcall.operation.doctor.at_rest import environment, files, secrets, transport
from rollcall.operation.doctor.database import record
from rollcall.operation.doctor.doors import bound, locked, versions
from rollcall.operation.doctor.findings import Check, Deployment, Finding, State
from rollcall.settings import Settings

__all__ = ["CHECKS", "Deployment", "Finding", "State", "examine"]

CHECKS: tuple[Check, ...] = (
    files,
    secrets,
    transport,
    environment,
    bound,
    locked,
    record,
    versions,
)


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, in order, as they are made."""
    deployment = Deployment(settings)
    for check in CHECKS:
        yield from check(deployment)
