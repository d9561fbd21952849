"""From the tree of a query back to its text."""

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
)


def write(node: Node) -> str:  # noqa: PLR0911 - one for each kind of node
    """Write `node` so that reading it gives the same meaning; names stay `$name`."""
    match node:
        case Term():
            return _term(node)
        case Regex():
            return f"/{node.pattern}/{'i' if node.ignore_case else ''}"
        case Fact():
            return _fact(node)
        case Group():
            return f"${node.name}"
        case And():
            return " AND ".join(map(_bracketed, node.parts))
        case Or():
            return " OR ".join(map(_bracketed, node.parts))
        case _:
            return _around(node)


def _around(node: Not | AtLeastOf | Near | First | AtLeast | In) -> str:
    match node:
        case Not():
            return f"NOT {_bracketed(node.part)}"
        case AtLeastOf():
            return f"{node.count} OF ({', '.join(map(write, node.parts))})"
        case Near():
            return f"{_bracketed(node.left)} {_operator_of(node)} {_bracketed(node.right)}"
        case First():
            return f"FIRST/{node.count}({write(node.part)})"
        case AtLeast():
            return f"ATLEAST/{node.count}({write(node.part)})"
        case In():
            return f"{node.field}:{_bracketed(node.part)}"


def _operator_of(node: Near) -> str:
    """Write the operator of `node`, such as `NOT NEAR/5`."""
    return f"{'NOT ' * node.negated}{'O' * node.ordered}NEAR/{node.distance}"


def _bracketed(node: Node) -> str:
    single = isinstance(node, Term | Regex | Fact | Group | AtLeastOf | First | AtLeast)
    return write(node) if single else f"({write(node)})"


def _term(term: Term) -> str:
    if term.edits:
        return f"{term.text}~{term.edits}"
    slop = f"~{term.slop}" if term.slop else ""
    return f'{"=" * term.exact}"{term.text}"{slop}'


def _fact(fact: Fact) -> str:
    sign = "" if fact.comparison == "=" else fact.comparison
    value = f'"{fact.value}"' if any(map(fact.value.__contains__, ' (),"')) else fact.value
    return f"{fact.name}:{sign}{value}"
