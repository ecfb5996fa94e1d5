"""Answers from the figures that are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bson import ObjectId

from rollcall.figures.answer import LINES_AT_ONCE, Reading
from rollcall.figures.asking import Asked, Figured, Whose
from rollcall.figures.cells import STATE
from rollcall.storage.database import Database, Document, Moment, storage_errors

Waiting = dict[tuple[Whose, str], list[Document]]
"""What isn't in the cells yet, by whose it is and its axis."""


class Figures:
    """Reads the cells, what waits to be folded, and the record at the edges of periods."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answer(self, moment: Moment, asked: Asked) -> Figured:
        """The figures, each where there is any, as of one moment (`Database.at_one_moment`).

        While no cells are made yet they are counted from the record. Raises `StorageUnavailable`.
        """
        return self.answers(moment, {"": asked})[""]

    def answers(self, moment: Moment, asked: Mapping[str, Asked]) -> dict[str, Figured]:
        """The answers to several questions, by their names."""
        build = self._build(moment)
        waiting = self._waiting(moment, list(asked.values())) if build else {}
        return {
            name: Reading(
                self._database, moment, build, one, waiting.get((one.whose, one.axis), ())
            ).all()
            for name, one in asked.items()
        }

    def extent(self, moment: Moment, axis: str) -> tuple[datetime, datetime] | None:
        """Two times between which all there is of an axis lies; None while nothing says so.

        They lie up to some weeks further apart than need be.
        """
        build = self._build(moment)
        if build is None:
            return None
        asked = Asked(axis)
        waiting = self._waiting(moment, [asked]).get((asked.whose, axis), ())
        return Reading(self._database, moment, build, asked, waiting).extent()

    def _waiting(self, moment: Moment, asked: Sequence[Asked]) -> Waiting:
        """What isn't in the cells yet; whatever is asked about the same people is read at once."""
        found: Waiting = {}
        axes: dict[Whose, set[str]] = {}
        for one in asked:
            axes.setdefault(one.whose, set()).add(one.axis)
        with storage_errors():
            for whose, names in axes.items():
                query = {"axis": {"$in": sorted(names)}, **whose.filter("who")}
                for change in self._database.collection("figure_changes").find(
                    query, session=moment, batch_size=LINES_AT_ONCE
                ):
                    found.setdefault((whose, change["axis"]), []).append(change)
        return found

    def _build(self, moment: Moment) -> ObjectId | None:
        with storage_errors():
            state = self._database.collection("figure_builds").find_one(STATE, session=moment)
        return state["build"] if state else None
