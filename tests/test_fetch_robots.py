"""Where a site's news sitemaps may lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.robots import news_sitemaps, site_of

SITE = "https://www.outlet.example"
USUAL = [f"{SITE}/news-sitemap.xml", f"{SITE}/sitemap-news.xml"]


@pytest.mark.parametrize(
    ("robots", "first"),
    [
        pytest.param("", USUAL, id="nothing named"),
        pytest.param(
            "User-agent: *\r\nSITEMAP : https://outlet.example/maps/News.xml\r\n",
            ["https://outlet.example/maps/News.xml", *USUAL],
            id="named",
        ),
        pytest.param(f"Sitemap: {SITE}/sitemap.xml", USUAL, id="not of news"),
        pytest.param(f"Sitemap: {SITE}/news-2009.xml.gz", USUAL, id="packed"),
        pytest.param("Sitemap: https://news.example/news.xml", USUAL, id="of another domain"),
        pytest.param("Sitemap: https://[news/news.xml", USUAL, id="no address"),
        pytest.param(f"# Sitemap: {SITE}/news.xml", USUAL, id="a comment"),
        pytest.param(f"Sitemap: {USUAL[1]}", USUAL[::-1], id="each once"),
    ],
)
def test_what_robots_txt_names_comes_before_the_usual_places(robots: str, first: list[str]) -> None:
    assert news_sitemaps(robots, SITE) == first


@pytest.mark.parametrize(
    ("robots", "left"),
    [
        pytest.param("User-agent: *\nDisallow: /", [], id="all"),
        pytest.param("\ufeffUser-agent: *\nDisallow: /", [], id="after a byte-order mark"),
        pytest.param("User-agent: *\nDisallow:", USUAL, id="nothing"),
        pytest.param("user-agent : *\r\nDISALLOW:/news-site # no", USUAL[1:], id="a beginning"),
        pytest.param("User-agent: *\nDisallow: /sitemap-news.xml$", USUAL[:1], id="to the end"),
        pytest.param("User-agent: *\nDisallow: /news$", USUAL, id="no more than that"),
        pytest.param("User-agent: *\nDisallow: /*.xml", [], id="any signs"),
        pytest.param("User-agent: *\nDisallow: /news*xml*xml", USUAL, id="any signs, not found"),
        pytest.param(
            "User-agent: *\nDisallow: /\nAllow: /sitemap", USUAL[1:], id="the longest decides"
        ),
        pytest.param("User-agent: *\nDisallow: /*\nAllow: /*", USUAL, id="equals allow"),
        pytest.param("User-agent: Feed-Watcher\nDisallow: /", [], id="by name"),
        pytest.param("User-agent: feed-watcher/1.0\nDisallow: /", [], id="by name and version"),
        pytest.param("User-agent: *\rDisallow: /\r", [], id="lines that end as of old"),
        pytest.param(
            "User-agent: *\nDisallow: /\n\nUser-agent: a\nUser-agent: feed-watcher\nDisallow:",
            USUAL,
            id="a name before all",
        ),
        pytest.param(
            "User-agent: a\nUser-agent: *\nAllow: /\nUser-agent: b\nDisallow: /",
            USUAL,
            id="of others",
        ),
    ],
)
def test_a_usual_place_that_the_site_closes_is_left_alone(robots: str, left: list[str]) -> None:
    assert news_sitemaps(robots, SITE) == left


def test_a_sitemap_that_is_named_may_be_asked_for() -> None:
    robots = f"User-agent: *\nDisallow: /\nSitemap: {USUAL[1]}"
    assert news_sitemaps(robots, SITE) == [USUAL[1]]


def test_long_rules_are_read_in_no_time() -> None:
    robots = "User-agent: *\n" + "Disallow: /n*x*\n" * 10_000 + "Disallow: " + "*n" * 100_000
    assert news_sitemaps(robots, SITE) == USUAL[1:]


def test_only_a_few_are_worth_a_request() -> None:
    robots = "".join(f"Sitemap: {SITE}/news-{number}.xml\n" for number in range(50))
    assert news_sitemaps(robots, SITE) == [f"{SITE}/news-{number}.xml" for number in range(3)]


@given(st.text(alphabet="sitemap:/ newshttps.\n\t[]"))
def test_any_robots_txt_is_read(robots: str) -> None:
    assert len(news_sitemaps(robots, SITE)) in (2, 3)


@given(st.lists(st.sampled_from(["User-agent:*", "\n", "Disallow:", "allow:", "/", "*", "$", "n"])))
def test_any_rules_are_read(pieces: list[str]) -> None:
    assert set(news_sitemaps("".join(pieces), SITE)) <= set(USUAL)


@pytest.mark.parametrize(
    ("links", "site"),
    [
        pytest.param([f"{SITE}/1", f"{SITE}/2?x"], SITE, id="one"),
        pytest.param([f"{SITE}/1", "https://other.example/2"], "", id="two"),
        pytest.param([], "", id="no links"),
        pytest.param(["", ""], "", id="empty links"),
        pytest.param(["http://[::1"], "", id="broken link"),
    ],
)
def test_a_feed_is_of_the_one_site_its_links_lead_to(links: list[str], site: str) -> None:
    assert site_of(links) == site
