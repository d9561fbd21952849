"""Drafts → topics and actors: queries read, `$names` looked up, each only once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from watcher.errors import Problem
from watcher.models import Actor, Topic
from watcher.nodes import Node, Or, Term
from watcher.query import QueryError, name_node, parse, version_of
from watcher.watchlist.draft import GroupDraft, TopicDraft
from watcher.watchlist.source import Text

MAX_DEPTH = 20
"""Concepts inside concepts."""


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
        if name in self._open or len(self._open) >= MAX_DEPTH:
            self.problems.append(draft.id.problem(self._circle(name)))
            self._nodes[name] = _instead(draft.id)
        if name not in self._nodes:
            self._open.append(name)
            node = _any_of([self._read(text, draft) for text in draft.texts], draft.id)
            self._nodes.setdefault(name, node)
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
        self.written.append(Written(text=text, node=parsed.node, owner=owner))
        return parsed.node

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
            return f"concepts stand inside one another more than {MAX_DEPTH} deep"
        way = [*self._open[self._open.index(name) :], name]
        return f"refers to itself: {' → '.join(f'${step}' for step in way)}"


def compile_topic(draft: TopicDraft, names: Names) -> Topic:
    """Read a topic's queries; its mistakes are noted in `names`."""
    owner = draft.id.value
    query = _any_of([names.query(text, owner) for text in draft.match], draft.id)
    unwanted = [names.query(text, owner) for text in draft.unless]
    unless = _any_of(unwanted, draft.id) if unwanted else None
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


def _any_of(nodes: Sequence[Node], owner: Text) -> Node:
    if not nodes:
        return _instead(owner)
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def _instead(text: Text) -> Node:
    return Term(text.value)
