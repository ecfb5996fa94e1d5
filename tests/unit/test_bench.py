"""What `make bench` is made of: dialogues, checks of answers, goals and tables. Nothing is measured
here."""

import os
from dataclasses import replace
from typing import Any

import pytest

from bench.compare import Round
from bench.dialogue import KINDS, PROBE, TURNS, Dialogues, Step, people
from bench.processes import Processes, difference
from bench.report import goals, status, tables
from bench.rollcall_side import RollcallSide
from bench.stock_side import StockSide, lengthened, responses
from bench.talk import WrongAnswer

STOCK = Round(
    first_answer_seconds=20.0,
    turns={1: 120, 8: 120, 32: 120},
    seconds={1: 6.0, 8: 6.0, 32: 6.0},
    cpu={one: {"mongod": 0.6, "rasa": 5.8, "actions": 0.6} for one in (1, 8, 32)},
    times={kind: [40.0, 50.0, 60.0] for kind in KINDS},
    inside={kind: [] for kind in KINDS},
    sign_in=[],
    reached={1: 30.0, 100: 90.0, 1000: 700.0},
    megabytes={"mongod": 120.0, "rasa": 1400.0, "actions": 70.0},
)
OURS = replace(
    STOCK,
    cpu={
        one: {"mongod": 0.1, "rasa": 0.5, "actions": 0.2, "web": 0.2, "supervisor": 0.0}
        for one in (1, 8, 32)
    },
    times={kind: [11.0, 12.0, 20.0] for kind in KINDS},
    inside={kind: [9.0, 10.0, 11.0] for kind in KINDS},
    sign_in=[60.0],
    reached={1: 10.0, 100: 10.0, 1000: 12.5},
    megabytes={"mongod": 130.0, "rasa": 690.0, "actions": 150.0, "web": 120.0, "supervisor": 40.0},
)


def test_a_run_that_reaches_every_goal_ends_well() -> None:
    assert status([OURS] * 3, [STOCK] * 3) == 0
    assert "MISSED" not in tables([OURS] * 3, [STOCK] * 3)


@pytest.mark.parametrize(
    ("missed", "change"),
    [
        ("turns/s per core", {"cpu": {one: {"mongod": 0.1, "rasa": 1.2} for one in (1, 8, 32)}}),
        ("plain turn", {"times": {**OURS.times, "plain": [17.0] * 3}}),
        ("form turn", {"times": {**OURS.times, "form slot": [13.0] * 3}}),
        ("turn 1,000", {"reached": {1: 10.0, 100: 10.0, 1000: 13.5}}),
        ("resident memory", {"megabytes": {**OURS.megabytes, "rasa": 720.0}}),
    ],
)
def test_each_missed_goal_alone_fails_the_run(missed: str, change: dict[str, Any]) -> None:
    ours = [replace(OURS, **change)]
    found = {one.name: one.reached for one in goals(ours, [STOCK])}
    assert [name for name, reached in found.items() if not reached] == [
        next(name for name in found if missed in name)
    ]
    assert status(ours, [STOCK]) == 1


def test_ratios_compare_rounds_and_are_judged_by_their_median() -> None:
    slow = replace(OURS, times={**OURS.times, "plain": [40.0] * 3})
    plain = goals([OURS, slow, OURS], [STOCK] * 3)[1]
    assert plain.reached
    assert (plain.found.median, plain.found.greatest) == (12.0 / 50.0, 40.0 / 50.0)


def test_table_names_every_process_of_either_side() -> None:
    shown = tables([OURS], [STOCK])
    for process in ("mongod", "rasa", "actions", "web", "supervisor"):
        assert f"\n| {process} " in shown
    assert "checking a passphrase" in shown


def test_dialogues_are_twelve_turns_of_every_kind_about_companies_of_their_own() -> None:
    dialogues = Dialogues(people(40))
    made = [dialogues.next() for _ in range(500)]
    assert len({one.supplier.company_name for one in made}) == 500
    assert len({one.supplier.email for one in made}) == 500
    assert {len(one.steps()) for one in made} == {TURNS} == {12}
    assert {step.kind for step in made[0].steps()} == set(KINDS)


def test_a_wrong_answer_of_rollcall_is_noticed() -> None:
    dialogue = Dialogues(people(1)).next()
    step = Step("form slot", "Jane Doe", "question email")
    question = {"type": "form_question", "field": "email", "problem": None}
    right = [{"text": "What is their e-mail address?", "custom": question}]
    assert RollcallSide.problem(dialogue, step, right) is None
    for change in ({"field": "contact_name"}, {"problem": "That is no name."}, {"type": "tasks"}):
        wrong = [{"text": "What is their e-mail address?", "custom": question | change}]
        assert RollcallSide.problem(dialogue, step, wrong) is not None


def test_a_summary_has_to_show_what_was_typed() -> None:
    dialogue = Dialogues(people(1)).next()
    step = Step("form slot", "Goods", "summary")
    said = responses()["utter_ask_confirm"].format(**dialogue.supplier.stored())
    assert StockSide.problem(dialogue, step, [{"text": said}]) is None
    other = said.replace(dialogue.supplier.email, "somebody@else.com")
    assert StockSide.problem(dialogue, step, [{"text": other}]) is not None
    fields = [{"name": name, "value": value} for name, value in dialogue.supplier.typed().items()]
    custom = {"type": "form_summary", "fields": fields}
    assert RollcallSide.problem(dialogue, step, [{"text": "", "custom": custom}]) is None
    fields[2]["value"] = "somebody@else.com"
    assert RollcallSide.problem(dialogue, step, [{"text": "", "custom": custom}]) is not None


def test_a_conversation_of_stock_is_made_longer_by_whole_turns() -> None:
    dialogue = [one.says for one in Dialogues(people(1)).next().steps()]
    said = [PROBE.says] * 5 + dialogue * 2 + [PROBE.says] * 3
    events: list[dict[str, Any]] = [{"event": "session_started"}]
    for text in said:
        events += [{"event": "user", "text": text}, {"event": "action"}]
    longer = lengthened(events, len(said), 998)
    assert sum(one["event"] == "user" for one in longer) == 998
    assert sum(one["event"] == "session_started" for one in longer) == 1
    assert sum(one.get("text") == "register a supplier" for one in longer) == 2 + 966 // 12
    assert longer[-6:] == events[-6:]
    with pytest.raises(WrongAnswer):
        lengthened(events, 7, 998)


def test_cpu_and_memory_are_read_by_program() -> None:
    processes = Processes({"this": os.getpid()})
    before = processes.cpu_seconds()
    while difference(before, processes.cpu_seconds())["this"] < 0.05:
        sum(range(100_000))
    assert processes.megabytes()["this"] > 10
