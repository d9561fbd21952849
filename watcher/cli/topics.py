"""Commands of the topics: topics list, show, …"""

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
    rows = app.topic_rows()
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
