import pytest

from watcher.hosts import (
    host_of,
    plain_address,
    readable_host,
    registrable_domain,
    with_scheme,
)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://News.Example/feed", "news.example", id="lower case"),
        pytest.param("http://news.example.:8080/", "news.example", id="port and last dot"),
        pytest.param("http://[2001:db8::1]/", "2001:db8::1", id="IPv6"),
        pytest.param("urn:uuid:1", "", id="no host"),
        pytest.param("http://[broken/", "", id="no address"),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "readable"),
    [
        pytest.param("News.Example", "news.example", id="lower case"),
        pytest.param("xn--80a1acn3a.XN--J1AMH", "пошта.укр", id="Punycode"),
        pytest.param("Пошта.УКР", "пошта.укр", id="its own letters"),
        pytest.param("*.xn--j1amh", "*.укр", id="pattern"),
        pytest.param("cafe\u0301.example", "café.example", id="composed"),
        pytest.param("xn--*.example", "xn--*.example", id="no Punycode"),
        pytest.param(f"xn--{'a' * 60}.example", f"xn--{'a' * 60}.example", id="too long"),
        pytest.param("", "", id="no host"),
    ],
)
def test_a_host_in_the_letters_of_its_language(host: str, readable: str) -> None:
    assert readable_host(host) == readable


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        pytest.param("blog.news.example.com", "example.com", id="com"),
        pytest.param("news.example.co.uk", "example.co.uk", id="two-part suffix"),
        pytest.param("example.com", "example.com", id="the domain itself"),
        pytest.param("127.0.0.1", "127.0.0.1", id="IPv4"),
        pytest.param("2001:db8::1", "2001:db8::1", id="IPv6"),
        pytest.param("localhost", "localhost", id="no dot"),
    ],
)
def test_the_domain_that_an_owner_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/Feed?a=B",
        "HTTPS://News.Example/Feed?a=B",
        "https://news.example/Feed?a=B#top",
        "  https://news.example/Feed?a=B",
    ],
)
def test_equal_addresses_are_written_alike(url: str) -> None:
    assert plain_address(url) == "https://news.example/Feed?a=B"


def test_a_missing_path_and_an_empty_query_mean_nothing() -> None:
    assert plain_address("https://news.example?") == "https://news.example/"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        pytest.param(
            "https://a.example/my  feed.xml", "https://a.example/my%20%20feed.xml", id="path"
        ),
        pytest.param("https://a.example/?q=a b#c d", "https://a.example/?q=a%20b", id="query"),
        pytest.param("https://a.example/f ", "https://a.example/f", id="around it"),
        pytest.param("https://a b.example/", "https://a b.example/", id="in a host: no address"),
    ],
)
def test_blanks_are_written_as_browsers_do(url: str, plain: str) -> None:
    assert plain_address(url) == plain


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("HTTP://a.example/", "HTTP://a.example/"),
        ("a.example/f", "https://a.example/f"),
        ("a.example/?u=http://b.example/", "https://a.example/?u=http://b.example/"),
        ("\n\thttps://a.example/", "https://a.example/"),
        (" ht\ntps://a.ex\r\nample/f\teed\n", "https://a.example/feed"),
        ("https://a.example/f?q=a b", "https://a.example/f?q=a b"),
    ],
)
def test_an_address_is_read_as_it_is_typed(written: str, url: str) -> None:
    assert with_scheme(written) == url
