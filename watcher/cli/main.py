"""The `watcher` command; the one place where a failure gets its exit code."""

import atexit
import codecs
import errno
import gc
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from watcher.cli import feeds, log, run, topics, watchlists
from watcher.errors import WatcherError
from watcher.safe import escaped, safe_lines


class Group(click.Group):
    """A group whose commands end a `WatcherError` with its words and its exit code."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the arguments; help and version are printed here already."""
        with _output_may_fail():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            with _output_may_fail():
                return super().invoke(ctx)
        except WatcherError as error:
            text = safe_lines(str(error))
            click.echo(text if error.exit_code == 2 else f"watcher: {text}", err=True)
            ctx.exit(error.exit_code)
        except UnicodeEncodeError as error:  # bytes of an argument, on their way to the database
            click.echo(f"watcher: {error.object!a} is no text in UTF-8", err=True)
            ctx.exit(2)


class Harmless(logging.Formatter):
    """Formats what feeds, files and servers say so that a terminal can show it."""

    def format(self, record: logging.LogRecord) -> str:
        return safe_lines(super().format(record))


@contextmanager
def _output_may_fail() -> Iterator[None]:
    """End quietly when the reader goes away (`| head`), as any Unix filter; tell other trouble."""
    try:
        yield
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise Exit(0) from error
        is_full = error.errno == errno.ENOSPC
        told = "the output cannot be written: its disk is full" if is_full else error
        click.echo(f"watcher: {told}", err=True)
        raise Exit(1) from error


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="feed-watcher", prog_name="watcher")
@click.option("--config", type=click.Path(path_type=Path), help="Settings; else watcher.toml here.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the database.")
@click.pass_context
def main(ctx: click.Context, *, config: Path | None, data: Path | None) -> None:
    """Watch feeds for topics and log every match, with its evidence, to SQLite."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error("escaped", escaped)
        sys.stdout.reconfigure(errors="escaped")  # an ASCII one takes any text
    atexit.register(gc.freeze)  # at the end the system takes all memory back at once
    ctx.obj = {"config": config, "data": data}
    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(Harmless("%(asctime)s %(levelname)s %(name)s %(message)s"))
    # of libraries only warnings: in what they tell beyond it, addresses hold secrets
    logging.basicConfig(level=logging.WARNING, handlers=[told])
    logging.getLogger("watcher").setLevel(logging.INFO)


for command in (
    run.init,
    run.demo,
    run.run,
    watchlists.check,
    watchlists.match,
    watchlists.explain,
    log.matches,
    log.show,
    log.mark,
    feeds.feeds,
    topics.topics,
    run.status,
    watchlists.schema,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
