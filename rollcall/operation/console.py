"""What `rollcall up` says: few lines, in colour on a terminal, plain where it is redirected."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table


class UpConsole:
    """The console of one `rollcall up`."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()

    def title(self, version: str, home: str) -> None:
        self._console.print(f"[bold magenta]Rollcall {version}[/]  [dim]{escape(home)}[/]")

    @contextlib.contextmanager
    def waiting(self, names: Iterable[str]) -> Iterator[None]:
        """While parts start: a moving line on a terminal, one line elsewhere."""
        text = f"starting {', '.join(names)} …"
        if self._console.is_terminal:
            with self._console.status(text):
                yield
        else:
            self._console.print(f"  · {text}")
            yield

    def ready(self, name: str, seconds: float, note: str = "") -> None:
        remark = f"  [dim]{escape(note)}[/]" if note else ""
        self._console.print(f"  [green]✓[/] {name:<9} ready in {seconds:4.1f} s{remark}")

    def note(self, text: str) -> None:
        """Something happened while running."""
        at = time.strftime("%H:%M:%S")
        self._console.print(f"  [dim]{at}[/] [yellow]{escape(text)}[/]")

    def address(self, url: str, logs: str) -> None:
        seconds = time.monotonic() - self._began
        self._console.print(f"\nOpen [bold green]{url}[/]  [dim](ready after {seconds:.1f} s)[/]")
        self._console.print(f"[dim]Logs: {escape(logs)} · Ctrl-C stops everything[/]")

    def demo_accounts(self, accounts: Iterable[Mapping[str, str]], file: str) -> None:
        """The passphrases of the demo company, said once."""
        table = Table(title="Demo accounts", title_justify="left", title_style="bold")
        for column in ("Employee ID", "Name", "Role", "Passphrase"):
            table.add_column(column, no_wrap=True)
        for one in accounts:
            table.add_row(one["employee_id"], one["name"], one["role"], one["passphrase"])
        self._console.print()
        self._console.print(table)
        self._console.print(f"[dim]They are not shown again; they are kept in {escape(file)}[/]")

    def stopping(self) -> None:
        self._console.print("\nStopping …")

    def stopped(self, seconds: float) -> None:
        self._console.print(f"Everything has stopped [dim](in {seconds:.1f} s)[/]")
