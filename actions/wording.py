"""Small pieces of English that several skills say."""

from collections.abc import Sequence


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """ "no tasks", "1 task", "3 tasks"."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number or 'no'} {word}"


def said_list(items: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(items) < 2:  # noqa: PLR2004
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
