"""Only the web is linked to."""

import pytest

from watcher.parse.addresses import web_address

BASE = "https://site.example/news/"


@pytest.mark.parametrize(
    ("address", "resolved"),
    [
        ("https://other.example/a?b=1&c=2", "https://other.example/a?b=1&c=2"),
        ("item/1", "https://site.example/news/item/1"),
        ("/item/1", "https://site.example/item/1"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("  /x \n", "https://site.example/x"),
        ("", ""),
        ("urn:uuid:1", ""),
        ("at://did:plc:1/app", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("http://", ""),
        ("http://[broken", ""),
    ],
)
def test_an_address_resolves_to(address: str, resolved: str) -> None:
    assert web_address(address, BASE) == resolved
