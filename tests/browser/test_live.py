"""What happens shows up where somebody is looking, by itself."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Request, WebSocketRoute, expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import Visitor

A_SECOND = 1_000  # ms


def test_a_task_assigned_in_one_browser_is_on_anothers_dashboard_within_a_second(
    newcomer: Newcomer,
) -> None:
    manager, employee = newcomer(), newcomer()
    employee.enter("EMP004")
    employee.open("/dashboard")
    expect(employee.page.locator("[data-live]")).to_have_text("Live")
    employee.page.evaluate("window.neverReloaded = true")
    open_tasks = employee.page.locator(".tile").filter(has_text="Open tasks").locator(".figure")
    before = int(open_tasks.inner_text())
    manager.enter("EMP002")
    manager.open("/")

    manager.say("Assign 'Label the shelves' to EMP004, high")

    on_timeline = employee.page.locator("#timeline .event").filter(has_text="Label the shelves")
    in_table = employee.page.locator("#tasks tbody tr").filter(has_text="Label the shelves")
    expect(on_timeline).to_be_visible(timeout=A_SECOND)
    expect(in_table).to_contain_text("Pending", timeout=A_SECOND)
    expect(open_tasks).to_have_text(str(before + 1), timeout=A_SECOND)
    assert employee.page.evaluate("window.neverReloaded") is True


def test_the_panel_beside_the_chat_follows_too(newcomer: Newcomer) -> None:
    manager, employee = newcomer(), newcomer()
    employee.enter("EMP004")
    employee.open("/")
    manager.enter("EMP002")
    manager.open("/")
    manager.say("Assign 'Water the plants' to EMP004, low")
    tasks = employee.page.locator("[data-part=tasks]")
    task = tasks.locator("li").filter(has_text="Water the plants")
    expect(task).to_be_visible()
    task.get_by_role("button", name="Start").click()
    expect(task).to_contain_text("In progress")
    task.get_by_role("button", name="Finish").click()
    expect(task).to_have_count(0)


@dataclass
class Line:
    """The line of a page to the feed, which can be cut, and what the page asked for meanwhile."""

    viewer: Visitor
    cut: bool = False
    said: list[str] = field(default_factory=list)
    """How the page presented itself, each time."""
    fetched: list[str] = field(default_factory=list)
    forged: str | None = None
    """The place that the page claims to have been at."""
    _now: list[WebSocketRoute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.viewer.page.route_web_socket("**/socket.io/**", self._through)
        self.viewer.page.on("request", self._asked)

    def lose(self) -> None:
        """Cut it, and wait until the page says so."""
        self.cut = True
        self._now[-1].close()
        expect(self.light).to_contain_text("Reconnecting")
        self.fetched.clear()

    def mend(self) -> None:
        """Let the page connect again, and wait until it did."""
        self.cut = False
        expect(self.light).to_have_text("Live", timeout=15_000)
        self.viewer.page.wait_for_load_state("networkidle")
        self.viewer.complaints = [
            one for one in self.viewer.complaints if "WebSocket" not in one
        ]  # fmt: skip

    @property
    def light(self) -> Locator:
        return self.viewer.page.locator("[data-live]")

    def _asked(self, request: Request) -> None:
        if "/api/v1/" in request.url:
            self.fetched.append(request.url)

    def _through(self, line: WebSocketRoute) -> None:
        if self.cut:
            line.close()
            return
        server = line.connect_to_server()
        line.on_message(lambda message: server.send(self._presented(message)))
        self._now.append(line)

    def _presented(self, message: str | bytes) -> str | bytes:
        if not isinstance(message, str) or not message.startswith("40"):
            return message
        self.said.append(message)
        return f'40{{"after":"{self.forged}"}}' if self.forged else message


def everybodys_dashboard(newcomer: Newcomer) -> Line:
    viewer = newcomer()
    viewer.enter("EMP001")
    line = Line(viewer)
    viewer.open("/dashboard?employee_id=all")
    expect(line.light).to_have_text("Live")
    return line


def assign(viewer: Visitor, title: str) -> None:
    viewer.api("POST", "/api/v1/tasks", {"title": title, "assignee": "EMP001"})


def test_a_lost_line_is_said_and_what_was_missed_is_told_once(newcomer: Newcomer) -> None:
    line = everybodys_dashboard(newcomer)
    assign(line.viewer, "Seen before")
    timeline = line.viewer.page.locator("#timeline .event")
    expect(timeline.first).to_contain_text("Seen before")
    line.lose()
    assign(line.viewer, "Sent in the dark")
    line.mend()
    expect(timeline.first).to_contain_text("Sent in the dark")
    expect(timeline.filter(has_text="Sent in the dark")).to_have_count(1)
    expect(timeline.filter(has_text="Seen before")).to_have_count(1)
    assert "after" in line.said[-1]


def test_a_page_that_missed_nothing_fetches_nothing_again(newcomer: Newcomer) -> None:
    erika = newcomer()
    erika.enter("EMP004")
    meeting = erika.api("POST", "/api/v1/meetings", {"title": "Retro"})
    line = Line(erika)
    erika.open(f"/meetings/{meeting['id']}")
    expect(line.light).to_have_text("Live")
    erika.page.wait_for_load_state("networkidle")
    line.lose()
    line.mend()
    assert line.fetched == []
    assert ("after" in line.said[-1], meeting["id"] in line.said[-1]) == (True, True)
    erika.api("POST", f"/api/v1/meetings/{meeting['id']}/join")
    expect(erika.page.locator(".here .name")).to_have_text(["Erika Hoffmann"])


def test_a_page_that_was_away_for_too_long_fetches_all_anew(newcomer: Newcomer) -> None:
    line = everybodys_dashboard(newcomer)
    line.lose()
    assign(line.viewer, "Long forgotten")
    line.forged = "0" * 24
    line.mend()
    expect(line.viewer.page.locator("#timeline .event").first).to_contain_text("Long forgotten")
    assert any("/activities" in one for one in line.fetched)


def test_what_could_not_be_fetched_is_fetched_when_the_line_is_back(newcomer: Newcomer) -> None:
    line = everybodys_dashboard(newcomer)
    page = line.viewer.page
    page.route("**/api/v1/tasks*", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda one: "/api/v1/tasks" in one.url):
        assign(line.viewer, "Half heard")
    line.lose()
    page.unroute("**/api/v1/tasks*")
    line.mend()
    expect(page.locator("#tasks tbody tr").filter(has_text="Half heard")).to_have_count(1)
    line.viewer.complaints = [one for one in line.viewer.complaints if "ERR_FAILED" not in one]


def test_a_session_ended_elsewhere_closes_the_dashboard(newcomer: Newcomer) -> None:
    here, elsewhere = newcomer(), newcomer()
    here.enter("EMP003")
    here.open("/dashboard")
    expect(here.page.locator("[data-live]")).to_have_text("Live")
    session_id = here.api("GET", "/api/auth/me")["session_id"]
    elsewhere.enter("EMP003")
    elsewhere.api("DELETE", f"/api/auth/devices/{session_id}")
    expect(here.page.get_by_text("Sign in to see the dashboard")).to_be_visible()
    expect(here.page.locator("[data-dashboard]")).to_be_hidden()
    here.complaints = [one for one in here.complaints if "status of 401" not in one]
