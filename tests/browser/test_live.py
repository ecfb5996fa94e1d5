"""What happens shows up where somebody is looking, by itself."""

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Newcomer

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


def test_a_lost_line_is_said_and_what_was_missed_is_fetched(newcomer: Newcomer) -> None:
    viewer = newcomer()
    viewer.enter("EMP001")
    lines: list[WebSocketRoute] = []
    cut = False

    def through(line: WebSocketRoute) -> None:
        if cut:
            line.close()
        else:
            line.connect_to_server()
            lines.append(line)

    viewer.page.route_web_socket("**/socket.io/**", through)
    viewer.open("/dashboard?employee_id=all")
    light = viewer.page.locator("[data-live]")
    expect(light).to_have_text("Live")
    cut = True
    lines[-1].close()
    expect(light).to_contain_text("Reconnecting")
    viewer.api("POST", "/api/v1/tasks", {"title": "Sent in the dark", "assignee": "EMP001"})
    cut = False
    expect(light).to_have_text("Live", timeout=15_000)
    expect(viewer.page.locator("#timeline .event").first).to_contain_text("Sent in the dark")
    viewer.complaints = [one for one in viewer.complaints if "WebSocket" not in one]


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
