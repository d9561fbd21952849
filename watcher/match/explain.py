"""Why an item matches a topic, or which clauses keep it from it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watcher.match.clauses import MOST_PLACES, Clause, Marking
from watcher.match.compile import Compiler, fields_of, query_of
from watcher.match.evidence import evidence_when_asked
from watcher.match.lexicon import Lexicon
from watcher.match.reading import Reading, View
from watcher.match.repair import smallest_repair
from watcher.match.steps import Leaf, Step
from watcher.models import SEARCHED, Evidence, Item, Topic
from watcher.nodes import FIELDS, And, AtLeastOf, Fact, Field, Group, In, Near, Node, Not, Or, Term
from watcher.query.write import write
from watcher.text.fold import fold
from watcher.text.tokens import split

MOST_SHOWN = 12
"""So many failing parts of a list are told; the rest is counted."""
MOST_PLACES_SHOWN = 5
"""So many places of a clause are told in its line; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The clauses of a topic over an item; `failing` is the smallest set that would turn it.

    It is empty where none would, and `None` where none of very many sets did.
    """

    topic: str
    matched: bool
    root: Step
    fields: tuple[Field, ...] = SEARCHED
    failing: tuple[Step, ...] | None = ()

    def to_json(self) -> dict[str, Any]:
        """Tell it as plain values."""
        return {
            "topic": self.topic,
            "matched": self.matched,
            "tree": self.root.to_json(),
            "failing": None if self.failing is None else [s.to_json() for s in self.failing],
        }

    def to_text(self) -> str:
        """Tell it as lines, one for each clause."""
        verdict = "matches" if self.matched else "does not match"
        searched = f" (searched {where})" if (where := _where(self.fields)) else ""
        lines = [f"{self.topic} {verdict}{searched}", *_lines(self.root, 1)]
        if self.failing is None:
            lines.append("Too many of its clauses are at odds to tell which few keep it so")
        elif not self.matched and not self.failing:
            lines.append("It can never match: its clauses contradict each other")
        if self.failing:
            lines.append("It would match if" + (" all of" if len(self.failing) > 1 else ""))
            lines.extend(f"  {_wish(step)}" for step in self.failing)
        return "\n".join(lines)


def explain(topic: Topic, item: Item) -> Explanation:
    """Hold `item` against each clause of `topic`."""
    lexicon = Lexicon(topic.languages)
    node = query_of(topic)
    planned = _plan(node, topic.fields, lexicon, Compiler(lexicon))
    asked = {*topic.fields, *fields_of(node)}
    reading = Reading(item, lexicon, tuple(field for field in FIELDS if field in asked))
    root = _step(planned, reading)
    repair = [] if root.held else smallest_repair(root)
    failing = None if repair is None else tuple(repair)
    return Explanation(
        topic=topic.id, matched=root.held, root=root, fields=topic.fields, failing=failing
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    node: Node
    fields: tuple[Field, ...]
    leaf: Leaf
    clause: Clause
    parts: tuple["_Planned", ...]


def _plan(node: Node, fields: tuple[Field, ...], lexicon: Lexicon, compiler: Compiler) -> _Planned:
    inside = (node.field,) if isinstance(node, In) else fields
    parts = tuple(_plan(part, inside, lexicon, compiler) for part in _parts(node))
    leaf = (_as_found(node, lexicon), () if isinstance(node, Fact) else fields)
    return _Planned(node, fields, leaf, compiler.node(node), parts)


def _as_found(node: Node, lexicon: Lexicon) -> Node:
    """Write words alike that are found in the same texts: few capitals and accents matter."""
    if not isinstance(node, Term) or node.exact or node.wildcard or len(split(node.text)) != 1:
        return node
    (word,) = split(node.text)
    keys, other_keys = (lexicon.inflector.term_keys(each, name=True) for each in (word, fold(word)))
    return replace(node, text=fold(word), name=False) if keys == other_keys else node


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case And() | Or() | AtLeastOf():
            return node.parts
        case Group() | Not() | In():
            return (node.part,)
        case Near():
            return (node.left, node.right)
        case _:
            return ()


def _step(planned: _Planned, reading: Reading) -> Step:
    node, view = planned.node, reading.view(planned.fields)
    needs = _needs(node)
    return Step(
        what=_name(node),
        held=planned.clause.holds(view),
        places=_places(planned.clause, view) if needs is None else (),
        parts=tuple(_step(part, reading) for part in planned.parts),
        needs=needs,
        leaf=planned.leaf if needs is None else None,
    )


def _needs(node: Node) -> int | None:
    match node:
        case And():
            return len(node.parts)
        case Or() | Group() | In():
            return 1
        case AtLeastOf():
            return node.count
        case Not():
            return 0
        case _:
            return None


def _name(node: Node) -> str:
    match node:
        case And():
            return "all of"
        case Or():
            return "any of"
        case AtLeastOf():
            return f"{node.count} of"
        case Not():
            return "not"
        case In():
            return f"in {node.field}"
        case _:
            return write(node)


def _places(clause: Clause, view: View) -> tuple[Evidence, ...]:
    """Tell where a clause holds: of nearness, from its first to its last word."""
    reading = view.reading
    marks = {reading.mark(place, "") for place in clause.places(view)}
    if marks:
        return tuple(map(reading.evidence, sorted(marks)))
    return evidence_when_asked(Marking.of(clause), view)()


def _lines(step: Step, depth: int) -> Iterator[str]:
    found = _found(step.places)
    yield f"{'yes' if step.held else 'no ':4}{'  ' * depth}{step.what}" + (
        f": {found}" if found else ""
    )
    shown = step.parts
    if step.needs == 1:
        held = [part for part in step.parts if part.held]
        shown = tuple((held or step.parts)[:MOST_SHOWN])
    for part in shown:
        yield from _lines(part, depth + 1)
    if len(shown) < len(step.parts):
        yield f"{'':4}{'  ' * (depth + 1)}and {len(step.parts) - len(shown)} more"


def _found(places: Sequence[Evidence]) -> str:
    told = [f"{place.text!r} in {place.field}" for place in places[:MOST_PLACES_SHOWN]]
    if left := len(places) - len(told):
        at_least = "at least " * (len(places) >= MOST_PLACES)
        told.append(f"and {at_least}{left:,} more")
    return ", ".join(told)


def _wish(step: Step) -> str:
    where = _where(step.leaf[1]) if step.leaf else ""
    if step.held:
        return f"{step.what} were {f'not {where}' if where else 'absent'}"
    return f"{step.what} were {where or 'there'}"


def _where(fields: Collection[Field]) -> str:
    """Tell which fields are looked at; nothing where they are the usual ones, or none."""
    if not fields or set(fields) == set(SEARCHED):
        return ""
    return "in " + " or ".join(f"the {field}" for field in FIELDS if field in fields)
