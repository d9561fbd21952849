"""The tree is what `watcher/README.md` says it is."""

import ast
import re
import tomllib
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
    "lark": "query",
    "marisa_trie": "text",
    "opencc": "text",
    "pebble": "parse",
    "platformdirs": None,
    "pydantic": "settings",
    "pydantic_core": None,
    "publicsuffixlist": "hosts",
    "re2": "text",
    "rich": "cli",
    "selectolax": "parse",
    "simplemma": "text",
    "sqlite3": "store",
    "sqlite_utils": "store",
    "uvloop": "daemon",
    "yarl": "fetch",
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


def has_functions(path: Path) -> bool:
    """Tell whether there is something to test: pure declarations have nothing that runs."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return any(isinstance(node, kinds) for node in ast.walk(ast.parse(path.read_text("utf-8"))))


def test_the_table_lists_the_rooms_that_are_there() -> None:
    assert set().union(*(rooms for _, rooms in listed_layers())) == {
        room(path) for path in MODULES
    } - {"__init__"}


def test_the_table_has_the_layers_that_imports_are_held_to() -> None:
    (contract,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    held_to = [set(layer.split(" | ")) for layer in contract["layers"]]
    assert [rooms for _, rooms in listed_layers()] == held_to


def listed_layers() -> list[tuple[str, set[str]]]:
    """Read the table: each layer with its rooms, the top one first."""
    layers: dict[str, set[str]] = {}
    for line in (PACKAGE / "README.md").read_text("utf-8").splitlines():
        if row := TABLE_ROW.match(line):
            layers.setdefault(row["layer"], set()).add(row["module"])
    return list(layers.items())


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
    [path for path in MODULES if path.name != "__init__.py" and has_functions(path)],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_each_module_has_its_test(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    names = {"_".join(parts), parts[0]}
    assert any((ROOT / "tests" / f"test_{name}.py").is_file() for name in names)
