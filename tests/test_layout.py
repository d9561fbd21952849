"""The tree is what `watcher/README.md` says it is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "watcher"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "shipped" not in path.parts)
TABLE_ROW = re.compile(
    r"^\| *(?P<layer>[a-z ]*) *\| `(?P<module>[a-z_]+)(?P<kind>\.py|/)` \| (?P<purpose>.+) \|$"
)

DOORS = {
    "aiohttp": "fetch",
    "apprise": "notify",
    "apscheduler": "daemon",
    "babel": "watchlist",
    "charset_normalizer": "parse",
    "click": "cli",
    "feedparser": "parse",
    "httpx": "fetch",
    "httpx_aiohttp": "fetch",
    "lark": "query",
    "marisa_trie": "text",
    "opencc": "text",
    "pebble": "parse",
    "platformdirs": None,
    "pydantic": "settings",
    "re2": "match",
    "rich": "cli",
    "ruamel": "watchlist",
    "selectolax": "parse",
    "simplemma": "text",
    "sqlite3": "store",
    "sqlite_utils": "store",
    "uvloop": "daemon",
}
"""Each library and the one room that may import it."""


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Name the top-level packages that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_table_lists_the_rooms_that_are_there() -> None:
    table = (PACKAGE / "README.md").read_text("utf-8").splitlines()
    listed = {match["module"] for line in table if (match := TABLE_ROW.match(line))}
    there = {room(path) for path in MODULES} - {"__init__"}
    assert listed == there


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_its_purpose_and_stays_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_library_has_one_door(path: Path) -> None:
    wrong = {
        library
        for library in imported(path) & set(DOORS)
        if DOORS[library] not in (None, room(path))
    }
    assert not wrong


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.name != "__init__.py"],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_each_module_has_its_test(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    names = {"_".join(parts), parts[0]}
    assert any((ROOT / "tests" / f"test_{name}.py").is_file() for name in names)
