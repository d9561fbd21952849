"""The watcher's matcher behind the interface of an outer benchmark of stored topics.

That benchmark names its contestants `module:Class` and gives topics as nested tuples: `("term",
text, flags)`, `("or", nodes)`, `("and", nodes)`, `("not", node)`, `("near", n, a, b)`, `("sent",
a, b)`. It knows no inflection: topics are built with `languages=()`, which switches it off.
"""

from collections.abc import Sequence
from typing import Any

from watcher.match import Matcher
from watcher.models import Item, Topic
from watcher.nodes import FIELDS, And, In, Near, Node, Not, Or, Term


class Watcher:
    """A contestant by what it has, so that nothing of the benchmark need be on the path."""

    name = "watcher"
    evidence = True
    full = True
    limit = 100_000
    pure_not = True

    def build(self, topics: Sequence[Any]) -> None:
        self._terms: dict[Any, Node] = {}
        self._count = len(topics)
        self._matcher = Matcher(self._topic(number, told) for number, told in enumerate(topics))

    def add(self, topic: Any) -> None:
        self._matcher.add(self._topic(self._count, topic))
        self._count += 1

    def match(self, docs: Sequence[tuple[str, str]]) -> list[Any]:
        return [
            (
                number,
                int(match.topic),
                [(_INDEX[field], start, end) for field, start, end, _, _ in match.evidence],
            )
            for number, (title, body) in enumerate(docs)
            for match in self._matcher.match(Item(title=_split(title), summary=_split(body)))
        ]

    def _topic(self, number: int, told: Any) -> Topic:
        return Topic(id=str(number), query=self._node(told))

    def _node(self, told: Any) -> Node:
        kind, *rest = told
        if kind == "term":
            return self._term(told)
        if kind in {"and", "or"}:
            parts = tuple(map(self._node, rest[0]))
            return And(parts) if kind == "and" else Or(parts)
        if kind == "not":
            return Not(self._node(rest[0]))
        left, right = map(self._node, rest[-2:])
        return Near(left, right, rest[0] if kind == "near" else "s")

    def _term(self, told: Any) -> Node:
        node = self._terms.get(told)
        if node is None:
            _, text, flags = told
            prefix = "prefix" in flags
            term = Term(
                text=text + "*" * prefix, exact="case" in flags, wildcard=prefix, name=not prefix
            )
            node = self._terms[told] = In("title", term) if "title" in flags else term
        return node


_INDEX = {field: index for index, field in enumerate(FIELDS)}


def _split(text: str) -> str:
    """Part words at apostrophes, as the benchmark does; the watcher looks through them instead."""
    return text.replace("’", " ")
