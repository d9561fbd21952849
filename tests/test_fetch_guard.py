"""What may be reached, and what not, in every spelling."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import FetchError
from watcher.fetch.guard import Guard, check_url, host_name

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "193.0.0.1",
    "223.255.255.254",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "::ffff:0808:0808",
    "::8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "0x08080808",
    "134744072",
    "010.8.8.8",
    "8.8.2056",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "::1%lo",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
    "127.1",
    "127.0.1",
    "0",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "017700000001",
    "0177.0.0.1",
    "0300.0250.0.1",
    "3232235521",
    "0xa9fea9fe",
    "2852039166",
    "192.168.257",
    "10.1",
]


@pytest.mark.parametrize("host", PUBLIC)
def test_public_addresses_may_be_reached(host: str) -> None:
    assert Guard().allows_host(host)


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_other_addresses_may_not(host: str) -> None:
    assert not Guard().allows_host(host)


@pytest.mark.parametrize("host", ["example.com", "localhost", "1.example", "dead.beef", "x--"])
def test_names_are_left_to_the_resolver(host: str) -> None:
    assert Guard().allows_host(host)


@pytest.mark.parametrize("text", ["example.com", "", "1.2.3", "::g"])
def test_what_is_no_address_is_never_connected_to(text: str) -> None:
    assert not Guard().allows(text)


@pytest.mark.parametrize(
    ("network", "address", "allowed"),
    [
        ("127.0.0.0/8", "127.0.0.1", True),
        ("127.0.0.0/8", "::ffff:127.0.0.1", True),
        ("127.0.0.0/8", "2130706433", True),
        ("127.0.0.0/8", "10.0.0.1", False),
        ("127.0.0.0/8", "::1", False),
        ("::1/128", "::1", True),
        ("fd00::/8", "fd12::1", True),
        ("2002::/16", "2002:7f00:1::1", True),
        ("0.0.0.0/0", "169.254.169.254", True),
    ],
)
def test_allowed_networks_may_be_reached(network: str, address: str, *, allowed: bool) -> None:
    assert Guard([ip_network(network)]).allows_host(address) is allowed


@given(st.ip_addresses(v=4))
def test_ipv4_means_the_same_in_every_wrapping(address: object) -> None:
    guard = Guard()
    number = int(ip_address(str(address)))
    wrapped = [f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"]
    plain = guard.allows(str(address))
    assert [guard.allows(each) for each in wrapped] == [plain] * 3
    assert guard.allows_host(str(number)) is plain
    assert guard.allows_host(hex(number)) is plain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://example.com/feed", "example.com"),
        ("https://example.com:8443/a?b=c#d", "example.com"),
        ("HTTP://EXAMPLE.COM/", "example.com"),
        ("http://[2001:4860:4860::8888]/", "2001:4860:4860::8888"),
        ("http://пример.рф/лента", "xn--e1afmkfd.xn--p1ai"),
        ("http://example.com/a b@c\\d", "example.com"),
        ("http://example.com?q=@x", "example.com"),
        ("http://xn--i-7iq.ws/", "xn--i-7iq.ws"),
    ],
)
def test_fit_addresses_are_read(url: str, host: str) -> None:
    assert host_name(check_url(url)) == host


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("example.com/feed", id="no scheme"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://example.com/", id="ftp"),
        pytest.param("gopher://example.com/", id="gopher"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("data:text/xml,<rss/>", id="data"),
        pytest.param("http://", id="no host"),
        pytest.param("http:///feed", id="empty host"),
        pytest.param("http://user@example.com/", id="user"),
        pytest.param("http://user:secret@example.com/", id="user and password"),
        pytest.param("http://good.example\\@10.0.0.1/", id="backslash and at"),
        pytest.param("http://good.example\\.evil.example/", id="backslash"),
        pytest.param("http://a b/", id="blank"),
        pytest.param("http://a\tb/", id="tab"),
        pytest.param("http://a\r\nX: y/", id="line break"),
        pytest.param("http://a\x00b/", id="nul"),
        pytest.param("http://a\u00a0b/", id="no-break space"),
        pytest.param("http://example.com:99999/", id="port too high"),
        pytest.param("http://example.com:http/", id="port no number"),
        pytest.param("http://[::1/", id="bracket open"),
        pytest.param("http://[::g]/", id="no IPv6"),
        pytest.param("http://example.com/\x1b[2J", id="escape in the path"),
    ],
)
def test_unfit_addresses_are_refused(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_url(url)
    assert caught.value.kind == "bad_url"
    assert "secret" not in str(caught.value)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}"):
        try:
            assert host_name(check_url(url))
        except FetchError as error:
            assert error.kind == "bad_url"  # noqa: PT017 - either is right
