"""Commands of the topics: topics list, show, suggest, diff, rematch."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.common import (
    Moment,
    console,
    echo_json,
    json_option,
    pass_app,
    print_table,
    progress,
)
from watcher.safe import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from watcher.app import App
    from watcher.rematch import Change


@click.group()
def topics() -> None:
    """See what is watched for."""


@topics.command("list")
@json_option
@pass_app
def list_topics(app: "App", *, as_json: bool) -> None:
    """List the topics: severity, what a look costs, matches by state."""
    from watcher.app.topics import topic_rows

    rows = topic_rows(app)
    if as_json:
        for row in rows:
            echo_json(asdict(row))
        return
    print_table(
        ("topic", "severity", "title", "cost", "new", "kept", "dismissed"),
        [
            (row.id, row.severity, row.title, _cost(row.cost), row.new, row.kept, row.dismissed)
            for row in rows
        ],
    )


def _cost(cost: float | str) -> str:
    return cost if isinstance(cost, str) else f"{cost:.3%} of items"


@topics.command()
@click.argument("topic")
@json_option
@pass_app
def show(app: "App", topic: str, *, as_json: bool) -> None:
    """Show a topic, and which of its clauses and terms led to kept and to dismissed matches."""
    from watcher.app.topics import clause_yields

    found = app.topic(topic)
    yields = clause_yields(app, found)
    if as_json:
        echo_json(
            {
                "topic": found.id,
                "title": found.title,
                "severity": found.severity,
                "why": found.why,
                "version": found.version,
                "languages": list(found.languages),
                "fields": list(found.fields),
                "notify": list(found.notify),
                "file": found.place.file,
                "line": found.place.line,
                "clauses": [asdict(row) for row in yields],
            }
        )
        return
    for name, value in (
        ("topic", f"{found.id}  ({found.severity}, version {found.version[:12]})"),
        ("title", found.title),
        ("why", found.why),
        ("written in", f"{found.place.file}:{found.place.line}"),
        ("languages", " ".join(found.languages)),
        ("searches", " ".join(found.fields)),
        ("notifies", " ".join(found.notify)),
    ):
        if value:
            click.echo(f"{name + ':':12}{value}")
    rows = []
    for clause in yields:
        rows.append((clause.clause, clause.matches, clause.kept, clause.dismissed))
        rows += [(f"  {row.term}", row.matches, row.kept, row.dismissed) for row in clause.terms]
    print_table(("clause, and its terms", "matches", "kept", "dismissed"), rows)


@topics.command()
@click.argument("name", required=False)
@click.option("--country", help="A country instead: its code, or its name in English.")
@json_option
@pass_app
def suggest(app: "App", *, name: str | None, country: str | None, as_json: bool) -> None:
    """List other spellings of NAME, or of a country, to paste into a watchlist.

    Each line says which system it comes from; last come the words that stand beside NAME in the
    stored items. Kana and hanzi are not guessed: ask someone who reads them.
    """
    if (name is None) == (country is None):
        raise click.UsageError("give a NAME or --country")
    from watcher.app.topics import suggestions

    rows = suggestions(app, name, country=country)
    if name and not any(row.language for row in rows):
        click.echo(
            f"no Ukrainian or Russian system explains {safe_text(name)}: other spellings, and kana"
            " and hanzi, have to be asked of someone who reads them",
            err=True,
        )
    if as_json:
        for row in rows:
            echo_json({"text": row.text, "language": row.language, "system": row.system})
        return
    print_table(
        ("text", "language", "after"), [(row.text, row.language, row.system) for row in rows]
    )


@topics.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--since", type=Moment(), help="Only over items seen since.")
@json_option
@pass_app
def diff(app: "App", *, file: Path | None, since: "datetime | None", as_json: bool) -> None:
    """Tell what an edited watchlist would gain and lose over the stored items; writes nothing.

    FILE stands in for the configured watchlist of its name; without it the configured ones are
    compared with the log. Exit code 1 if anything would be lost, be it a topic.
    """
    from watcher.app.topics import changes, edited_topics, gone_topics

    lost = gained = 0
    topics = edited_topics(app, file)
    gone, out = gone_topics(app, topics, file), console()
    with progress(app.item_count(since)) as advance:
        for count, chunk in changes(app, topics, since=since):
            advance(count)
            for change in chunk:
                gained += change.gained
                lost += not change.gained
                _print_change(change, None if as_json else out)
    for topic in gone:
        click.echo(f"topic {topic} is gone: its matches stay, and no more come", err=True)
    click.echo(f"{gained} gained, {lost} lost", err=True)
    raise SystemExit(1 if lost or gone else 0)


def _print_change(change: "Change", out: "Console | None") -> None:
    """Print a change on the console, or as JSON where there is none."""
    if out is None:
        echo_json(
            {
                "topic": change.topic,
                "change": "gained" if change.gained else "lost",
                "item": change.item.id,
                "title": change.item.title,
                "evidence": [place._asdict() for place in change.evidence],
            }
        )
        return
    from watcher.cli.marking import marked, spans

    line = marked(change.item.title, spans(change.evidence, "title"))
    terms = ", ".join(sorted({place.term for place in change.evidence}))
    sign = "+" if change.gained else "-"
    out.print(
        f"{sign} {change.topic}  ", line, f"  ({terms})", sep="", markup=False, soft_wrap=True
    )


@topics.command()
@click.argument("topic")
@click.option("--since", type=Moment(), help="Only over items seen since.")
@pass_app
def rematch(app: "App", *, topic: str, since: "datetime | None") -> None:
    """Match a topic again over the stored items: gains are logged, losses dated."""
    from watcher.app import topics as doing

    doing.rematch(app, app.topic(topic), since=since)
    click.echo(f"{topic} is matched again", err=True)
