"""The clauses of a topic over one item, as a tree of what holds."""

from dataclasses import dataclass
from typing import Any

from watcher.match.reading import MOST_TOLD
from watcher.models import Evidence
from watcher.nodes import Field, Node

Leaf = tuple[Node, tuple[Field, ...]]
"""What makes two clauses the same: the node, and the fields that it looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One clause of a topic: whether it holds, where, and what it is made of.

    `needs` is how many of the `parts` must hold; 0: the one part must not; `None`: a clause of
    its own, whose parts only show what it looked at.
    """

    what: str
    held: bool
    places: tuple[Evidence, ...] = ()
    parts: tuple["Step", ...] = ()
    needs: int | None = None
    leaf: Leaf | None = None

    def to_json(self) -> dict[str, Any]:
        """Tell it as plain values; places as `evidence` is told."""
        told: dict[str, Any] = {"clause": self.what, "held": self.held}
        if self.leaf and self.leaf[1]:
            told["fields"] = list(self.leaf[1])
        if self.places:
            told["places"] = [
                {"field": place.field, "start": place.start, "end": place.end, "text": place.text}
                for place in self.places[:MOST_TOLD]
            ]
        if self.parts:
            told["parts"] = [part.to_json() for part in self.parts]
        return told
