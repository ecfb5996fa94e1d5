"""Scheduled sessions: planned in batches, closed with evidence, proven by a receipt."""

from dataclasses import dataclass

from rollcall.activities import Activities
from rollcall.clock import Clock
from rollcall.completions.access import Access
from rollcall.completions.batches import Plans
from rollcall.completions.completions import Completions
from rollcall.completions.files import Files
from rollcall.completions.notes import Notes
from rollcall.completions.receipts import Receipts
from rollcall.directory import Directory
from rollcall.settings import Settings
from rollcall.storage.database import Database

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class CompletionParts:
    """What can be done with scheduled sessions."""

    completions: Completions
    plans: Plans
    notes: Notes
    files: Files
    receipts: Receipts


def open_completions(
    settings: Settings,
    database: Database,
    directory: Directory,
    activities: Activities,
    clock: Clock,
) -> CompletionParts:
    """All of it, on one database."""
    access = Access(database, directory)
    return CompletionParts(
        completions=Completions(database, directory, activities, access, clock),
        plans=Plans(database, directory, activities, clock),
        notes=Notes(database, directory, activities, access, clock),
        files=Files(
            database, directory, activities, access, clock, settings.quota_megabytes * MEGABYTE
        ),
        receipts=Receipts(database, directory, access, clock),
    )


__all__ = ["CompletionParts", "open_completions"]
