"""Catalogues: what OPML gives, what is left out and where, what is refused, and back again."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher import catalogue
from watcher.catalogue import read_catalogue, read_catalogues, write_catalogue
from watcher.errors import ConfigError
from watcher.models import Subscription

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def opml(*outlines: str) -> bytes:
    """Write a catalogue, each outline in a line of its own, the first in line 2."""
    return ("<opml version='2.0'><body>\n" + "\n".join(outlines) + "\n</body></opml>").encode()


def written(body: bytes, name: str = "a.opml") -> Path:
    Path(name).write_bytes(body)
    return Path(name)


def problems(*outlines: str) -> list[str]:
    return [str(problem) for problem in read_catalogue(written(opml(*outlines))).problems]


def refused(body: bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_catalogue(written(body))
    return [str(problem) for problem in caught.value.problems]


def test_a_feed_is_read_with_all_its_attributes() -> None:
    path = written(
        opml(
            '<outline type="rss" text="Wire" title="The Wire" xmlUrl="https://wire.example/feed"',
            '  htmlUrl="https://wire.example/" outlet="Wire" country="UA" language="uk"',
            '  kind="wire agency" group="UA" category="war, space"/>',
        )
    )
    assert read_catalogue(path).subscriptions == (
        Subscription(
            url="https://wire.example/feed",
            title="The Wire",
            outlet="Wire",
            site="https://wire.example/",
            country="UA",
            language="uk",
            kind="wire agency",
            group="UA",
            tags=("war", "space"),
            catalogue="a.opml",
        ),
    )


@pytest.mark.parametrize(
    ("outlines", "group"),
    [
        pytest.param(["<outline text='Folder'>", "</outline>"], "Folder", id="folder"),
        pytest.param(
            ["<outline text='Outer'><outline title='Inner'>", "</outline></outline>"],
            "Inner",
            id="nearest folder",
        ),
        pytest.param(
            ["<outline text='Outer'><outline>", "</outline></outline>"],
            "Outer",
            id="folder without a name",
        ),
        pytest.param(["", ""], "", id="no folder"),
    ],
)
def test_a_folder_gives_its_feeds_their_group(outlines: list[str], group: str) -> None:
    feed = "<outline text='A' xmlUrl='https://a.example/'/>"
    path = written(opml(outlines[0], feed, outlines[1]))
    assert [each.group for each in read_catalogue(path).subscriptions] == [group]


def test_attributes_are_read_in_any_case_and_blanks_fall() -> None:
    path = written(opml("<outline TEXT='  A&#10; b ' XMLURL=' https://a.example/ '/>"))
    (feed,) = read_catalogue(path).subscriptions
    assert (feed.url, feed.title) == ("https://a.example/", "A b")


def test_outlines_commented_out_are_passed_over_with_all_inside() -> None:
    path = written(
        opml(
            "<outline isComment='true' text='x'>",
            "<outline xmlUrl='https://a.example/'/></outline>",
            "<outline xmlUrl='https://b.example/' isComment='true'/>",
        )
    )
    assert read_catalogue(path) == catalogue.Catalogue()


def test_an_unknown_language_is_none() -> None:
    path = written(opml("<outline xmlUrl='https://a.example/' language='unknown'/>"))
    assert read_catalogue(path).problems == []
    assert read_catalogue(path).subscriptions[0].language == ""


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        pytest.param(
            "<outline type='rss' text='A'/>", "a.opml:2:1: xmlUrl: has no address", id="no address"
        ),
        pytest.param(
            "<outline text='A' xmlUrl='ftp://a.example/'/>",
            "a.opml:2:19: xmlUrl: 'ftp://a.example/' is not an address of http or https",
            id="other scheme",
        ),
        pytest.param(
            "<outline text='Ж' xmlUrl='file:///etc/passwd'/>",
            "a.opml:2:19: xmlUrl: 'file:///etc/passwd' is not an address of http or https",
            id="local file",
        ),
        pytest.param(
            "<outline\n  text='A'\n    xmlUrl='http://[::1'/>",
            "a.opml:4:5: xmlUrl: 'http://[::1' is no address: Invalid IPv6 URL",
            id="in a line of its own",
        ),
        pytest.param(
            "<outline xmlUrl='https://me:pw@a.example/'/>",
            "a.opml:2:10: xmlUrl: 'https://…@a.example/' has no host, a user name, a "
            "backslash, a control character or a blank (write %20)",
            id="user name",
        ),
        pytest.param(
            "<outline xmlUrl='https://a.example/my\n feed'/>",
            "a.opml:2:10: xmlUrl: 'https://a.example/my feed' has no host, a user name, a "
            "backslash, a control character or a blank (write %20)",
            id="over two lines",
        ),
        pytest.param(
            f"<outline xmlUrl='https://a.example/{'x' * 2000}'/>",
            "a.opml:2:10: xmlUrl: is longer than 2000 characters",
            id="long",
        ),
        pytest.param(
            "<outline type='include' url='https://a.example/all.opml'/>",
            "a.opml:2:1: type include: nothing is included",
            id="inclusion",
        ),
        pytest.param(
            "<outline xmlUrl='https://a.example/' country='Ukraine'/>",
            "a.opml:2:38: country: must be two letters (ISO 3166), such as UA; it is 'Ukraine'",
            id="country",
        ),
        pytest.param(
            "<outline xmlUrl='https://a.example/' language='Ukrainian!'/>",
            "a.opml:2:38: language: must be a tag of BCP 47, such as uk or zh-Hans; "
            "it is 'Ukrainian!'",
            id="language",
        ),
        pytest.param(
            "<outline xmlUrl='https://a.example/' contry='UA'/>",
            "a.opml:2:38: contry: is not an attribute we read (did you mean country?)",
            id="misspelt attribute",
        ),
        pytest.param(
            f"<outline text='{'x' * 10_000}' xmlUrl='x'/>",
            "a.opml:2:1: xmlUrl: 'x' is not an address of http or https",
            id="far inside a long tag",
        ),
    ],
)
def test_what_is_not_taken_is_told_at_its_place(outline: str, expected: str) -> None:
    assert problems(outline) == [expected]


def test_attributes_of_other_programs_are_their_own_matter() -> None:
    assert problems("<outline xmlUrl='https://a.example/' x-rating='5' description='d'/>") == []


def test_an_attribute_without_effect_leaves_no_feed_out() -> None:
    first = "<outline text='A' contry='UA' language='?' xmlUrl='https://a.example/'/>"
    again = "<outline text='B' xmlUrl='https://a.example/' outlt='B'/>"
    catalogue = read_catalogue(written(opml(first, again)))
    assert [each.title for each in catalogue.subscriptions] == ["A"]
    assert [(each.line, each.path) for each in catalogue.left_out] == [(3, "xmlUrl")]
    assert [(each.line, each.path) for each in catalogue.problems] == [
        (2, "contry"),
        (2, "language"),
        (3, "xmlUrl"),
        (3, "outlt"),
    ]


def test_a_feed_is_listed_once_over_all_files() -> None:
    first = written(opml("<outline xmlUrl='https://a.example'/>"), "a.opml")
    second = written(
        opml(
            "", "<outline xmlUrl='HTTPS://A.example/#x'/>", "<outline xmlUrl='https://b.example'/>"
        ),
        "b.opml",
    )
    both = read_catalogues([first, second])
    assert [each.url for each in both.subscriptions] == ["https://a.example/", "https://b.example/"]
    assert list(map(str, both.left_out)) == [
        "b.opml:3:10: xmlUrl: HTTPS://A.example/#x is listed already at a.opml:2"
    ]


# Files of no use


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b"<opml><body>\n<outline></body></opml>",
            "a.opml:2:12: is not XML: mismatched tag",
            id="broken",
        ),
        pytest.param(b"", "a.opml:1:1: is not XML: no element found", id="empty"),
        pytest.param(
            b"<?xml version='1.0' encoding='gb2312'?><opml/>",
            "a.opml:1:1: is in a charset that is not read "
            "(multi-byte encodings are not supported); save it as UTF-8",
            id="a charset of several bytes",
        ),
        pytest.param(
            b"<?xml version='1.0' encoding='klingon'?><opml/>",
            "a.opml:1:1: is in a charset that is not read (unknown encoding: klingon); "
            "save it as UTF-8",
            id="an unknown charset",
        ),
        pytest.param(
            b"<rss version='2.0'/>", "a.opml:1:1: is no OPML: it begins with <rss>", id="a feed"
        ),
        pytest.param(
            b"<!DOCTYPE opml [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><opml>&c;</opml>",
            "a.opml:1:16: has a document type declaration; an OPML file needs none",
            id="entities",
        ),
        pytest.param(
            b"<!DOCTYPE opml SYSTEM 'file:///etc/passwd'><opml/>",
            "a.opml:1:43: has a document type declaration; an OPML file needs none",
            id="external entities",
        ),
        pytest.param(b"<opml>" * 51, "a.opml:1:301: is nested more than 50 deep", id="depth"),
    ],
)
def test_a_file_of_no_use_is_refused(body: bytes, expected: str) -> None:
    assert refused(body) == [expected]


@pytest.mark.parametrize(
    ("bound", "why"),
    [
        pytest.param("MAX_OUTLINES", "a.opml:4:1: has more than 2 outlines", id="count"),
        pytest.param("MAX_BYTES", "a.opml: is larger than 2 bytes", id="size"),
    ],
)
def test_count_and_size_are_bounded(bound: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, bound, 2)
    assert refused(opml("<outline/>", "<outline/>", "<outline/>")) == [why]


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^no\.opml: cannot be read: No such file"):
        read_catalogue(Path("no.opml"))


def test_the_mistakes_of_all_files_are_told_when_one_is_of_no_use() -> None:
    paths = [
        written(opml("<outline xmlUrl='ftp://a'/>"), "a.opml"),
        written(b"<opml>", "b.opml"),
        written(opml("<outline type='rss'/>"), "c.opml"),
    ]
    with pytest.raises(ConfigError) as caught:
        read_catalogues(paths)
    assert [(each.file, each.line) for each in caught.value.problems] == [
        ("a.opml", 2),
        ("b.opml", 1),
        ("c.opml", 2),
    ]


def declaring(charset: str) -> str:
    outline = "<outline text='Жар' xmlUrl='http://a.example/'/>"
    return f"<?xml version='1.0' encoding='{charset}'?><opml>{outline}</opml>"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1251"])
def test_other_encodings_are_read(encoding: str) -> None:
    declared = encoding.replace("-sig", "")
    (feed,) = read_catalogue(written(declaring(declared).encode(encoding))).subscriptions
    assert feed.title == "Жар"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "gb2312"])
def test_a_byte_order_mark_goes_before_the_declared_charset(encoding: str, declared: str) -> None:
    (feed,) = read_catalogue(written(declaring(declared).encode(encoding))).subscriptions
    assert feed.title == "Жар"


# And back


def test_what_is_written_stands_in_folders_with_our_attributes() -> None:
    feeds = [
        Subscription(url="https://a.example/", outlet="A & B", group="War"),
        Subscription(url="https://b.example/", title="B"),
    ]
    root = ET.fromstring(write_catalogue(feeds, title="Mine", now=NOW).encode())
    assert root.findtext("head/title") == "Mine"
    assert root.findtext("head/dateCreated") == "Mon, 02 Mar 2026 12:00:00 +0000"
    inside = root.find("body/outline[@text='War']/outline")
    assert inside is not None
    assert inside.attrib == {
        "type": "rss",
        "text": "A & B",
        "title": "A & B",
        "xmlUrl": "https://a.example/",
        "outlet": "A & B",
        "group": "War",
    }
    assert root.find("body/outline[@xmlUrl='https://b.example/']") is not None


UNFIT = [*map(chr, range(32)), "\ufffe", "\uffff"]  # what XML cannot hold is dropped
LETTERS = st.characters(codec="utf-8", exclude_characters=UNFIT)
WORDS = st.text(LETTERS, max_size=20).map(lambda text: " ".join(text.split()))
FEEDS = st.lists(
    st.builds(
        Subscription,
        url=st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z]{0,5}", fullmatch=True),
        title=WORDS.filter(bool),
        outlet=WORDS,
        country=st.sampled_from(["", "UA", "de"]),
        language=st.sampled_from(["", "uk", "zh-Hans"]),
        kind=WORDS,
        group=WORDS,
        catalogue=st.just("back.opml"),
    ),
    unique_by=lambda feed: feed.url,
    max_size=5,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FEEDS)
def test_what_is_written_is_read_again(feeds: list[Subscription]) -> None:
    Path("back.opml").write_text(write_catalogue(feeds, title="x", now=NOW), "utf-8", newline="")
    again = read_catalogue(Path("back.opml"))
    assert again.problems == []
    assert sorted(map(str, again.subscriptions)) == sorted(map(str, feeds))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_feeds_or_a_told_mistake(body: bytes) -> None:
    for content in (body, opml(body.decode("utf-8", "ignore"))):
        with suppress(ConfigError):
            read_catalogue(written(content))


def test_what_xml_cannot_hold_is_dropped() -> None:
    feeds = [Subscription(url="https://a.example/", title="A\x08B\x00\ufffe")]
    ET.fromstring(write_catalogue(feeds, title="\x1b", now=NOW).encode())
    assert 'text="AB"' in write_catalogue(feeds, title="x", now=NOW)
