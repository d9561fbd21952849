"""One topic of a watchlist file → its draft."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import yaml

from watcher.errors import did_you_mean
from watcher.models import SEARCHED, Item, Severity, TopicTests
from watcher.nodes import FIELDS, Field
from watcher.watchlist.draft import TopicDraft
from watcher.watchlist.yaml_nodes import Nodes

TOPIC_KEYS = ("id", "title", "severity", "why", "match", "unless", "in", "notify", "tests")
TEST_KEYS = ("match", "ignore")
ITEM_KEYS = (
    "title",
    "summary",
    "content",
    "author",
    "link",
    "language",
    "published",
    "seen",
    "outlet",
    "feed",
    "group",
    "country",
    "tags",
)

Parts = Mapping[str, yaml.Node]
Choice = TypeVar("Choice", bound=str)


def read_topic(
    nodes: Nodes, node: yaml.Node, path: str, *, languages: tuple[str, ...]
) -> TopicDraft | None:
    """Read a topic; its mistakes go to `nodes`. `None`: it has no id."""
    parts = nodes.table(node, path, TOPIC_KEYS)
    id_texts = nodes.needed(parts, "id", node, path)
    match = nodes.needed(parts, "match", node, path)
    severity = _choices(nodes, parts, "severity", path, tuple(Severity))
    fields: tuple[Field, ...] = _choices(nodes, parts, "in", path, FIELDS)
    topic_tests = _tests(nodes, parts, f"{path}.tests")
    if not id_texts:
        return None
    nodes.is_id(id_texts[0])  # a wrong one is told; the queries may be wrong, too
    return TopicDraft(
        id=id_texts[0],
        title=nodes.optional(parts, "title", path) or id_texts[0].value,
        severity=severity[0] if severity else Severity.NORMAL,
        why=nodes.optional(parts, "why", path),
        match=match,
        unless=nodes.some(parts, "unless", path),
        fields=fields or SEARCHED,
        notify=nodes.some(parts, "notify", path),
        tests=topic_tests,
        languages=languages,
    )


def _choices(
    nodes: Nodes, parts: Parts, key: str, path: str, known: tuple[Choice, ...]
) -> tuple[Choice, ...]:
    chosen = []
    for text in nodes.some(parts, key, path):
        if text.value in known:
            chosen.append(known[known.index(text.value)])
        else:
            hint = did_you_mean(text.value, known)
            why = f"{text.value!r} is not one of {', '.join(known)}{hint}"
            nodes.problems.append(text.problem(why))
    return tuple(chosen)


def _tests(nodes: Nodes, parts: Parts, path: str) -> TopicTests:
    if "tests" not in parts:
        return TopicTests()
    kinds = nodes.table(parts["tests"], path, TEST_KEYS)
    items = {
        kind: tuple(_items(nodes, kinds[kind], f"{path}.{kind}")) if kind in kinds else ()
        for kind in TEST_KEYS
    }
    return TopicTests(match=items["match"], ignore=items["ignore"])


def _items(nodes: Nodes, node: yaml.Node, path: str) -> Iterator[Item]:
    """Read items: a text is a title, a mapping gives fields. Its id tells where it stands."""
    for at, member in nodes.each(node, path):
        place = nodes.source.place(member.start_mark.index)
        number = f"{place.file}:{place.line}:{place.column}"
        if isinstance(member, yaml.MappingNode):
            fields = _item_fields(nodes, member, at)
            try:
                yield Item.from_json({**fields, "id": number})
            except ValueError as error:
                nodes.wrong(member, at, str(error))
        elif text := nodes.text(member, at):
            yield Item(id=number, title=text.value)


def _item_fields(nodes: Nodes, node: yaml.Node, path: str) -> dict[str, Any]:
    parts = nodes.table(node, path, ITEM_KEYS)
    fields: dict[str, Any] = {
        key: nodes.optional(parts, key, path) for key in parts if key != "tags"
    }
    return {**fields, "tags": [text.value for text in nodes.some(parts, "tags", path)]}
