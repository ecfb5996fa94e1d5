"""Figures that are kept: how much there is of what, so that nobody has to count the record.

Whoever writes to the record says in the same transaction what that changes (`changes.py`); these
changes are only ever added, so that two who write at once never wait for each other. The worker
folds them into cells (`folding.py`), and a question is answered from the cells, the changes that
still wait and, at the edges of its period, the record itself, all at one moment (`answer.py`).
So an answer is right at every moment, also when no worker runs. `building.py` makes the cells
anew from the record, and compares.
"""

from rollcall.figures.asking import Asked, Figure, Figured, Period, Whose
from rollcall.figures.building import Builder, Difference
from rollcall.figures.changes import Change, of_activity, of_registration, of_session, of_task
from rollcall.figures.folding import Folding
from rollcall.figures.reading import Figures

__all__ = [
    "Asked",
    "Builder",
    "Change",
    "Difference",
    "Figure",
    "Figured",
    "Figures",
    "Folding",
    "Period",
    "Whose",
    "of_activity",
    "of_registration",
    "of_session",
    "of_task",
]
