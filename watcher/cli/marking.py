"""A match on a terminal: its facts, and its text with the matched words marked."""

from collections.abc import Iterable

from rich.text import Text

from watcher.cli.common import local
from watcher.models import Evidence, LoggedMatch
from watcher.safe import safe_text

MARK = "bold reverse"
CONTEXT = 60
"""How many characters are shown around the first matched word of a longer text."""

Span = tuple[int, int]


def spans(evidence: Iterable[Evidence], field: str) -> list[Span]:
    """Tell the places of the evidence in one field."""
    return [(place.start, place.end) for place in evidence if place.field == field]


def marked(text: str, places: Iterable[Span]) -> Text:
    """Mark places in a text; safe for a terminal.

    The text is made harmless piece by piece, since making it harmless may lengthen it.
    """
    line = Text()
    at = 0
    for start, end in sorted(places):
        if start >= at:
            line.append(safe_text(text[at:start]))
            line.append(safe_text(text[start:end]), style=MARK)
            at = end
    return line.append(safe_text(text[at:]))


def marked_line(match: LoggedMatch) -> Text:
    """Tell a match in one line: when, topic, outlet, marked title."""
    line = Text(f"{local(match.matched_at)}  ")
    line.append(f"{match.topic}  ", style="bold")
    line.append(f"{safe_text(match.item.outlet)}: ")
    line.append_text(marked_title(match))
    return line


def marked_title(match: LoggedMatch) -> Text:
    """Mark the title; if nothing of the evidence is in it, add the words around its first place."""
    places = spans(match.evidence, "title")
    title = marked(match.item.title, places)
    if places or not match.evidence:
        return title
    return title.append(" | ").append_text(excerpt(match, match.evidence[0]))


def excerpt(match: LoggedMatch, place: Evidence) -> Text:
    """Cut out the text around one place of the evidence, with what is marked in it."""
    text: str = getattr(match.item, place.field)
    start, end = max(0, place.start - CONTEXT), min(len(text), place.end + CONTEXT)
    inside = [
        (left - start, right - start)
        for left, right in spans(match.evidence, place.field)
        if start <= left and right <= end
    ]
    cut = Text("…" if start else "").append_text(marked(text[start:end], inside))
    return cut.append("…" if end < len(text) else "")
