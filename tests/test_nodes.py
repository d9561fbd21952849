import pytest

from watcher.nodes import (
    And,
    AtLeast,
    AtLeastOf,
    Fact,
    First,
    Group,
    In,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    parts_of,
)

A, B = Term("a"), Term("b")


@pytest.mark.parametrize(
    ("node", "parts"),
    [
        pytest.param(A, (), id="term"),
        pytest.param(Regex("a"), (), id="regex"),
        pytest.param(Fact("lang", "uk"), (), id="fact"),
        pytest.param(And((A, B)), (A, B), id="and"),
        pytest.param(Or((A, B)), (A, B), id="or"),
        pytest.param(AtLeastOf(1, (A, B)), (A, B), id="of"),
        pytest.param(Not(A), (A,), id="not"),
        pytest.param(First(5, A), (A,), id="first"),
        pytest.param(AtLeast(2, A), (A,), id="at least"),
        pytest.param(In("title", A), (A,), id="field"),
        pytest.param(Near(A, B, 5), (A, B), id="near"),
        pytest.param(Group("x", A), (), id="what a name stands for is not inside"),
    ],
)
def test_parts_of(node: Node, parts: tuple[Node, ...]) -> None:
    assert parts_of(node) == parts
