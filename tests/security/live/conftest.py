"""A whole running instance without the demo company, attacked from outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from rollcall import SYSTEM, Principal, Rollcall, Settings, access_tokens
from rollcall.clock import system_clock
from rollcall.operation.home import Home
from tests.cast import Cast, admit
from tests.faults.running import Running, running

# Attacks come by the hundred here; that there are limits is tested elsewhere.
UNLIMITED = {
    f"ROLLCALL_{name}_PER_MINUTE": "0"
    for name in ("API", "ADDRESS", "CHAT", "GUEST_CHAT", "GUESTS")
}
PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Target:
    """The instance under attack: its processes, its folder, its keys, its record."""

    instance: Running
    home: Home
    roll: Rollcall
    cast: Cast

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.instance.port}"

    def token(self, actor: Principal) -> str:
        """An access token as the web server would issue it now."""
        assert actor.employee_id
        assert actor.session_id
        key = self.home.secrets.access_key
        return access_tokens.issue(actor.employee_id, actor.session_id, key, system_clock())

    def client(self, actor: Principal | None = None) -> httpx.Client:
        """A program that calls as `actor`. The caller closes it."""
        headers = {"Authorization": f"Bearer {self.token(actor)}"} if actor else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def count(self, collection: str, **query: Any) -> int:
        """How many documents of a collection are like this."""
        return self.roll.database.collection(collection).count_documents(query)


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One instance for all attacks, with the cast on its record."""
    folder = tmp_path_factory.mktemp("target") / "home"
    with running(folder, ROLLCALL_DEMO="0", **UNLIMITED) as instance:
        settings = Settings(home=folder, port=instance.port, demo=False)
        roll = Rollcall.open(settings)
        cast = admit(roll)
        for actor in cast.everyone().values():
            if actor.employee_id:
                roll.credentials.set(SYSTEM, actor.employee_id, PASSPHRASE)
        yield Target(instance, Home(settings), roll, cast)
        roll.close()


@pytest.fixture
def victim(target: Target) -> Iterator[httpx.Client]:
    """The employee's own program, to see that they are who they were."""
    with target.client(target.cast.employee) as client:
        yield client
