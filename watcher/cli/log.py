"""Commands of the match log: matches, show, mark."""

import threading
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import click

from watcher.cli.common import (
    Moment,
    console,
    echo_json,
    json_option,
    local,
    pass_app,
    print_table,
    row_id,
    told_coverage,
)
from watcher.clock import utc_now
from watcher.errors import WatcherError
from watcher.models import Severity, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watcher.app import App
    from watcher.models import LoggedMatch
    from watcher.store import MatchFilter

FOLLOW_EVERY_S = 1.0
SEVERITIES = [severity.value for severity in Severity]
STATES = [state.value for state in State]
FORMATS = ("table", "jsonl", "csv", "atom", "jsonfeed")
WHOLE = ("atom", "jsonfeed")
"""Formats of a document, which nothing can be added to once it is printed."""


@click.command()
@click.option("--topic", "topics", multiple=True, help="Only of this topic (may be given again).")
@click.option("--since", type=Moment(), help="Matched then or later: 2d, 36h, a date, an ISO time.")
@click.option(
    "--until", type=Moment(), help="Matched earlier than that; a date is where its day begins."
)
@click.option("--outlet", help="Only of this outlet.")
@click.option("--language", help="Only in this language; zh covers zh-Hans.")
@click.option("--country", help="Only of outlets of this country.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Of this severity or above.")
@click.option("--state", type=click.Choice(STATES), help="Only in this state.")
@click.option("--text", help="Only where title or texts hold this.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@click.option(
    "--follow", is_flag=True, help="Then print matches as they are logged, till --until or Ctrl-C."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--raw", is_flag=True, help="CSV: leave cells that begin like formulas as they are.")
@json_option
@pass_app
def matches(
    app: "App", /, *, limit: int, follow: bool, form: str, raw: bool, as_json: bool, **asked: object
) -> None:
    """Print the match log, newest first; --follow goes on, oldest first."""
    from watcher.health import coverage_of

    form = "jsonl" if as_json else form
    if follow and form in WHOLE:
        raise click.UsageError(f"--follow goes with table, jsonl and csv, not with {form}")
    wanted = _filter(**asked)
    with app.reader() as store:
        found = list(store.matches(wanted, limit=limit))
        if not found:
            for topic in sorted(set(wanted.topics) - store.topic_ids()):
                click.echo(f"no topic {topic} is watched for", err=True)
        _print(found, form, raw=raw)
        if form == "table":
            click.echo(told_coverage(coverage_of(store, wanted, now=utc_now())), err=True)
    if follow:
        _follow(app, wanted, form, after=max((match.id for match in found), default=0), raw=raw)


def _filter(**options: object) -> "MatchFilter":
    from watcher.store import MatchFilter

    return MatchFilter(**{name: value for name, value in options.items() if value})  # type: ignore[arg-type]


def _print(found: "list[LoggedMatch]", form: str, *, raw: bool, head: bool = True) -> None:
    if form == "table":
        _print_rows(found) if head else _print_lines(found)
        return
    from watcher import export

    writers: dict[str, Callable[[], Iterable[str]]] = {
        "jsonl": lambda: export.to_jsonl(found),
        "csv": lambda: islice(export.to_csv(found, raw=raw), 0 if head else 1, None),
        "atom": lambda: [export.to_atom(found, now=utc_now())],
        "jsonfeed": lambda: [export.to_json_feed(found)],
    }
    for piece in writers[form]():
        click.echo(piece, nl=False)


def _print_rows(found: "list[LoggedMatch]") -> None:
    from watcher.cli.marking import marked_title

    rows = [
        (
            match.id,
            local(match.matched_at),
            match.topic,
            match.severity,
            match.item.outlet,
            marked_title(match),
        )
        for match in found
    ]
    print_table(("id", "matched", "topic", "severity", "outlet", "title"), rows)


def _print_lines(found: "list[LoggedMatch]") -> None:
    from watcher.cli.marking import marked_line

    for match in found:
        console().print(marked_line(match))


def _follow(app: "App", wanted: "MatchFilter", form: str, *, after: int, raw: bool) -> None:
    """Print matches as they come, until the reader goes away, Ctrl-C, or the end asked for."""
    pause = threading.Event()
    with suppress(KeyboardInterrupt):
        while True:
            is_over = wanted.until is not None and utc_now() >= wanted.until
            with app.reader() as store:
                found = list(store.matches(replace(wanted, after_id=after)))[::-1]
            _print(found, form, raw=raw, head=False)
            if is_over:
                return
            after = max((match.id for match in found), default=after)
            pause.wait(FOLLOW_EVERY_S)


@click.command()
@click.argument("match_id", type=row_id)
@json_option
@pass_app
def show(app: "App", match_id: int, *, as_json: bool) -> None:
    """Show one match: its item, and every place that matched."""
    from watcher.export import to_json

    with app.reader() as store:
        match = store.match(match_id)
    if match is None:
        raise WatcherError(f"there is no match {match_id}; `watcher matches` lists their numbers")
    if as_json:
        echo_json(to_json(match))
    else:
        _print_match(match)


def _print_match(match: "LoggedMatch") -> None:
    from rich.text import Text

    from watcher.cli.marking import marked, spans
    from watcher.nodes import FIELDS
    from watcher.safe import safe_text

    item = match.item
    rows = [
        ("match", f"{match.id}  {match.state}  {match.origin}  {match.note}"),
        ("topic", f"{match.topic}  ({match.severity}, version {match.topic_version[:12]})"),
        ("matched", local(match.matched_at)),
        ("withdrawn", local(match.superseded_at)),
        ("outlet", f"{item.outlet}  {item.country}  {item.language}"),
        ("feed", item.feed),
        ("link", item.link),
        ("published", local(item.published_at)),
        ("seen", local(item.seen_at)),
        ("story", str(match.story)),
    ]
    texts = [
        *((name, Text(safe_text(value))) for name, value in rows),
        *((name, marked(getattr(item, name), spans(match.evidence, name))) for name in FIELDS),
        *(
            ("evidence", Text(f"{e.field}[{e.start}:{e.end}]  {e.text!r}  by  {e.term}"))
            for e in match.evidence
        ),
    ]
    out = console()
    for name, text in texts:
        if text.plain.strip():
            out.print(Text.assemble((f"{name:10} ", "dim"), text))


@click.command()
@click.argument("match_ids", type=row_id, nargs=-1, required=True)
@click.argument("state", type=click.Choice(STATES))
@click.option("--note", help="Why; kept with the match.")
@click.option("--as-test", is_flag=True, help="Add the item to its topic's tests, too.")
@pass_app
def mark(
    app: "App", match_ids: tuple[int, ...], state: str, *, note: str | None, as_test: bool
) -> None:
    """Mark matches as kept, dismissed or new: all of them, or none if one is not there."""
    from watcher.app import log

    if as_test and state == State.NEW:
        raise click.UsageError("--as-test goes with kept and dismissed, not with new")
    for file in log.mark(app, match_ids, State(state), note=note, as_tests=as_test):
        click.echo(f"added to the tests in {file}")
    click.echo(f"{len(set(match_ids))} marked {state}", err=True)
