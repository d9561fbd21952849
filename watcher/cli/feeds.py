"""Commands of the subscriptions: feeds list, add, remove, pause, resume, import, export, …"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.common import (
    Moment,
    echo_json,
    json_option,
    local,
    pass_app,
    print_table,
)

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.app import App


@click.group()
def feeds() -> None:
    """See and change what is subscribed."""


@feeds.command("list")
@click.option("--state", type=click.Choice(["new", "ok", "failing", "gone", "paused"]))
@json_option
@pass_app
def list_feeds(app: "App", *, state: str | None, as_json: bool) -> None:
    """List the feeds: how they do, how much they publish, when they are polled next and why then."""
    found = [row for row in app.feed_rows() if state in (None, row.state)]
    if as_json:
        for row in found:
            echo_json(row.to_json())
        return
    print_table(
        ("state", "outlet", "feed", "items/day", "last", "next", "why"),
        [
            (
                row.state,
                row.outlet or row.title,
                row.url,
                f"{row.items_per_day:.1f}",
                local(row.last_polled_at),
                local(row.next_poll_at),
                row.error or row.why,
            )
            for row in found
        ],
    )


@feeds.command()
@click.argument("url")
@click.option("--title", default="")
@click.option("--outlet", default="")
@click.option("--language", default="")
@click.option("--country", default="")
@pass_app
def add(app: "App", url: str, **facts: str) -> None:
    """Subscribe to the feed at URL; if a page is there, to the feed that it names."""
    click.echo(f"subscribed to {app.add_feed(url, **facts)}")


@feeds.command()
@click.argument("url")
@pass_app
def remove(app: "App", url: str) -> None:
    """Unsubscribe from a feed added by hand; its items and matches stay."""
    app.remove_feed(url)
    click.echo(f"unsubscribed from {url}")


@feeds.command()
@click.argument("url")
@pass_app
def pause(app: "App", url: str) -> None:
    """Poll a feed no more, until it is resumed."""
    app.pause_feed(url)
    click.echo(f"paused {url}")


@feeds.command()
@click.argument("url")
@pass_app
def resume(app: "App", url: str) -> None:
    """Poll a paused feed again."""
    app.resume_feed(url)
    click.echo(f"resumed {url}")


@feeds.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@pass_app
def import_feeds(app: "App", file: Path) -> None:
    """Subscribe to every feed of an OPML file; tell what was left out, and why."""
    added, known, left_out = app.import_feeds(file)
    for problem in left_out:
        click.echo(str(problem), err=True)
    click.echo(f"{added} added, {known} known, {len(left_out)} left out")
