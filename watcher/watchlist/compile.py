"""Drafts → topics and actors: queries read, `$names` looked up, each only once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from watcher.errors import Problem
from watcher.models import Actor, Topic
from watcher.nodes import Group, Node, Or, Term, parts_of
from watcher.query import QueryError, name_node, parse, version_of
from watcher.watchlist.draft import GroupDraft, TopicDraft
from watcher.watchlist.source import Text

LARGEST = 200_000
"""So many words and operators may a query hold with all that its `$names` stand for."""
DEEPEST = 80
"""How deep they may nest; a `$name` counts for two."""
_TOO_LARGE = f"holds over {LARGEST:,} words with all that its $names stand for: split it"
_TOO_DEEP = f"nests over {DEEPEST} deep with all that its $names stand for: split it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A query as it stands in a file, and what it means."""

    text: Text
    node: Node
    owner: str
    """The topic's id, or `$` and the id of the actor or concept."""


class Names(Mapping[str, Node]):
    """What each `$name` stands for; read when first asked for, and never in a circle.

    When a file could not be read (`complete` is false), no name is unknown: it may be in there.
    """

    def __init__(self, groups: Sequence[GroupDraft], *, complete: bool = True) -> None:
        self._complete = complete
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.written: list[Written] = []
        self.used: set[str] = set()
        self._drafts = {group.id.value: group for group in groups}
        self._nodes: dict[str, Node] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        self._open: list[str] = []

    def __len__(self) -> int:
        return len(self._drafts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._drafts)

    def __contains__(self, name: object) -> bool:
        return name in self._drafts or not self._complete

    def __getitem__(self, name: str) -> Node:
        if name not in self._drafts and not self._complete:
            return Term(name)
        draft = self._drafts[name]
        self.used.add(name)
        if name in self._nodes:
            return self._nodes[name]
        if name in self._open or 2 * len(self._open) >= DEEPEST:
            self.problems.append(draft.id.problem(self._circle(name)))
            self._nodes[name] = _instead(draft.id)
        else:
            self._open.append(name)
            node = self.any_of([self._read(text, draft) for text in draft.texts], draft.id)
            self._nodes.setdefault(name, node)
            self._sizes[name] = self._size(node)
            self._open.pop()
        return self._nodes[name]

    def read_all(self) -> None:
        """Read the names that nothing asked for, too: they may be wrong."""
        for name in self._drafts:
            self[name]

    def query(self, text: Text, owner: str) -> Node:
        """Read a query; one that is wrong is noted, and something harmless stands in for it."""
        try:
            parsed = parse(text.value, names=self)
        except QueryError as error:
            self.problems.append(text.problem(str(error), error.offset))
            return _instead(text)
        self.warnings += [text.problem(remark.why, remark.offset) for remark in parsed.remarks]
        node = self.any_of([parsed.node], text)
        self.written.append(Written(text=text, node=node, owner=owner))
        return node

    def any_of(self, nodes: Sequence[Node], owner: Text) -> Node:
        """Join what `owner` asks for; what grew too large by its `$names` is noted."""
        if not nodes:
            return _instead(owner)
        node = nodes[0] if len(nodes) == 1 else Or(tuple(nodes))
        count, depth = self._size(node)
        if count <= LARGEST and depth <= DEEPEST:
            return node
        self.problems.append(owner.problem(_TOO_DEEP if depth > DEEPEST else _TOO_LARGE))
        return _instead(owner)

    def _size(self, node: Node) -> tuple[int, int]:
        """Count what a query holds, and how deep it nests; each name is counted only once."""
        if isinstance(node, Group):
            count, depth = self._sizes.get(node.name, (1, 0))
            return count + 1, depth + 2
        sizes = [self._size(part) for part in parts_of(node)]
        return 1 + sum(size[0] for size in sizes), 1 + max((size[1] for size in sizes), default=0)

    def _read(self, text: Text, draft: GroupDraft) -> Node:
        owner = f"${draft.id.value}"
        if not draft.is_actor:
            return self.query(text, owner)
        try:
            node = name_node(text.value)
        except QueryError as error:
            self.problems.append(text.problem(str(error), error.offset))
            return _instead(text)
        self.written.append(Written(text=text, node=node, owner=owner))
        return node

    def _circle(self, name: str) -> str:
        if name not in self._open:
            return _TOO_DEEP
        way = [*self._open[self._open.index(name) :], name]
        return f"refers to itself: {' → '.join(f'${step}' for step in way)}"


def compile_topic(draft: TopicDraft, names: Names) -> Topic:
    """Read a topic's queries; its mistakes are noted in `names`."""
    owner = draft.id.value
    query = names.any_of([names.query(text, owner) for text in draft.match], draft.id)
    unwanted = [names.query(text, owner) for text in draft.unless]
    unless = names.any_of(unwanted, draft.id) if unwanted else None
    return Topic(
        id=owner,
        query=query,
        unless=unless,
        title=draft.title,
        severity=draft.severity,
        why=draft.why,
        fields=draft.fields,
        languages=draft.languages,
        notify=tuple(text.value for text in draft.notify),
        version=version_of(query, unless=unless, fields=draft.fields, languages=draft.languages),
        tests=draft.tests,
        place=draft.id.place(),
    )


def actors_of(groups: Sequence[GroupDraft]) -> tuple[Actor, ...]:
    """Give the actors among the groups."""
    return tuple(
        Actor(
            id=group.id.value,
            title=group.title,
            names=tuple(text.value for text in group.texts),
            place=group.id.place(),
        )
        for group in groups
        if group.is_actor
    )


def _instead(text: Text) -> Node:
    return Term(text.value)
