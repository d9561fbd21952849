"""One watchlist file → its draft; every mistake with its place."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from watcher.errors import Problem
from watcher.watchlist.draft import Draft, GroupDraft, TopicDraft
from watcher.watchlist.read_topic import read_topic
from watcher.watchlist.source import Text
from watcher.watchlist.yaml_nodes import Nodes, UnreadableError, compose

FILE_KEYS = ("version", "languages", "actors", "concepts", "topics")
ACTOR_KEYS = ("title", "names")
LANGUAGE = re.compile(r"[a-z]{2,3}")


def read_draft(path: Path) -> Draft:
    """Read one file; its mistakes are in the draft's `problems`."""
    try:
        source, root = compose(path)
        nodes = Nodes(source)
        if root is None:
            return Draft(problems=[Problem(file=source.name, why="is empty")])
        return _File(nodes).read(root)
    except UnreadableError as error:
        return Draft(problems=list(error.problems), is_whole=False)


class _File:
    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._draft = Draft(problems=nodes.problems)
        self._languages: tuple[str, ...] = ()

    def read(self, root: yaml.Node) -> Draft:
        parts = self._nodes.table(root, "", FILE_KEYS)
        self._version(parts.get("version"))
        if "languages" in parts:
            self._draft.languages.extend(self._read_languages(parts["languages"]))
            self._languages = tuple(text.value for text in self._draft.languages)
        elif isinstance(root, yaml.MappingNode):
            why = "is missing; it says whose inflections to know, such as [en, uk], or []"
            self._nodes.wrong(root, "languages", why)
        if "actors" in parts:
            self._draft.groups.extend(self._actors(parts["actors"]))
        if "concepts" in parts:
            self._draft.groups.extend(self._concepts(parts["concepts"]))
        if "topics" in parts:
            self._draft.topics.extend(self._topics(parts["topics"]))
        return self._draft

    def _version(self, node: yaml.Node | None) -> None:
        if node is not None and (not isinstance(node, yaml.ScalarNode) or node.value != "1"):
            self._nodes.wrong(node, "version", "must be 1, the only version there is")

    def _read_languages(self, node: yaml.Node) -> Iterator[Text]:
        for path, member in self._nodes.each(node, "languages"):
            text = self._nodes.text(member, path)
            if text and LANGUAGE.fullmatch(text.value):
                yield text
            elif text:
                why = f"must be the code of a language, such as uk; it is {text.value!r}"
                self._nodes.problems.append(text.problem(why))

    def _actors(self, node: yaml.Node) -> Iterator[GroupDraft]:
        for name, value in self._named(node, "actors"):
            parts = self._nodes.table(value, name.path, ACTOR_KEYS)
            texts = self._nodes.needed(parts, "names", value, name.path)
            title = self._nodes.optional(parts, "title", name.path) or name.value
            yield GroupDraft(id=name, title=title, texts=texts, is_actor=True)

    def _concepts(self, node: yaml.Node) -> Iterator[GroupDraft]:
        for name, value in self._named(node, "concepts"):
            texts = self._nodes.texts(value, name.path)
            yield GroupDraft(id=name, texts=texts, is_actor=False)

    def _named(self, node: yaml.Node, path: str) -> Iterator[tuple[Text, yaml.Node]]:
        for name, value in self._nodes.entries(node, path):
            if self._nodes.is_id(name):
                yield name, value

    def _topics(self, node: yaml.Node) -> Iterator[TopicDraft]:
        for path, member in self._nodes.each(node, "topics"):
            topic = read_topic(self._nodes, member, path, languages=self._languages)
            if topic is not None:
                yield topic
