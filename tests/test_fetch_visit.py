"""What is sent to whom, where a redirect may lead, what is kept."""

import httpx
import pytest

from watcher.errors import FetchError
from watcher.fetch.visit import Visit, asked_headers, next_hop, validators_of
from watcher.models import FeedOptions, Validators

FEED = "https://outlet.example/feed"


def visit(
    options: FeedOptions | None = None, *, given_for: str = FEED, etag: str | None = None
) -> Visit:
    return Visit(
        url=httpx.URL(FEED),
        given_for=given_for,
        options=options or FeedOptions(),
        validators=Validators(etag=etag, last_modified=etag and "Mon", url=FEED),
    )


def test_a_visit_without_validators_is_unconditional() -> None:
    assert not visit().is_conditional_at(httpx.URL(FEED))
    assert asked_headers(httpx.URL(FEED), visit()) == {}


def test_validators_become_conditions() -> None:
    asked = asked_headers(httpx.URL(FEED), visit(etag='W/"ä"'))
    assert asked == {b"if-none-match": 'W/"ä"'.encode(), b"if-modified-since": b"Mon"}
    assert visit(etag="x").is_conditional_at(httpx.URL(FEED))


def test_no_other_address_is_asked_under_conditions() -> None:
    elsewhere = httpx.URL("https://other.example/feed")
    assert asked_headers(elsewhere, visit(etag="x")) == {}
    assert not visit(etag="x").is_conditional_at(elsewhere)


@pytest.mark.parametrize(
    ("auth", "sent"),
    [
        ("user:pass word", b"Basic dXNlcjpwYXNzIHdvcmQ="),
        ("ключ:слово", b"Basic 0LrQu9GO0Yc60YHQu9C+0LLQvg=="),
        ("Bearer abc:def", b"Bearer abc:def"),
        ("token", b"token"),
    ],
)
def test_credentials_are_sent(auth: str, sent: bytes) -> None:
    asked = asked_headers(httpx.URL(FEED), visit(FeedOptions(auth=auth)))
    assert asked == {b"authorization": sent}


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://outlet.example/other", True),
        ("https://OUTLET.example:443/other", True),
        ("http://outlet.example/feed", False),
        ("https://outlet.example:8443/feed", False),
        ("https://www.outlet.example/feed", False),
        ("https://evil.example/feed", False),
    ],
)
def test_secrets_go_only_where_they_were_given_for(url: str, *, is_sent: bool) -> None:
    options = FeedOptions(headers={"X-Key": "k"}, auth="a:b")
    assert (set(asked_headers(httpx.URL(url), visit(options))) == {b"x-key", b"authorization"}) is (
        is_sent
    )


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://other.example/x", "https://other.example/x"),
        ("/new?a=1", "https://outlet.example/new?a=1"),
        ("new", "https://outlet.example/new"),
        ("//cdn.example/feed", "https://cdn.example/feed"),
        ("  /blank around ", "https://outlet.example/blank%20around"),
        ("/лента", "https://outlet.example/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
    ],
)
def test_redirects_are_resolved(location: str, target: str) -> None:
    response = httpx.Response(302, headers=[(b"Location", location.encode())])
    assert next_hop(httpx.URL(FEED), response, allow_downgrade=False) == target


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("", "redirect"),
        ("file:///etc/passwd", "redirect"),
        ("javascript:alert(1)", "redirect"),
        ("https://user:secret@other.example/", "redirect"),
        ("https://[::1/", "redirect"),
        ("https://other.example:99999/", "redirect"),
        ("http://outlet.example/feed", "downgrade"),
    ],
)
def test_redirects_are_refused(location: str, kind: str) -> None:
    response = httpx.Response(301, headers={"Location": location})
    with pytest.raises(FetchError) as caught:
        next_hop(httpx.URL(FEED), response, allow_downgrade=False)
    assert caught.value.kind == kind
    assert "secret" not in str(caught.value)


def test_a_feed_may_be_allowed_to_fall_to_http() -> None:
    response = httpx.Response(302, headers={"Location": "http://outlet.example/feed"})
    target = next_hop(httpx.URL(FEED), response, allow_downgrade=True)
    assert target == "http://outlet.example/feed"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param(b'W/"a b"', 'W/"a b"', id="weak"),
        pytest.param(b"no quotes", "no quotes", id="no quotes"),
        pytest.param('"ä"'.encode(), '"ä"', id="UTF-8"),
        pytest.param('"ä"'.encode("latin-1"), None, id="not to be sent back"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b"x" * 1025, None, id="endless"),
    ],
)
def test_validators_are_kept_byte_for_byte(sent: bytes, kept: str | None) -> None:
    response = httpx.Response(200, headers=[(b"ETag", sent), (b"Last-Modified", sent)])
    response.request = httpx.Request("GET", FEED)
    body_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    expected = Validators(etag=kept, last_modified=kept, url=FEED, body_hash=body_hash)
    assert validators_of(response, b"") == expected
