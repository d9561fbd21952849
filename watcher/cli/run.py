"""Commands that set the watcher up and run it: init, demo, run, status."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.common import console, echo_json, json_option, local, pass_app, share
from watcher.errors import WatcherError
from watcher.safe import safe_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.app import App
    from watcher.demo.performance import Summary


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def init(folder: Path) -> None:
    """Put settings, catalogues and watchlists to start from into FOLDER; overwrite nothing."""
    from watcher.app.setup import init as set_up

    for path, created in set_up(folder):
        click.echo(f"{'created' if created else 'kept'} {path}")


@click.command()
def demo() -> None:
    """Watch an invented newsroom tell the seed story, offline, in under a minute."""
    from watcher.cli.marking import marked_line
    from watcher.demo import play

    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C: the daemon must not outlive us
        signal.signal(number, signal.default_int_handler)
    click.echo(
        "A loopback newsroom opens; the daemon watches it. Matches as they are logged:", err=True
    )
    summary = play(lambda match: console().print(marked_line(match)))
    _print_summary(summary)
    if not summary.well:
        raise WatcherError("the demo did not find exactly what was planted")


def _print_summary(summary: "Summary") -> None:
    for title, topic in summary.missed:
        click.echo(f"missed: {topic}: {title}", err=True)
    for title, topic in summary.unexpected:
        click.echo(f"not planted: {topic}: {title}", err=True)
    click.echo()
    for topic, count in sorted(summary.matches.items()):
        click.echo(f"{count:4}  {topic}")
    click.echo(
        f"{summary.items} of {summary.planted} items from {summary.outlets} outlets in "
        f"{summary.seconds:.0f} s: {sum(summary.matches.values())} matches of "
        f"{len(summary.matches)} topics, {summary.left_alone} items rightly left alone, "
        f"{len(summary.missed)} missed, {len(summary.unexpected)} wrong."
    )


@click.command()
@click.option("--once", is_flag=True, help="Poll what is due, deliver, and end (for cron).")
@click.option("--all", "every_feed", is_flag=True, help="With --once: poll every feed.")
@pass_app
def run(app: "App", *, once: bool, every_feed: bool) -> None:
    """Run the daemon in the foreground until SIGTERM or Ctrl-C."""
    from watcher.daemon import run_daemon, run_once

    if every_feed and not once:
        raise click.UsageError("--all goes with --once")
    if once:
        run_once(app, every_feed=every_feed)
    else:
        run_daemon(app)


@click.command()
@json_option
@pass_app
def status(app: "App", *, as_json: bool) -> None:
    """Say whether the daemon is well, and what is not."""
    report = app.status()
    if as_json:
        echo_json(report.to_json())
    else:
        running = f"running, process {report.process}, since {local(report.started_at)}"
        for name, value in (
            ("daemon", running if report.process else "not running"),
            ("database", report.database),
            ("feeds", _counts(report.feeds)),
            ("items", str(report.items)),
            ("matches", _counts(report.matches)),
            ("notices", f"{report.queued} queued"),
            ("covered", f"{share(report.covered)} of the time since {local(report.covered_since)}"),
            ("gaps", f"{report.gaps} in the last 7 days (`watcher feeds gaps`)"),
        ):
            click.echo(f"{name + ':':10}{value}")
        for complaint in report.unwell:
            click.echo(f"unwell:   {safe_lines(complaint)}")
    raise SystemExit(0 if report.well else 1)


def _counts(counts: "Mapping[str, int]") -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"
