"""Commands of the topics: topics list, show, suggest, diff, rematch."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from watcher.cli.common import echo_json, json_option, pass_app, print_table

if TYPE_CHECKING:
    from watcher.app import App


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
            echo_json(row.to_json())
        return
    print_table(
        ("topic", "severity", "title", "cost", "new", "kept", "dismissed"),
        [
            (row.id, row.severity, row.title, row.cost, row.new, row.kept, row.dismissed)
            for row in rows
        ],
    )


@topics.command()
@click.argument("topic")
@json_option
@pass_app
def show(app: "App", topic: str, *, as_json: bool) -> None:
    """Show a topic, and which of its terms led to kept and which to dismissed matches."""
    from watcher.app.topics import term_yields

    found = app.topic(topic)
    yields = term_yields(app, found)
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
                "terms": [asdict(row) for row in yields],
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
    rows = [(row.term, row.matches, row.kept, row.dismissed) for row in yields]
    print_table(("term", "matches", "kept", "dismissed"), rows)
