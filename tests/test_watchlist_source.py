"""Where a character of a scalar's value stands in its file."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from watcher.models import Place
from watcher.watchlist.source import Source, Text, source_index


def text_of(document: str) -> Text:
    """Take the value of the only key."""
    root: Any = yaml.compose(document, Loader=yaml.CSafeLoader)
    node = root.value[0][1]
    assert isinstance(node, yaml.ScalarNode)
    return Text(node.value, "k", Source("w.yaml", document), node)


@pytest.mark.parametrize(
    ("document", "line", "column"),
    [
        pytest.param("k: ab X", 1, 7, id="plain"),
        pytest.param("k: 'ab X'", 1, 8, id="single quotes"),
        pytest.param("k: 'it''s ''X'", 1, 13, id="doubled quotes"),
        pytest.param('k: "ab X"', 1, 8, id="double quotes"),
        pytest.param(r'k: "\t\x41 \u0416\\\U0001F600 \"X"', 1, 33, id="escapes"),
        pytest.param('k: "ab \\\n    X"', 2, 5, id="escaped line break"),
        pytest.param("k: ab\n  cd\n\n  X", 4, 3, id="plain over lines"),
        pytest.param("k: 'ab\n\n    X'", 3, 5, id="quotes over lines"),
        pytest.param("k: |\n  ab\n   X\n", 3, 4, id="literal"),
        pytest.param("k: |2-  # why\n  ab\n  X\n", 3, 3, id="literal with header"),
        pytest.param("k: >-\n  ab\n\n  cd X\n", 4, 6, id="folded"),
        pytest.param("k: &a !!str  ab X", 1, 17, id="anchor and tag"),
        pytest.param("k: &a 'ab X'", 1, 11, id="anchor before quotes"),
        pytest.param("# Ж\r\nk: 'Ж X'\r\n", 2, 7, id="other line ends"),
        pytest.param("k: X", 1, 4, id="first character"),
    ],
)
def test_a_character_is_found(document: str, line: int, column: int) -> None:
    text = text_of(document)
    assert text.place(text.value.index("X")) == Place(file="w.yaml", line=line, column=column)


@pytest.mark.parametrize(
    ("document", "offset", "column"),
    [
        pytest.param("k: 'ab  cd'", None, 4, id="the whole, with its quotes"),
        pytest.param("k: &a 'ab'", None, 7, id="the whole, after its anchor"),
        pytest.param("k: 'ab  cd'", 6, 11, id="the end"),
        pytest.param("k: 'ab  cd'", 2, 7, id="a blank"),
        pytest.param("k: '  ab'", 0, 7, id="a blank before all else"),
        pytest.param("k: '  '", 1, 4, id="nothing but blanks"),
    ],
)
def test_what_is_no_character_is_near_one(document: str, offset: int | None, column: int) -> None:
    assert text_of(document).place(offset).column == column


def test_a_problem_names_path_and_place() -> None:
    problem = text_of("k: 'ab X'").problem("is odd", 3)
    assert str(problem) == "w.yaml:1:8: k: is odd"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)


@given(WORDS, st.sampled_from(["'", '"', "|", ">", None]), st.integers(20, 60))
def test_every_character_that_is_no_blank_is_found(
    value: str, style: str | None, width: int
) -> None:
    document = yaml.dump(
        {"k": value}, default_style=style, allow_unicode=True, width=width, Dumper=yaml.CSafeDumper
    )
    root: Any = yaml.compose(document, Loader=yaml.CSafeLoader)
    node = root.value[0][1]
    for offset, char in enumerate(value):
        if not char.isspace():
            found = document[source_index(document, node, offset)]
            assert found in (char, "\\")
