"""The published JavaScript of meeting attendance runs unchanged, with npm's socket.io-client."""

from datetime import timedelta

from rollcall import SYSTEM, Rollcall
from rollcall.clock import system_clock
from rollcall.meetings.zoom_events import read_event
from rollcall.students import NewStudent
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import RunningWeb, listening
from tests.realtime.node import run_client
from tests.zoom import NUMBER, of_person

# What the published code expects of the page it is in: a socket, and two functions of its own.
PAGE = """
import { io } from 'socket.io-client';
const socket = io(process.env.BASE, {
  auth: { token: process.env.ADMIN }, transports: ['websocket'],
});
await new Promise((resolve, reject) => {
  socket.on('connect', resolve);
  socket.on('connect_error', reject);
});
const shown = [];
const updateParticipantsList = (data) => shown.push(data);
let refreshed = 0;
const refreshAttendanceData = () => { refreshed += 1; };
"""
STEPS = f"""
const printedOf = (start) => printed.filter((words) => String(words[0]).includes(start)).length;
const until = async (condition) => {{
  for (let waited = 0; !condition(); waited += 20) {{
    if (waited > 10000) throw new Error(JSON.stringify(printed));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }}
}};
localStorage.setItem('authToken', process.env.EMPLOYEE);
await registerForMeeting('{NUMBER}');
await until(() => printedOf('joined meeting') && printedOf('linked with'));
localStorage.setItem('authToken', process.env.ADMIN);
await fetchEnrichedAttendance('{NUMBER}');
const sessionId = sessionStorage.getItem('meetingSessionId');
await fetch('/api/user-sessions/leave-meeting', {{
  method: 'POST',
  headers: {{
    'Content-Type': 'application/json',
    'Authorization': `Bearer ${{process.env.EMPLOYEE}}`,
  }},
  body: JSON.stringify({{ sessionId }}),
}});
await until(() => printedOf('left after'));
socket.disconnect();
return {{ sessionId, shown, refreshed }};
"""


def test_registering_fetching_and_the_three_listeners_print_what_is_promised(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    roll.students.add(
        SYSTEM, NewStudent(12345, "Erika", "Musterfrau", "Computer Science", "erika@student.edu")
    )
    began = system_clock() - timedelta(minutes=5)
    came = of_person("joined", began, "16778240", "Erika Musterfrau", start_time=began.isoformat())
    event = read_event(came)
    assert event
    roll.zoom.receive(event)
    report = run_client(
        "meeting_attendance.js", "", web.url, STEPS, page=PAGE,
        environment={"ADMIN": web.token(cast.admin), "EMPLOYEE": web.token(cast.employee)},
    )  # fmt: skip
    erika = {
        "id": "EMP004",
        "username": "Erika Musterfrau",
        "email": "erika@example.com",
        "role": "user",
    }
    student = {
        "studentId": 12345,
        "firstName": "Erika",
        "lastName": "Musterfrau",
        "department": "Computer Science",
        "email": "erika@student.edu",
    }
    labelled = {words[0]: words[1] for words in report["printed"] if words[1:]}
    registered = labelled["Registered for meeting:"]
    assert (registered["user"], registered["student"]) == (erika, student)
    assert registered["meetingId"] == NUMBER
    linked = labelled["User session linked with Zoom participant:"]
    assert (linked["user"], linked["student"]) == (erika, student)
    assert (linked["participantName"], linked["zoomUserId"]) == ("Erika Musterfrau", "16778240")
    assert labelled["Auth Stats:"]["authenticationRate"] == 100
    assert [words[0] for words in report["printed"] if not words[1:]] == [
        f"Erika Musterfrau joined meeting {NUMBER}",
        {
            "name": "Erika Musterfrau",
            "email": "erika@example.com",
            "isAuthenticated": True,
            "userRole": "user",
            "studentInfo": student,
            "attendanceStatus": "present",
        },
        "Erika Musterfrau left after 0 minutes",
    ]
    result = report["result"]
    assert result["sessionId"].startswith(f"EMP004_{NUMBER}_")
    assert [one["sessionId"] for one in result["shown"]] == [result["sessionId"]] * 2
    assert result["refreshed"] == 1


def test_a_wrong_token_registers_nobody_and_connects_nobody(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    page = """
    import { io } from 'socket.io-client';
    const socket = io(process.env.BASE, {
      auth: { token: 'wrong' }, transports: ['websocket'], reconnection: false,
    });
    const refused = await new Promise((resolve) => {
      socket.on('connect', () => resolve(false));
      socket.on('connect_error', () => resolve(true));
    });
    socket.disconnect();
    """
    steps = f"""
    localStorage.setItem('authToken', 'wrong');
    await registerForMeeting('{NUMBER}');
    await fetchEnrichedAttendance('{NUMBER}');
    return refused;
    """
    report = run_client("meeting_attendance.js", "", web.url, steps, page=page)
    assert report == {"result": True, "printed": []}
    assert roll.meetings.list(cast.admin, everybodys=True).items == []


def test_a_client_of_npm_that_comes_back_hears_what_it_missed_once(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.employee) as before:
        roll.tasks.assign(cast.manager, NewTask("first", "EMP004"))
        last = before.next()
        while last["data"].get("title") != "first":
            last = before.next()
    for title in ("second", "third"):
        roll.tasks.assign(cast.manager, NewTask(title, "EMP004"))
    page = """
    import { io } from 'socket.io-client';
    const socket = io(process.env.BASE, {
      auth: { token: process.env.EMPLOYEE, after: process.env.LAST }, transports: ['websocket'],
    });
    const heard = [];
    await new Promise((resolve) => socket.on('activity', (data) => {
      heard.push(data.data.title);
      if (data.data.title === 'third') resolve();
    }));
    socket.disconnect();
    """
    environment = {"EMPLOYEE": web.token(cast.employee), "LAST": last["id"]}
    report = run_client(
        "meeting_attendance.js", "", web.url, "return heard;",
        page=page, environment=environment,
    )  # fmt: skip
    assert report["result"] == ["second", "third"]
