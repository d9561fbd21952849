"""Which terms alone decide most of what a topic matches."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from watcher.match import Matcher
from watcher.models import Item, Match, Topic
from watcher.nodes import And, AtLeast, AtLeastOf, First, Group, In, Near, Node, Or, Term

ENOUGH = 10
"""Fewer items prove nothing about what decides or implies what."""
MOST = 0.5
KEPT = 1000
"""So many of a topic's matches are matched again without a term: the last."""


@dataclass(slots=True)
class Deciding:
    """The matches of one topic, as far as they tell what it hangs on."""

    topic: Topic
    items: int = 0
    _found: Counter[str] = field(default_factory=Counter)
    _last: deque[Item] = field(default_factory=lambda: deque(maxlen=KEPT))

    def note(self, item: Item, match: Match) -> None:
        """Count a match."""
        self.items += 1
        self._found.update(dict.fromkeys((place.term for place in match.evidence), 1))
        self._last.append(item)

    def lines(self) -> Iterator[str]:
        """Tell each term without which most of the matches would not be, though others could."""
        if self.items < ENOUGH:
            return
        of = f"the last {KEPT}" if self.items > KEPT else self.items
        for text, count in self._found.most_common():
            if count <= MOST * self.items:  # what decides most is found in most
                return
            query = without(self.topic.query, text)
            if query is None:  # nothing could stand in for it
                continue
            matcher = Matcher([replace(self.topic, query=query)])
            lost = sum(not matcher.match(item) for item in self._last)
            if lost > MOST * len(self._last):
                yield f"{text!r} alone decides {lost} of {of}"


def without(node: Node, text: str) -> Node | None:
    """Take the term `text` out of a query; nothing is left of what cannot hold without it."""
    match node:
        case Term():
            return None if node.text == text else node
        case Or() | And() | AtLeastOf():
            return _fewer(node, tuple(filter(None, (without(part, text) for part in node.parts))))
        case Near():
            left, right = without(node.left, text), without(node.right, text)
            if left is None or right is None:
                return left if node.negated else None
            return replace(node, left=left, right=right)
        case Group() | First() | AtLeast() | In():
            part = without(node.part, text)
            return None if part is None else replace(node, part=part)
        case _:
            return node


def _fewer(node: Or | And | AtLeastOf, parts: tuple[Node, ...]) -> Node | None:
    """Leave only these parts of a node, if it can hold with them."""
    if isinstance(node, And):
        needed = len(node.parts)
    else:
        needed = node.count if isinstance(node, AtLeastOf) else 1
    if len(parts) < needed:
        return None
    return parts[0] if len(parts) == 1 else replace(node, parts=parts)
