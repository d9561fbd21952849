"""Mistakes in settings: each is told at its key, and secrets in none."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import LoadToml, problems
from watcher.errors import ConfigError
from watcher.settings import read_settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[poll]\nbudget = 0\n",
            "watcher.toml:2:1: poll.budget: must be a number above 0; it is 0",
            id="bound",
        ),
        pytest.param(
            "[poll]\n  jiter = 1\n",
            "watcher.toml:2:3: poll.jiter: is not a setting (did you mean jitter?)",
            id="unknown key",
        ),
        pytest.param(
            "[pol]\n",
            "watcher.toml:1:1: pol: is not a setting (did you mean poll?)",
            id="unknown table",
        ),
        pytest.param(
            "poll.min = '5x'\n",
            "watcher.toml:1:6: poll.min: must be a duration such as "
            '"2s", "5m", "24h", "14d"; it is \'5x\'',
            id="dotted key",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\nevery = '8d'\n",
            "watcher.toml:3:1: feed[0].every: must be at most 7d: `pause` a feed that is wanted "
            "less often",
            id="longer than a week",
        ),
        pytest.param(
            "[poll]\nmin = '2h'\nmax = '1h'\n",
            "watcher.toml:3:1: poll.max: must not be shorter than min",
            id="clamps crossed",
        ),
        pytest.param(
            "[poll]\nconcurrency = true\n",
            "watcher.toml:2:1: poll.concurrency: must be a number, not true or false",
            id="truth for a number",
        ),
        pytest.param(
            "[poll]\nerror_min = '0s'\n",
            "watcher.toml:2:1: poll.error_min: must be longer than nothing",
            id="no time at all",
        ),
        pytest.param(
            "[watcher]\nfeeds = ['a.opml', 'feeds/**.opml']\n",
            "watcher.toml:2:20: watcher.feeds[1]: '**' stands for folders: it must stand alone "
            "between two slashes",
            id="stars for no folder",
        ),
        pytest.param(
            "[watcher]\ndata = '~nobody-of-that-name/x'\n",
            "watcher.toml:2:1: watcher.data: names a user's folder that is not there",
            id="no such user",
        ),
        pytest.param(
            '[fetch]\ncontact = "a@b.example\\n"\n',
            "watcher.toml:2:1: fetch.contact: must be without line breaks and other control "
            "characters",
            id="contact of two lines",
        ),
        pytest.param(
            "fetch = {allow_networks = ['10.0.0.0/8', 'x']}\n",
            "watcher.toml:1:42: fetch.allow_networks[1]: must be a network such as "
            "\"10.0.0.0/8\"; it is 'x'",
            id="member of a list in an inline table",
        ),
        pytest.param(
            "[web]\nhost = '0.0.0.0'\n",
            "watcher.toml:2:1: web.host: is open to others, so web.token must be set",
            id="open page without token",
        ),
        pytest.param(
            "[web]\nhost = 'news.example'\n",
            "watcher.toml:2:1: web.host: is open to others, so web.token must be set",
            id="open page by name without token",
        ),
        pytest.param(
            "[notify.x]\nurl_file = 3\n",
            "watcher.toml:2:1: notify.x.url_file: must be a text",
            id="name of a file of the wrong type",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\nheaders = 'X: y'\n",
            "watcher.toml:3:1: feed[0].headers: must be a table",
            id="headers of the wrong type",
        ),
        pytest.param(
            "poll = 3\n",
            "watcher.toml:1:1: poll: must be a table",
            id="value for a table",
        ),
        pytest.param(
            "[notify.Desk]\nurl = 'x'\n",
            "watcher.toml:1:1: notify.Desk: a channel's name is of lower-case letters, digits, "
            "'-' and '_'",
            id="name of a channel",
        ),
        pytest.param(
            "[notify.x]\n",
            "watcher.toml:1:1: notify.x.url: a channel needs one of url and url_file",
            id="channel without address",
        ),
        pytest.param(
            "[notify.x]\nurl_file = 'no'\n",
            "watcher.toml:2:1: notify.x.url_file: no cannot be read: No such file or directory",
            id="address in a file that is missing",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\n[[feed]]\nweight = 2\n",
            "watcher.toml:3:1: feed[1].url: is missing",
            id="missing key",
        ),
        pytest.param(
            "[[feed]]\nurl = 'ftp://a.example/'\n",
            "watcher.toml:2:1: feed[0].url: must be an address that begins with http:// or https://",
            id="address of a feed",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\nignore_hints = ['tll']\n",
            "watcher.toml:3:17: feed[0].ignore_hints[0]: 'tll' is not one of ttl, sy, skip "
            "(did you mean ttl?)",
            id="choice",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\nmin = '2h'\nmax = '1h'\n",
            "watcher.toml:4:1: feed[0].max: must not be shorter than min",
            id="clamps of a feed crossed",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\nauth = 'env:NOWHERE'\n",
            "watcher.toml:3:1: feed[0].auth: the environment has no NOWHERE",
            id="secret that is not there",
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\n[feed.headers]\nX = 'env:NOWHERE'\n",
            "watcher.toml:3:1: feed[0].headers: the environment has no NOWHERE",
            id="secret header that is not there",
        ),
        *(
            pytest.param(
                f"[[feed]]\nurl = 'http://a.example/'\n{line}\n",
                f"watcher.toml:3:{column}: feed[0].{key}: "
                "must be without line breaks and other control characters",
                id=f"control character in {key}",
            )
            for line, column, key in (
                (r'headers = {"X-Token" = "secret\nb"}', 12, "headers.X-Token"),
                (r'headers = {"X\u007fToken" = "a"}', 12, "headers.X\x7fToken"),
                (r'auth = "Bearer secret\nb"', 1, "auth"),
            )
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\nheaders = {'X Y:Z' = 'a'}\n",
            "watcher.toml:3:12: feed[0].headers.X Y:Z: must be a header's name: letters, digits "
            "and '-', no blanks",
            id="no name of a header",
        ),
        *(
            pytest.param(
                f"[[feed]]\nurl = 'http://a.example/'\nproxy = '{proxy}'\n",
                "watcher.toml:3:1: feed[0].proxy: must be a proxy's address: http:// or https://, "
                "host and port",
                id=f"proxy {proxy}",
            )
            for proxy in ("socks5://p.example:1", "http://p.example:99999", "http://u:p@[127.0.0.1")
        ),
        pytest.param(
            "[[feed]]\nurl = 'http://a.example/'\n[[feed]]\nurl = 'http://a.example/'\n",
            "watcher.toml:4:1: feed[1].url: has its options already at line 2",
            id="feed twice",
        ),
        pytest.param(
            "[poll]\nbudget = \n",
            "watcher.toml:2:10: not TOML: Invalid value",
            id="not TOML",
        ),
        pytest.param(
            "[watcher]\nfeeds = ['a'",
            "watcher.toml:2:13: not TOML: Unclosed array",
            id="not TOML up to the end",
        ),
    ],
)
def test_a_mistake_is_told_at_its_key(load_toml: LoadToml, text: str, expected: str) -> None:
    assert problems(load_toml, text) == [expected]


def test_all_mistakes_are_told_at_once_in_order(load_toml: LoadToml) -> None:
    text = "[web]\nport = 70000\n[poll]\nbudgt = 1\n[fetch]\ncontact = 3\n"
    assert problems(
        load_toml, text, environ={"WATCHER_POLL__MAXX": "1h", "WATCHER_FEED__X": "1"}
    ) == [
        "environment: WATCHER_FEED__X: must be a list",
        "environment: WATCHER_POLL__MAXX: is not a setting (did you mean max?)",
        "watcher.toml:2:1: web.port: must be at most 65535; it is 70000",
        "watcher.toml:4:1: poll.budgt: is not a setting (did you mean budget?)",
        "watcher.toml:6:1: fetch.contact: must be a text; it is 3",
    ]


def test_a_wrong_secret_is_not_shown(load_toml: LoadToml) -> None:
    text = """
