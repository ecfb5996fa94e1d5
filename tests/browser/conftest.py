"""A whole running instance, a real Chromium, and visitors whose consoles must stay silent."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.intranet import Intranet, intranet
from tests.browser.visitor import Site, Visitor
from tests.faults.running import running

ZOOM_SECRET = "only-these-tests-know"
Newcomer = Callable[..., Visitor]


@pytest.fixture(scope="session")
def other_site() -> Iterator[Intranet]:
    """A site that may embed the chat under one of its two names."""
    with intranet() as served:
        yield served


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, other_site: Intranet) -> Iterator[Site]:
    """`rollcall up` with the demo company in a home of its own."""
    home = tmp_path_factory.mktemp("browser") / "home"
    settings = {
        "ROLLCALL_EMBED_ORIGINS": other_site.allowed,
        "ROLLCALL_ZOOM_SECRET": ZOOM_SECRET,
    }
    with running(home, **settings) as instance:
        other_site.rollcall = f"http://127.0.0.1:{instance.port}"
        accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
        passphrases = {one["employee_id"]: one["passphrase"] for one in accounts}
        yield Site(f"http://127.0.0.1:{instance.port}", passphrases)


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Iterator[Newcomer]:
    """Makes visitors; at the end none of their consoles may have complained.

    A test in which something has to fail takes the expected complaints out of `complaints`.
    """
    visitors: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, site, **options))
        return visitors[-1]

    yield arrive
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.close()
    assert complaints == []
