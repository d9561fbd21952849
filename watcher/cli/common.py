"""What commands share: the app, `--json`, times, and words for a terminal."""

import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, NoReturn, ParamSpec, TypeVar

import click

from watcher.clock import utc_now
from watcher.safe import safe_json, safe_text

if TYPE_CHECKING:
    from rich.console import Console

    from watcher.app import App
    from watcher.coverage import Coverage

P = ParamSpec("P")
R = TypeVar("R")

row_id = click.IntRange(min=1, max=2**63 - 1)
"""A number of the database: SQLite has no larger ones."""
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")

LONGEST_LINE = 100_000

SPAN = re.compile(r"(\d+)([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def pass_app(command: Callable[Concatenate["App", P], R]) -> Callable[P, R]:
    """Hand the app, built from the options before the command, to the command."""

    @functools.wraps(command)
    def with_app(*args: P.args, **kwargs: P.kwargs) -> R:
        from watcher.app import App

        options = click.get_current_context().find_root().obj
        return command(App.load(**options), *args, **kwargs)

    return with_app


class Moment(click.ParamType[datetime]):
    """A moment: a span back from now (`2d`, `36h`), a local date or ISO 8601 time."""

    name = "time"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        """Return the aware moment in UTC."""
        try:
            if span := SPAN.fullmatch(value):
                return utc_now() - timedelta(**{UNITS[span[2]]: int(span[1])})
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is no time: give a span back from now (90s, 30m, 36h, 2d, 4w), a date "
                "(2026-03-01) or a time of ISO 8601 (2026-03-01T12:00, with Z or +02:00 if not of "
                "here)",
                param,
                ctx,
            )


def echo_json(value: Any) -> None:
    """Print one value as one line of JSON."""
    click.echo(safe_json(value))


def local(moment: datetime | None) -> str:
    """Tell a stored moment in the user's time zone, to the minute."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


def share(covered: float | None) -> str:
    """Tell a share in per cent; only the whole is 100. `None` is one of nothing."""
    if covered is None:
        return "nothing"
    return "100 %" if covered == 1 else f"{int(covered * 1000) / 10:.1f} %"


def told_coverage(coverage: "Coverage") -> str:
    """Tell in a line how much of the time asked for was covered, and where the rest is listed."""
    if not coverage.asked:
        return "no feed-time was asked for: is such a feed polled? (see `watcher feeds list`)"
    words = [f"{share(coverage.share)} of the feed-time asked for was covered"]
    if coverage.gaps:
        words.append(f"{counted(coverage.gaps, 'gap')} (see `watcher feeds gaps`)")
    if coverage.unseen:
        words.append(f"{counted(coverage.unseen, 'feed')} out of sight (see `watcher feeds list`)")
    return "; ".join(words)


def counted(number: int, thing: str) -> str:
    """Tell how many there are of a thing."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def console() -> "Console":
    """Make the printer of tables; it colours only for a terminal, and honours `NO_COLOR`.

    Elsewhere a row is one line, however long: nothing is cut off for a reader that is a program.
    """
    from rich.console import Console

    width = None if sys.stdout.isatty() else LONGEST_LINE
    made = Console(file=sys.stdout, highlight=False, width=width)
    made.on_broken_pipe = _pass_on  # type: ignore[method-assign]  # rich would end with 1
    return made


def _pass_on() -> NoReturn:
    """Raise what is being handled."""
    raise  # noqa: PLE0704


def print_table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Print rows in columns; a cell is a text (made harmless here) or one of rich's."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(
            *(cell if isinstance(cell, Text) else Text(safe_text(str(cell))) for cell in row)
        )
    console().print(table)


@contextmanager
def progress(items: int) -> Iterator[Callable[[int], None]]:
    """Show how far a long command is, on stderr and only on a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("items", total=items)
        yield lambda count: bar.advance(task, count)
