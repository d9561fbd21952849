"""The SAX driver that feedparser gets: expat, asked for each text in one piece."""

from xml.sax.expatreader import ExpatParser


class _WholeTexts(ExpatParser):
    """Python's own driver takes a text in as many pieces as it has references and lines."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined] # typeshed hides it


def create_parser() -> ExpatParser:
    """Make a parser; `xml.sax.make_parser` calls this of each driver it is given by name."""
    return _WholeTexts()
