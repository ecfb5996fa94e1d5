"""Long lists in a chat: a page at a time, “more” for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from actions.turn import Asked, Button, Events, button

SIZE = 10
ALL = "That was all of them."
T = TypeVar("T")


@dataclass(frozen=True)
class ListPage(Generic[T]):
    """Some of `items`: those from `start` on, `SIZE` at most."""

    items: Sequence[T]
    start: int

    @property
    def is_behind(self) -> bool:
        """Whether everything was shown already."""
        return 0 < len(self.items) <= self.start

    @property
    def shown(self) -> Sequence[T]:
        """What is on this page."""
        return self.items[self.start : self.end]

    @property
    def end(self) -> int:
        """The number of the last one shown."""
        return min(self.start + SIZE, len(self.items))

    @property
    def left(self) -> int:
        """How many come after this page."""
        return len(self.items) - self.end

    def heading(self, first: str, noun: str) -> str:
        """The line above: `first` for the first page, then which of all these are."""
        if not self.start:
            return first
        if self.end == self.start + 1:
            return f"{noun.capitalize()} {self.end} of {len(self.items)}:"
        return f"{noun.capitalize()}s {self.start + 1} to {self.end} of {len(self.items)}:"

    def closing(self) -> list[str]:
        """The line below."""
        return [f"… and {self.left} more. Say “more” to see them."] if self.left else []

    def buttons(self) -> list[Button]:
        """A way to the next page."""
        return [button("More", "more")] if self.left else []

    def goes_on(self, asked: Asked, action: str, **more: Any) -> Events:
        """The event that makes “more” the next page, or “that was all”."""
        if not self.left and not self.start:
            return []
        entities = {**asked.entities, "offset": str(self.end)}
        return [asked.asks(action, "page", entities=entities, **more)]


def page_of(asked: Asked, items: Sequence[T]) -> ListPage[T]:
    """The page that is asked for: the first, or the one after what was shown."""
    offset = asked.entities.get("offset", "")
    return ListPage(items, int(offset) if offset.isdecimal() else 0)
