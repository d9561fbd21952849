"""Every catalogue that comes with the program loads, whole and without doubles."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from watcher.catalogue import read_catalogue, read_catalogues
from watcher.models import Subscription

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted([*ROOT.glob("feeds/*.opml"), *ROOT.glob("seeds/**/*.opml")])
README = (ROOT / "feeds" / "README.md").read_text("utf-8")
KINDS = set(re.findall(r"^\| `([a-z ]+)` \|", README.partition("| kind | is |")[2], re.MULTILINE))
ATTRIBUTES = {
    "type",
    "text",
    "title",
    "xmlUrl",
    "htmlUrl",
    "language",
    "outlet",
    "country",
    "kind",
    "group",
}

each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)


def all_feeds() -> tuple[Subscription, ...]:
    return read_catalogues(CATALOGUES).subscriptions


@each_catalogue
def test_a_catalogue_loads_and_nothing_is_left_out(path: Path) -> None:
    catalogue = read_catalogue(path)
    assert catalogue.problems == []
    assert catalogue.subscriptions


@each_catalogue
def test_each_outline_has_all_attributes(path: Path) -> None:
    for outline in ElementTree.parse(path).iter("outline"):
        assert set(outline.attrib) == ATTRIBUTES
        assert all(outline.attrib.values()), outline.attrib["xmlUrl"]


def test_no_feed_is_listed_twice() -> None:
    assert read_catalogues(CATALOGUES).problems == []
    addresses = [re.sub(r"^https?://(www\.)?|/$", "", feed.url) for feed in all_feeds()]
    assert len(addresses) == len(set(addresses))


def test_each_kind_is_explained_and_used() -> None:
    assert {feed.kind for feed in all_feeds()} == KINDS


def test_an_outlet_is_named_in_one_way() -> None:
    names = {feed.outlet for feed in all_feeds()}
    assert len({name.casefold().removeprefix("the ") for name in names}) == len(names)


@each_catalogue
def test_the_readme_has_a_line_for_each_file(path: Path) -> None:
    feeds = len(read_catalogue(path).subscriptions)
    assert re.search(rf"^\| `{re.escape(path.name)}` \| {feeds} \| ", README, re.MULTILINE)
