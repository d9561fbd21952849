"""A parser without its box, for tests that join the parts."""

from watcher.models import Document
from watcher.parse import parse_document


class PlainParser:
    """Parses in this process: the box around it has tests of its own."""

    max_items = 5000

    async def parse(
        self, body: bytes, *, content_type: str | None, url: str, memory: bytes = b""
    ) -> Document:
        return parse_document(
            body, content_type=content_type, url=url, memory=memory, max_items=self.max_items
        )

    def close(self) -> None:
        pass
