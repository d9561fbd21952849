"""Commands of the watchlists: check, match, explain, schema."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from watcher.cli.common import Moment, echo_json, json_option, pass_app, row_id
from watcher.errors import ConfigError, Problem, WatcherError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from watcher.app import App
    from watcher.models import Item

MISTAKES = 2


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--reach", "since", type=Moment(), help="Hold the topics against items since (30d).")
@json_option
@click.pass_context
def check(
    ctx: click.Context, *, files: tuple[Path, ...], since: "datetime | None", as_json: bool
) -> None:
    """Check settings, catalogues and watchlists, and run the watchlists' own tests.

    Every mistake is told as file:line:column. Exit code: 2 for mistakes, 1 if only tests failed.
    With --reach: what each topic and clause met among stored items, and which terms never did.
    """
    from watcher.app import checking

    options = ctx.find_root().obj
    report = checking.check(files, **options)
    met = (
        checking.reach(files, since, **options) if since and report.exit_code != MISTAKES else None
    )
    if as_json:
        echo_json({**report.to_json(), "reach": None if met is None else asdict(met)})
    else:
        click.echo("\n".join([*(met.to_lines() if met else ()), report.to_text()]))
    ctx.exit(report.exit_code)


@click.command()
@click.option(
    "-w",
    "--watchlist",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A watchlist (may be given again); else the configured ones, else the program's own.",
)
@click.argument("items", type=click.File("rb"), default="-")
@click.option("--json", "_as_json", is_flag=True, help="The default, and the only form.")
@pass_app
def match(app: "App", *, files: tuple[Path, ...], items: BinaryIO, _as_json: bool) -> None:
    """Match ITEMS, a file of JSON Lines (default: stdin); print one JSON line for each match.

    A line that is no item ends it.
    """
    matcher = app.matcher(files)
    for item in _read_items(items):
        for found in matcher.match(item):
            echo_json(
                {
                    "item": item.id,
                    "topic": found.topic,
                    "evidence": [place._asdict() for place in found.evidence],
                }
            )


def _read_items(lines: BinaryIO) -> "Iterator[Item]":
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _read_item(line)
        except ValueError as error:
            name = getattr(lines, "name", "-")
            problem = Problem(file=name, line=number, column=1, why=str(error))
            raise ConfigError([problem]) from error


def _read_item(line: bytes) -> "Item":
    from watcher.models import Item

    mapping = _read_json(line)
    if not isinstance(mapping, dict):
        raise ValueError(f"expected one JSON object a line, found {str(mapping)[:20]!r}")  # noqa: TRY004
    return Item.from_json(mapping)


def _read_json(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        why = f"expected one JSON object a line: {error.msg} at column {error.colno}"
        raise ValueError(why) from error
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    except RecursionError as error:
        raise ValueError("is nested too deep") from error


@click.command()
@click.argument("topic")
@click.option("--text", help="A title to hold against the topic.")
@click.option("--item", "item_id", type=row_id, help="A stored item, by its number.")
@json_option
@pass_app
def explain(
    app: "App", *, topic: str, text: str | None, item_id: int | None, as_json: bool
) -> None:
    """Say why TOPIC matches a text or a stored item, or which clause fails."""
    if (text is None) == (item_id is None):
        raise click.UsageError("give --text or --item")
    explanation = app.explain(topic, _item(app, text, item_id))
    if as_json:
        echo_json(explanation.to_json())
    else:
        click.echo(explanation.to_text())


def _item(app: "App", text: str | None, item_id: int | None) -> "Item":
    from watcher.models import Item

    if item_id is None:
        return Item.from_json({"id": "", "title": text})
    with app.reader() as store:
        item = store.item(item_id)
    if item is None:
        raise WatcherError(f"there is no item {item_id} in {app.database}")
    return item


@click.command()
@click.argument("what", type=click.Choice(["watchlist", "settings"]))
def schema(what: str) -> None:
    """Print the JSON Schema of watchlists or settings, for editors."""
    from watcher.app.setup import json_schema

    json.dump(json_schema(what), sys.stdout, ensure_ascii=False, indent=2)
    click.echo()
