"""kill -9 of the web server's process while people join: who watches comes back and has seen
everybody, once. The small version of `make bench-realtime`."""

from pathlib import Path

from bench.realtime import Viewers, measure
from bench.web import bench_web


def test_what_viewers_have_seen_after_a_kill_is_what_the_database_has(tmp_path: Path) -> None:
    with bench_web(tmp_path) as web, Viewers(web) as viewers:
        figures = measure(web, viewers, watching=40, people=48, seconds=12)
    assert figures["came_back_after_kill"] >= 40
    assert figures["viewers_unlike_database_after_kill"] == 0
    assert (figures["events_missed"], figures["events_repeated"]) == (0, 0)
    assert figures["heard_repeated_after_kill"] == 0
