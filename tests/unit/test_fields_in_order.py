"""Checks across fields: no end before its start, wherever the values come from."""

from dataclasses import replace
from pathlib import Path

import pytest

from rollcall import Rollcall
from rollcall.errors import ConfigurationError, Invalid
from rollcall.forms.dialogue import begin
from rollcall.forms.draft import Event, Utterance
from rollcall.forms.spec import load_form
from tests.cast import Cast
from tests.forms import AT_SUMMARY, CONTEXT, CONTRACT, NEW, asking, free, say

BEFORE = "End (Tuesday, 31 March 2026) is before start (Wednesday, 1 April 2026)."


def test_end_before_start_is_refused_when_it_is_answered() -> None:
    outcome = say(asking("end"), "31 March 2026")
    assert outcome.problem == BEFORE
    assert outcome.draft.asking == "end"
    assert "end" not in outcome.draft.answers


@pytest.mark.parametrize("text", ["1 April 2026", "2 April 2026"])
def test_the_same_day_or_later_is_in_order(text: str) -> None:
    assert say(asking("end"), text).draft.asking == "cost"


def test_correcting_the_end_keeps_the_good_one() -> None:
    outcome = say(AT_SUMMARY, "the end is 31 March 2026")
    assert outcome.draft.answers["end"] == "2026-05-31"
    assert outcome.problem == BEFORE
    assert outcome.draft.asking == "end"


def test_correcting_the_start_asks_for_the_end_anew() -> None:
    outcome = say(AT_SUMMARY, "the start is 1 June 2026")
    assert outcome.draft.answers["start"] == "2026-06-01"
    assert "end" not in outcome.draft.answers
    assert outcome.draft.asking == "end"
    assert any("is before start" in note for note in outcome.notes)
    assert say(outcome.draft, "30 June 2026").event is Event.SUMMARY


def test_both_are_corrected_in_one_sentence() -> None:
    outcome = say(AT_SUMMARY, "the start is 1 June 2026 and the end is 30 June 2026")
    assert outcome.event is Event.SUMMARY
    assert outcome.draft.answers["start"] == "2026-06-01"
    assert outcome.draft.answers["end"] == "2026-06-30"


def test_both_wrong_in_one_sentence_changes_neither() -> None:
    outcome = say(AT_SUMMARY, "the start is 1 June 2026 and the end is 30 May 2026")
    assert outcome.problem is not None
    assert outcome.draft.answers.get("end") in (None, "2026-05-31")
    assert outcome.draft.asking == "end"


def test_answering_the_start_again_after_going_back_rechecks() -> None:
    draft = replace(AT_SUMMARY, asking="start")
    outcome = say(draft, "1 June 2026")
    assert outcome.draft.answers["start"] == "2026-06-01"
    assert outcome.draft.asking == "end"


def test_opening_sentence_with_a_wrong_end_says_so() -> None:
    text = "contract Cleaning, start: 1 April 2026, end: 31 March 2026"
    outcome = begin(NEW, CONTRACT, text, CONTEXT, free)
    assert outcome.draft.answers["start"] == "2026-04-01"
    assert "end" not in outcome.draft.answers
    assert BEFORE in outcome.notes


DATA = {"title": "Rent", "partner": "Acme", "start_date": "2026-04-01", "end_date": "2026-03-31"}


def test_programs_are_refused(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        roll.registrations.create(cast.manager, "contract", DATA)
    assert list(refused.value.fields) == ["end_date"]
    assert roll.registrations.list(cast.manager).items == []


def test_rows_of_a_table_are_marked_and_can_be_mended(roll: Rollcall, cast: Cast) -> None:
    table = "Title;Partner;Start;End\nRent;Acme;2026-04-01;2026-03-31\nGas;Acme;2026-04-01;"
    draft = roll.drafts.begin_table(cast.manager, table).draft
    assert [list(row.problems) for row in draft.rows] == [["end_date"], []]
    said = Utterance("row 1 start is 2026-03-01", "correct")
    draft = roll.drafts.respond(cast.manager, draft, said).outcome.draft
    assert [row.problems for row in draft.rows] == [{}, {}]


YAML = """\
name: lease
label: lease
title_field: room
fields:
  - name: room
    label: Room
    kind: text
    prompt: Which room?
  - name: begin
    label: Begin
    kind: date
    prompt: From when on?
  - name: finish
    label: Finish
    kind: date
    prompt: Until when?
    after: begin
"""


def test_the_yaml_file_declares_it(tmp_path: Path) -> None:
    file = tmp_path / "lease.yml"
    file.write_text(YAML)
    assert load_form(file).field("finish").after == "begin"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("after: begin", "after: start", "line 17: start is no other date field"),
        ("after: begin", "after: room", "line 17: room is no other date field"),
        ("after: begin", "after: finish", "line 17: finish is no other date field"),
        ("after: begin", "after: [begin]", "line 17: "),
        ("prompt: Which room?", "prompt: Which room?\n    after: begin", "line 9: only a date"),
    ],
)
def test_a_wrong_declaration_names_its_line(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    file = tmp_path / "lease.yml"
    file.write_text(YAML.replace(before, after))
    with pytest.raises(ConfigurationError, match=says):
        load_form(file)
