"""Who plays the parts of the matrix: the cast of six, and whom else it takes."""

from dataclasses import dataclass

from rollcall import SYSTEM, Principal, Role, Rollcall
from rollcall.api_tokens import NewApiToken
from rollcall.people import NewEmployee
from tests.cast import Cast
from tests.security.matrix import PARTS

NEWCOMERS = {
    "branch admin": NewEmployee("EMP010", "Bruno Berlin", Role.BRANCH_ADMIN, branch="Berlin"),
    "branch admin elsewhere": NewEmployee("EMP011", "Lia Lisboa", Role.BRANCH_ADMIN,
                                          branch="Lisbon"),
    "manager elsewhere": NewEmployee("EMP006", "Max Elsewhere", Role.MANAGER, branch="Porto"),
    "gone": NewEmployee("EMP012", "Gina Gone", Role.ADMIN, branch="Berlin"),
}  # fmt: skip


@dataclass(frozen=True)
class Players:
    """The people by part, in the order of `PARTS`, and the secret of the program's token."""

    people: dict[str, Principal]
    secret: str

    def end(self, roll: Rollcall) -> None:
        """From here on the session of whom is "gone" is over."""
        gone = self.people["gone"]
        roll.sessions.end(gone, str(gone.session_id))


def players(roll: Rollcall, cast: Cast) -> Players:
    """Put the newcomers on record; each is signed in, "gone" too, until `Players.end`."""
    found = cast.everyone()
    for part, new in NEWCOMERS.items():
        employee, _ = roll.people.add(SYSTEM, new)
        session = roll.sessions.open(employee)
        found[part] = roll.sessions.authenticate(session.session_id)
    _, secret = roll.api_tokens.create(cast.admin, NewApiToken("Gate", ["tasks.read"]))
    found["program"] = roll.api_tokens.authenticate(secret)
    return Players({part: found[part] for part in PARTS}, secret)
