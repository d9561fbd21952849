"""Commands of the subscriptions: list, add, remove, pause, import, export, and more."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.common import (
    Moment,
    counted,
    echo_json,
    json_option,
    local,
    pass_app,
    print_table,
    told_coverage,
)
from watcher.clock import moment_text, utc_now
from watcher.safe import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.app import App
    from watcher.store import FeedHealth

STATES = ("new", "ok", "failing", "gone", "paused")


@click.group()
def feeds() -> None:
    """See and change what is subscribed."""


@feeds.command("list")
@click.option("--state", type=click.Choice(STATES))
@json_option
@pass_app
def list_feeds(app: "App", *, state: str | None, as_json: bool) -> None:
    """List the feeds: how they do, what they publish, when the next poll comes and why then."""
    from watcher.app.feeds import feed_rows

    rows = [(health, why) for health, why in feed_rows(app) if state in (None, health.state)]
    if as_json:
        for health, why in rows:
            echo_json(_as_json(health, why))
        return
    print_table(
        ("state", "outlet", "feed", "items/day", "last poll", "next poll", "why then"),
        [
            (
                health.state,
                health.feed.outlet or health.feed.title,
                health.feed.url,
                "-" if health.items_per_day is None else f"{health.items_per_day:.1f}",
                local(health.feed.last_polled_at),
                local(health.feed.next_poll_at),
                f"{health.error_kind}: {health.error}; {why}" if health.error else why,
            )
            for health, why in rows
        ],
    )


def _as_json(health: "FeedHealth", why: str) -> dict[str, Any]:
    feed = health.feed
    return {
        "feed": feed.url,
        "outlet": feed.outlet,
        "title": feed.title,
        "language": feed.language,
        "country": feed.country,
        "kind": feed.kind,
        "group": feed.group,
        "state": health.state,
        "items_per_day": health.items_per_day,
        "last_polled_at": moment_text(feed.last_polled_at),
        "last_success_at": moment_text(feed.last_success_at),
        "next_poll_at": moment_text(feed.next_poll_at),
        "why": why,
        "failures": health.failures,
        "error_kind": health.error_kind,
        "error": health.error,
        "gaps": health.gaps,
    }


@feeds.command()
@click.argument("url")
@click.option("--title", default="")
@click.option("--outlet", default="", help="Who publishes it.")
@click.option("--language", default="", help="Such as uk or zh-Hans.")
@click.option("--country", default="", help="Such as UA.")
@pass_app
def add(app: "App", /, url: str, **facts: str) -> None:
    """Subscribe to the feed at URL; if a page is there, to the feed that it names."""
    from watcher.app.feeds import add_feed

    found, added, warning = add_feed(app, url, **facts)
    if warning:
        click.echo(safe_text(warning), err=True)
    told = safe_text(found)
    click.echo(f"subscribed to {told}" if added else f"{told} was subscribed already")


@feeds.command()
@click.argument("url")
@pass_app
def remove(app: "App", url: str) -> None:
    """Unsubscribe from a feed; its items and matches stay in the log."""
    listed = {subscription.url for subscription in app.subscriptions()}
    with app.writer() as store:
        feed = store.remove_feed(url)
    note = "; a catalogue lists it, but it stays out until it is added again"
    is_listed = not listed.isdisjoint((feed.url, feed.subscribed_url))
    click.echo(f"unsubscribed from {feed.url}{note if is_listed else ''}")


@feeds.command()
@click.argument("url")
@pass_app
def pause(app: "App", url: str) -> None:
    """Poll a feed no more, until it is resumed."""
    with app.writer() as store:
        feed = store.pause_feed(url)
    click.echo(f"paused {feed.url}")


@feeds.command()
@click.argument("url")
@pass_app
def resume(app: "App", url: str) -> None:
    """Poll a paused feed again."""
    with app.writer() as store:
        feed = store.resume_feed(url)
    click.echo(f"resumed {feed.url}")


@feeds.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@pass_app
def import_feeds(app: "App", file: Path) -> None:
    """Subscribe to every feed of an OPML file; tell what was not taken from it, and why."""
    from watcher.app.feeds import import_feeds

    done = import_feeds(app, file)
    for problem in done.catalogue.problems:
        click.echo(safe_text(str(problem)), err=True)
    left_out, ignored = len(done.catalogue.left_out), len(done.catalogue.ignored)
    attributes = f", {counted(ignored, 'attribute')} ignored" if ignored else ""
    click.echo(f"{done.added} added, {done.known} known, {left_out} left out{attributes}")


@feeds.command()
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@pass_app
def export(app: "App", file: Any) -> None:
    """Write all subscriptions as OPML, to FILE or stdout."""
    from watcher.app.feeds import export_feeds

    file.write(export_feeds(app))


@feeds.command()
@click.argument("url")
@json_option
@pass_app
def discover(app: "App", url: str, *, as_json: bool) -> None:
    """List the feeds that the page at URL names, or that lie where sites like it keep them."""
    from watcher.app.feeds import feeds_of

    found = feeds_of(app, url)
    if as_json:
        for feed in found:
            echo_json({"url": feed.url, "title": feed.title, "items": feed.items, "how": feed.how})
    elif found:
        rows = [(feed.url, feed.title, feed.items, feed.how) for feed in found]
        print_table(("feed", "title", "items", "how found"), rows)
    else:
        click.echo(f"no feed found from {url}", err=True)
    raise SystemExit(0 if found else 1)


@feeds.command()
@click.argument("url")
@json_option
@pass_app
def fetch(app: "App", url: str, *, as_json: bool) -> None:
    """Fetch and parse the feed at URL, and show what the parser sees; nothing is stored."""
    from watcher.app.feeds import look

    fetched, document = look(app, url)
    if as_json:
        for item in document.items:
            echo_json(
                {
                    "guid": item.guid,
                    "title": item.title,
                    "summary": item.summary,
                    "content": item.content,
                    "author": item.author,
                    "link": item.link,
                    "language": item.language,
                    "published": moment_text(item.published_at),
                    "tags": list(item.tags),
                }
            )
        return
    for name, value in (
        ("found at", fetched.url),
        ("format", document.format),
        ("title", document.title),
        ("language", document.language),
        ("validators", fetched.validators.etag or fetched.validators.last_modified or "none"),
        ("items", f"{len(document.items)}, {document.dropped} dropped"),
        *(("warning", warning) for warning in document.warnings),
    ):
        click.echo(f"{name + ':':12}{safe_text(value)}")
    rows = [(local(item.published_at), item.title, item.link) for item in document.items]
    print_table(("published", "title", "link"), rows)


@feeds.command()
@click.option("--since", type=Moment(), help="Gaps that reach past: 2d, a date, an ISO time.")
@click.option("--feed", "url", help="Only of this feed.")
@json_option
@pass_app
def gaps(app: "App", *, since: "datetime | None", url: str | None, as_json: bool) -> None:
    """List the stretches in which items may have come and gone unseen."""
    from watcher.health import coverage_of
    from watcher.store import MatchFilter

    with app.reader() as store:
        found = store.gaps(since=since, feed_url=url)
        covered = None
        if url is None and not as_json:
            covered = coverage_of(store, MatchFilter(since=since), now=utc_now())
    if as_json:
        for row in found:
            echo_json(
                {
                    "feed": row.feed_url,
                    "outlet": row.outlet,
                    "from": moment_text(row.gap.from_at),
                    "to": moment_text(row.gap.to_at),
                    "found_by": row.gap.found_by,
                    "found_at": moment_text(row.found_at),
                }
            )
        return
    print_table(
        ("from", "to", "found by", "outlet", "feed"),
        [
            (local(r.gap.from_at), local(r.gap.to_at), r.gap.found_by, r.outlet, r.feed_url)
            for r in found
        ],
    )
    if covered is not None:
        click.echo(told_coverage(covered), err=True)
