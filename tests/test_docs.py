"""What the documents say is so: commands, settings, and the tables of contents."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from watcher.cli.main import main
from watcher.fetch import trouble
from watcher.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(commands(main))


@pytest.mark.parametrize("name", [*COMMANDS])
def test_a_command_says_what_it_does_and_stands_in_the_readme(name: str) -> None:
    assert COMMANDS[name].get_short_help_str()
    group, _, command = name.rpartition(" ")
    rows = [row for row in README.splitlines() if row.startswith(f"| `{group or command}")]
    assert any(re.search(rf"\b{command}\b", row.split("|")[1]) for row in rows), name


def settings_keys() -> Iterator[str]:
    for section, field in Settings.model_fields.items():
        model = field.annotation
        for key in getattr(model, "model_fields", {}):
            yield f"{section}.{key}"


@pytest.mark.parametrize("key", [*settings_keys()])
def test_a_key_of_the_settings_stands_in_the_readme(key: str) -> None:
    section, name = key.split(".")
    table = README.split(f"\n[{section}]\n")[1].split("\n[")[0]
    assert re.search(rf"^{name} *=", table, re.MULTILINE), key


def error_kinds() -> set[str]:
    """Name the kinds of error that the code gives: where they are raised, and in its tables."""
    raised = re.compile(r'(?:Feed|Fetch|Parse)Error\(\s*"([a-z_]+)"')
    code = "".join(path.read_text("utf-8") for path in (ROOT / "watcher").rglob("*.py"))
    named = {kind for _, kind, _ in trouble._NAMES + trouble._IN_BODY}
    told = {trouble.unwelcome(status, None).kind for status in range(300, 600)}
    return {*raised.findall(code), *named, *told}


@pytest.mark.parametrize("kind", sorted(error_kinds()))
def test_a_kind_of_error_stands_in_the_readme(kind: str) -> None:
    table = (ROOT / "watcher" / "README.md").read_text("utf-8").split("| kind | when |")[-1]
    assert f"`{kind}`" in table.split("\n\n")[0]


@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests" / "bench").glob("[a-z]*.py")), ids=lambda file: file.stem
)
def test_a_benchmark_stands_in_their_readme(file: Path) -> None:
    assert file.stem in (file.parent / "README.md").read_text("utf-8")


def test_the_documents_name_only_files_that_are_there() -> None:
    for document in [README, (ROOT / "watcher" / "README.md").read_text("utf-8")]:
        for name in re.findall(r"`((?:watcher|tests|seeds|feeds)/[\w/.]*\w)`", document):
            assert (ROOT / name).exists(), name
