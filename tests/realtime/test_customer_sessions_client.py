"""The published JavaScript of customer chat sessions runs unchanged."""

import re

from rollcall import Rollcall
from tests.cast import Cast
from tests.realtime.conftest import RunningWeb
from tests.realtime.node import run_client

PUBLISHED = "http://127.0.0.1:8000"
FUNCTIONS = """
await startSession();
await updateSession('message_sent');
await updateSession('conversation_started');
await updateSession('response_received', { response_time: 1.5 });
await getSessionStatus();
await endSession();
await getSessionStatus();
await getSessionHistory();
await cleanupSessions();
return localStorage.getItem('chatSessionId');
"""
MANAGER = """
const manager = new SessionManager();
await manager.initializeSession();
const first = manager.sessionId;
const again = new SessionManager();
await again.initializeSession();
await again.update('message_sent');
await again.update('response_received', { response_time: 0.5 });
const before = await again.getStatus();
const ended = await again.end();
return { first, again: before.session_id, before, ended, history: await again.getHistory() };
"""


def test_the_six_functions_of_a_guest_print_what_the_interface_promises(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    report = run_client("customer_sessions.js", PUBLISHED, web.url, FUNCTIONS)
    answers = dict(report["printed"])
    started = report["printed"][0][1]
    assert set(started) == {"session_id", "message", "started_at", "user"}
    assert (started["message"], started["user"]) == ("New session started", "demo_user")
    assert re.fullmatch(r"[0-9a-f-]{36}", started["session_id"])
    assert answers["Session updated:"] == {
        "session_id": started["session_id"],
        "message": "Session updated - response_received",
        "total_messages_sent": 1,
        "total_conversations": 1,
        "average_response_time": 1.5,
    }
    statuses = [answer for label, answer in report["printed"] if label == "Session status:"]
    assert statuses[0]["has_active_session"]
    assert statuses[0]["session_id"] == started["session_id"]
    assert statuses[1] == {
        "has_active_session": False,
        "user": "demo_user",
        "message": "No active session found",
    }
    ended = answers["Session ended:"]
    assert (ended["message"], ended["total_messages_sent"]) == ("Session ended", 1)
    assert answers["Session history:"]["total_sessions"] == 1
    assert answers["Session history:"]["sessions"][0]["session_id"] == started["session_id"]
    assert answers["Cleanup result:"]["cleaned_sessions"] == 0
    assert report["result"] is None
    [kept] = roll.chat_sessions.list(cast.admin)[0].items
    assert (kept.session_id, kept.is_active) == (started["session_id"], False)


def test_the_session_manager_of_somebody_signed_in_keeps_one_session(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    token = web.token(cast.employee)
    result = run_client("customer_sessions.js", PUBLISHED, web.url, MANAGER, token)["result"]
    assert result["first"] == result["again"]
    assert result["before"]["user"] == "EMP004"
    assert result["before"]["average_response_time"] == 0.5
    assert result["ended"]["total_messages_sent"] == 1
    assert result["history"]["user"] == "EMP004"
    assert set(result["history"]["summary"]) == {
        "total_duration_minutes",
        "total_messages_sent",
        "total_conversations",
        "average_session_duration",
    }
    [kept] = roll.chat_sessions.list(cast.employee)[0].items
    assert (kept.employee_id, kept.messages, kept.is_active) == ("EMP004", 1, False)