[web]
token = 40414243
[notify.x]
url = 40414243
[[feed]]
url = "https://a.example/"
auth = 40414243
headers = { X = 40414243 }
"""
    told = problems(load_toml, text)
    assert len(told) == 4
    assert not any("4041" in problem for problem in told)


def test_secrets_stay_out_of_what_is_printed(load_toml: LoadToml) -> None:
    settings = load_toml(
        "[web]\ntoken = 'sesame'\n[notify.x]\nurl = 'json://sesame'\n"
        "[[feed]]\nurl = 'http://a.example/'\nauth = 'env:KEY'\nheaders = {X = 'sesame'}\n",
        environ={"KEY": "sesame"},
    )
    assert settings.feed_options("http://a.example/").auth == "sesame"
    assert "sesame" not in repr(settings)
    assert "sesame" not in repr(settings.feed_options("http://a.example/"))


@pytest.mark.parametrize("name", ["json://secret/\n", "  json://secret/  \nrest"])
def test_a_channel_reads_its_address_from_a_file(
    load_toml: LoadToml, tmp_path: Path, name: str
) -> None:
    (tmp_path / "address").write_text(name)
    settings = load_toml("[notify.x]\nurl_file = 'address'\n")
    assert settings.notify["x"].url.get_secret_value() == "json://secret/"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(b"\n", "address is empty", id="empty"),
        pytest.param(b"\xff", "address cannot be read: not UTF-8", id="no text"),
    ],
)
def test_an_address_file_must_hold_an_address(
    load_toml: LoadToml, tmp_path: Path, body: bytes, why: str
) -> None:
    (tmp_path / "address").write_bytes(body)
    assert problems(load_toml, "[notify.x]\nurl_file = 'address'\n") == [
        f"watcher.toml:2:1: notify.x.url_file: {why}"
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"a = 1\nb = '\xff'\n", "watcher.toml:2:1: is not UTF-8", id="not UTF-8"),
        pytest.param(
            b"#" * 1_000_001, "watcher.toml: is larger than 1000000 bytes", id="too large"
        ),
        pytest.param(b"a = " + b"[" * 50_000, "watcher.toml: not TOML: nested too deep", id="deep"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    load_toml: LoadToml, tmp_path: Path, body: bytes, expected: str
) -> None:
    (tmp_path / "watcher.toml").write_bytes(body)
    with pytest.raises(ConfigError) as caught:
        load_toml()
    assert str(caught.value) == expected


def test_a_named_file_must_be_there(load_toml: LoadToml) -> None:
    with pytest.raises(ConfigError, match=r"^no\.toml: cannot be read: No such file"):
        load_toml(config=Path("no.toml"))


@pytest.mark.parametrize("value", ["[1", "{"])
def test_broken_json_in_the_environment_is_a_text(load_toml: LoadToml, value: str) -> None:
    assert problems(load_toml, "", environ={"WATCHER_FETCH__ALLOW_NETWORKS": value}) == [
        f"environment: WATCHER_FETCH__ALLOW_NETWORKS: must be a list; it is {value!r}"
    ]


def test_an_environment_name_below_a_value_is_no_setting(load_toml: LoadToml) -> None:
    assert problems(load_toml, "[web]\nport = 1\n", environ={"WATCHER_WEB__PORT__X": "1"}) == [
        "environment: WATCHER_WEB__PORT__X: does not name a setting"
    ]


def test_settings_begin_with_a_byte_order_mark_or_not(load_toml: LoadToml, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_bytes(b"\xef\xbb\xbf[poll]\nbudget = 3\n")
    assert load_toml().poll.budget == 3


def test_wrong_keys_count_as_absent_when_all_is_to_be_checked(
    load_toml: LoadToml, tmp_path: Path
) -> None:
    load_toml("")
    (tmp_path / "watcher.toml").write_text(
        "[watcher]\nwatchlists = ['mine.yaml']\n[poll]\nbudgt = 1\nmin = '2h'\nmax = 'x'\n"
        "[web]\nhost = '0.0.0.0'\ntoken = 3\n[[feed]]\nweight = 2\n[[feed]]\nurl = 'ftp://x'\n"
    )
    settings, told = read_settings(config=None, data=None, environ={}, cwd=tmp_path)
    assert len(told) == 5
    assert settings.watcher.watchlists == ("mine.yaml",)
    assert settings.poll.min == timedelta(hours=2)
    assert settings.web.host == "127.0.0.1"
    assert settings.feed == ()


@pytest.mark.parametrize("text", ["[poll", "poll = 3\nwatcher = 4"])
def test_what_cannot_be_read_leaves_the_defaults(
    load_toml: LoadToml, tmp_path: Path, text: str
) -> None:
    load_toml("")
    (tmp_path / "watcher.toml").write_text(text)
    settings, told = read_settings(config=None, data=Path("d"), environ={}, cwd=tmp_path)
    assert told
    assert settings.poll.budget == 24


@pytest.mark.parametrize(
    ("data", "environ", "name"),
    [
        pytest.param(Path("x/a**b"), {}, "--data", id="flag"),
        pytest.param(None, {"WATCHER_DATA": "a**b"}, "WATCHER_DATA", id="environment"),
    ],
)
def test_a_folder_of_data_that_cannot_be_one_is_told(
    tmp_path: Path, data: Path | None, environ: dict[str, str], name: str
) -> None:
    _, told = read_settings(config=None, data=data, environ=environ, cwd=tmp_path)
    assert [str(each).partition(": '**'")[0] for each in told] == [f"environment: {name}"]
