"""Where the keys of a TOML file stand."""

import tomllib
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.settings import Settings, read_settings
from watcher.settings.toml_places import key_places


def test_every_key_has_its_place() -> None:
    text = """\
top = 1
a.b.'c d' = "x # not a comment"   # a comment with [brackets] = and "quotes
multi = '''
[not.a.table]
'''
basic = \"\"\"one \\\" two\"\"\"\"
date = 1979-05-27 07:32:00
float = -1.5e3
list = [1, [2, 3.5], {k = 'v'},
  "last", ]
[t]  # comment
"quoted \\u0041" = true
[[arr]]
x = 1
[[arr]]
x = {y = {z = 2}}
[arr.sub]
w = 1
[[arr.deep]]
v = 1
"""
    places = key_places(text)
    expected = {
        ("top",): (1, 1),
        ("a",): (2, 1),
        ("a", "b", "c d"): (2, 5),
        ("multi",): (3, 1),
        ("basic",): (6, 1),
        ("date",): (7, 1),
        ("float",): (8, 1),
        ("list", 1): (9, 12),
        ("list", 1, 1): (9, 16),
        ("list", 2, "k"): (9, 23),
        ("list", 3): (10, 3),
        ("t",): (11, 1),
        ("t", "quoted A"): (12, 1),
        ("arr", 0, "x"): (14, 1),
        ("arr", 1): (15, 1),
        ("arr", 1, "x", "y", "z"): (16, 11),
        ("arr", 1, "sub", "w"): (18, 1),
        ("arr", 1, "deep", 0, "v"): (20, 1),
    }
    assert {path: places.get(path) for path in expected} == expected
    assert set(_paths(tomllib.loads(text))) <= set(places)


KEYS = st.from_regex(r"[a-z0-9_-]{1,5}", fullmatch=True) | st.text(max_size=5)
VALUES = st.recursive(
    st.integers() | st.booleans() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_path_of_any_value_has_a_place(value: dict[str, Any]) -> None:
    text = "".join(f"{_toml(key)} = {_toml(member)}\n" for key, member in value.items())
    places = key_places(text)
    assert set(_paths(tomllib.loads(text))) == set(places)
    lines = text.split("\n")
    for path, (line, column) in places.items():
        if isinstance(path[-1], str):
            assert lines[line - 1][column - 1 :].startswith(_toml(path[-1]))


NAMES = ["watcher", "poll", "min", "web", "host", "token", "notify", "feed", "url", "x"]
ANY = st.recursive(
    st.sampled_from(["0.0.0.0", "1h", "x", 3, -1.5, True, "env:NO"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), ANY, max_size=5))
def test_any_values_give_settings_and_told_mistakes(tmp_path: Path, values: dict[str, Any]) -> None:
    text = "".join(f"{_toml(key)} = {_toml(member)}\n" for key, member in values.items())
    (tmp_path / "any.toml").write_text(text)
    found, told = read_settings(config=Path("any.toml"), data=None, environ={}, cwd=tmp_path)
    assert isinstance(found, Settings)
    assert all(problem.line and problem.why for problem in told)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return "".join(['"', *(f"\\U{ord(char):08X}" for char in value), '"'])
    return repr(value).lower()


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if not isinstance(value, dict | list):
        return []
    members = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, member in members:
        found += [(*path, key), *_paths(member, (*path, key))]
    return found
