"""Settings: precedence, places of mistakes, secrets, and where files are."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.errors import ConfigError
from watcher.models import FeedOptions
from watcher.settings import Settings, load_settings, read_settings
from watcher.settings.toml_places import key_places
from watcher.settings.units import duration_text, parse_duration, parse_size

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load settings of a text, in an empty folder, without settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def load(
        text: str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        config: Path | None = None,
        data: Path | None = None,
    ) -> Settings:
        if text is not None:
            (tmp_path / "watcher.toml").write_text(text, "utf-8")
        return load_settings(config=config, data=data, environ=environ or {}, cwd=tmp_path)

    return load


def problems(load: Load, text: str, **given: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text, **given)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_file_all_is_default(load: Load, tmp_path: Path) -> None:
    settings = load()
    assert settings.file is None
    assert settings.base_dir == tmp_path
    assert settings.poll.budget == 24
    assert settings.poll.min == timedelta(minutes=5)
    assert settings.fetch.max_bytes == 15 * 1024 * 1024
    assert settings.data_dir == tmp_path / "data" / "watcher"


def test_every_table_is_read(load: Load) -> None:
    settings = load(
        """
[watcher]
feeds = ["mine.opml"]
[poll]
budget = 12.5
host_interval = "0s"
[fetch]
max_bytes = "2MiB"
allow_networks = ["127.0.0.0/8", "fd00::/8"]
[web]
host = "0.0.0.0"
token = "open sesame"
[notify.desk]
url = "json://localhost/"
[retention]
items = "2w"
[[feed]]
url = "https://news.example/feed"
every = "10m"
ignore_hints = ["ttl", "sy"]
headers = { X-Key = "k" }
"""
    )
    assert settings.watcher.feeds == ("mine.opml",)
    assert settings.poll.budget == 12.5
    assert settings.poll.host_interval == timedelta(0)
    assert settings.fetch.max_bytes == 2 * 1024 * 1024
    assert settings.fetch.allow_networks == (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.web.token.get_secret_value() == "open sesame"
    assert settings.notify["desk"].url.get_secret_value() == "json://localhost/"
    assert settings.retention.items == timedelta(days=14)
    assert settings.feed_options("https://news.example/feed") == FeedOptions(
        every=timedelta(minutes=10),
        ignore_hints=frozenset({"ttl", "sy"}),
        headers={"X-Key": "k"},
    )
    assert settings.feed_options("https://other.example/") == FeedOptions()


# Precedence


def test_the_environment_goes_before_the_file(load: Load) -> None:
    environ = {
        "WATCHER_POLL__BUDGET": "6",
        "WATCHER_FETCH__ALLOW_NETWORKS": '["127.0.0.0/8"]',
        "WATCHER_FETCH__CONTACT": "12",
        "WATCHER_NOTIFY__DESK__URL": "json://x/",
        "WATCHER_HOME": "not a setting",
        "OTHER__NAME": "nor this",
    }
    settings = load("[poll]\nbudget = 12\nmin = '1m'\n", environ=environ)
    assert settings.poll.budget == 6
    assert settings.poll.min == timedelta(minutes=1)
    assert settings.fetch.allow_networks == (ip_network("127.0.0.0/8"),)
    assert settings.fetch.contact == "12"
    assert settings.notify["desk"].url.get_secret_value() == "json://x/"


@pytest.mark.parametrize(
    ("flag", "environ", "text", "expected"),
    [
        pytest.param("flag", {"WATCHER_DATA": "env"}, "data = 'file'", "flag", id="flag"),
        pytest.param(None, {"WATCHER_DATA": "env"}, "data = 'file'", "env", id="environment"),
        pytest.param(None, {"WATCHER_DATA": ""}, "data = 'file'", "file", id="file"),
        pytest.param(None, {}, "", "data/watcher", id="default"),
    ],
)
def test_where_the_database_is(
    load: Load, tmp_path: Path, flag: str | None, environ: dict[str, str], text: str, expected: str
) -> None:
    settings = load(f"[watcher]\n{text}\n", environ=environ, data=Path(flag) if flag else None)
    assert settings.data_dir == tmp_path / expected


def test_a_file_named_by_flag_goes_before_one_named_by_environment(
    load: Load, tmp_path: Path
) -> None:
    for name in ("flag", "env"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "w.toml").write_text("[watcher]\ndata = 'd'\n")
    environ = {"WATCHER_CONFIG": "env/w.toml"}
    assert load("", environ=environ).data_dir == tmp_path / "env" / "d"
    settings = load("", environ=environ, config=Path("flag/w.toml"))
    assert settings.data_dir == tmp_path / "flag" / "d"
    assert settings.file == tmp_path / "flag" / "w.toml"


def test_the_users_own_settings_are_found_when_there_are_none_here(
    load: Load, tmp_path: Path
) -> None:
    folder = tmp_path / "config" / "watcher"
    folder.mkdir(parents=True)
    (folder / "watcher.toml").write_text("[poll]\nbudget = 3\n")
    assert load().poll.budget == 3
    assert load().base_dir == folder


@pytest.mark.parametrize("host", ["localhost", "::1", "127.0.0.9"])
def test_a_page_on_loopback_needs_no_token(load: Load, host: str) -> None:
    assert load(f"[web]\nhost = '{host}'\n").web.host == host


# Mistakes


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
def test_a_mistake_is_told_at_its_key(load: Load, text: str, expected: str) -> None:
    assert problems(load, text) == [expected]


def test_all_mistakes_are_told_at_once_in_order(load: Load) -> None:
    text = "[web]\nport = 70000\n[poll]\nbudgt = 1\n[fetch]\ncontact = 3\n"
    assert problems(load, text, environ={"WATCHER_POLL__MAXX": "1h", "WATCHER_FEED__X": "1"}) == [
        "environment: WATCHER_FEED__X: must be a list",
        "environment: WATCHER_POLL__MAXX: is not a setting (did you mean max?)",
        "watcher.toml:2:1: web.port: must be at most 65535; it is 70000",
        "watcher.toml:4:1: poll.budgt: is not a setting (did you mean budget?)",
        "watcher.toml:6:1: fetch.contact: must be a text; it is 3",
    ]


def test_a_wrong_secret_is_not_shown(load: Load) -> None:
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
    told = problems(load, text)
    assert len(told) == 4
    assert not any("4041" in problem for problem in told)


def test_secrets_stay_out_of_what_is_printed(load: Load) -> None:
    settings = load(
        "[web]\ntoken = 'sesame'\n[notify.x]\nurl = 'json://sesame'\n"
        "[[feed]]\nurl = 'http://a.example/'\nauth = 'env:KEY'\nheaders = {X = 'sesame'}\n",
        environ={"KEY": "sesame"},
    )
    assert settings.feed_options("http://a.example/").auth == "sesame"
    assert "sesame" not in repr(settings)
    assert "sesame" not in repr(settings.feed_options("http://a.example/"))


@pytest.mark.parametrize("name", ["json://secret/\n", "  json://secret/  \nrest"])
def test_a_channel_reads_its_address_from_a_file(load: Load, tmp_path: Path, name: str) -> None:
    (tmp_path / "address").write_text(name)
    settings = load("[notify.x]\nurl_file = 'address'\n")
    assert settings.notify["x"].url.get_secret_value() == "json://secret/"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(b"\n", "address is empty", id="empty"),
        pytest.param(b"\xff", "address cannot be read: not UTF-8", id="no text"),
    ],
)
def test_an_address_file_must_hold_an_address(
    load: Load, tmp_path: Path, body: bytes, why: str
) -> None:
    (tmp_path / "address").write_bytes(body)
    assert problems(load, "[notify.x]\nurl_file = 'address'\n") == [
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
    load: Load, tmp_path: Path, body: bytes, expected: str
) -> None:
    (tmp_path / "watcher.toml").write_bytes(body)
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value) == expected


def test_a_named_file_must_be_there(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"^no\.toml: cannot be read: No such file"):
        load(config=Path("no.toml"))


@pytest.mark.parametrize("value", ["[1", "{"])
def test_broken_json_in_the_environment_is_a_text(load: Load, value: str) -> None:
    assert problems(load, "", environ={"WATCHER_FETCH__ALLOW_NETWORKS": value}) == [
        f"environment: WATCHER_FETCH__ALLOW_NETWORKS: must be a list; it is {value!r}"
    ]


def test_an_environment_name_below_a_value_is_no_setting(load: Load) -> None:
    assert problems(load, "[web]\nport = 1\n", environ={"WATCHER_WEB__PORT__X": "1"}) == [
        "environment: WATCHER_WEB__PORT__X: does not name a setting"
    ]


def test_settings_begin_with_a_byte_order_mark_or_not(load: Load, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_bytes(b"\xef\xbb\xbf[poll]\nbudget = 3\n")
    assert load().poll.budget == 3


def test_wrong_keys_count_as_absent_when_all_is_to_be_checked(load: Load, tmp_path: Path) -> None:
    load("")
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
def test_what_cannot_be_read_leaves_the_defaults(load: Load, tmp_path: Path, text: str) -> None:
    load("")
    (tmp_path / "watcher.toml").write_text(text)
    settings, told = read_settings(config=None, data=Path("d"), environ={}, cwd=tmp_path)
    assert told
    assert settings.poll.budget == 24


# Files


def test_files_are_found_once_in_order(load: Load, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    for name in ("b.yaml", "a.yaml", "c.txt"):
        (tmp_path / "w" / name).touch()
    (tmp_path / "w" / "d.yaml").mkdir()
    names = ["w/b.yaml", "w/*.yaml", str(tmp_path / "w" / "*.yaml"), "missing.yaml", "*/x.yaml"]
    found = [path.relative_to(tmp_path) for path in load().files(names)]
    assert found == [Path("w/b.yaml"), Path("w/a.yaml"), Path("missing.yaml")]


def test_the_schema_names_every_key_and_its_default() -> None:
    schema = Settings.model_json_schema()
    json.dumps(schema)
    poll = schema["$defs"]["Poll"]["properties"]
    assert poll["min"]["default"] == "5m"
    assert schema["$defs"]["FeedSettings"]["required"] == ["url"]


# Units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2s", timedelta(seconds=2)),
        ("5m", timedelta(minutes=5)),
        ("1.5h", timedelta(minutes=90)),
        ("14 d", timedelta(days=14)),
        ("1w", timedelta(days=7)),
        ("0s", timedelta(0)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == parse_duration(expected) == expected


@pytest.mark.parametrize("text", ["", "5", "m", "-1s", "5x", "1h30m", "٣s", 7, None, "99999999d"])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="must be a duration"):
        parse_duration(text)


@given(st.integers(0, 10**8))
def test_durations_are_read_as_they_are_written(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(duration_text(duration)) == duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15MiB", 15 * 2**20), ("1 kB", 1000), ("12", 12), (34, 34), ("0.5GiB", 2**29), ("7B", 7)],
)
def test_sizes(text: str | int, expected: int) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "MiB", "-1B", "1TiB", True, 1.5, None])
def test_what_is_no_size(text: object) -> None:
    with pytest.raises(ValueError, match="must be a size"):
        parse_size(text)


# Places in TOML


def test_every_key_has_its_place() -> None:
    text = """\
top = 1
a.b.'c d' = "x # not a comment"   # a comment with [brackets] = and "quotes
multi = '''
[not.a.table]
'''
basic = \"\"\"one \\\" two\"\"\"\"
date = 1979-05-27 07:32:00
float = -1.5e3
list = [1, [2, 3.5], {k = 'v'},
  "last", ]
[t]  # comment
"quoted \\u0041" = true
[[arr]]
x = 1
[[arr]]
x = {y = {z = 2}}
[arr.sub]
w = 1
[[arr.deep]]
v = 1
"""
    places = key_places(text)
    expected = {
        ("top",): (1, 1),
        ("a",): (2, 1),
        ("a", "b", "c d"): (2, 5),
        ("multi",): (3, 1),
        ("basic",): (6, 1),
        ("date",): (7, 1),
        ("float",): (8, 1),
        ("list", 1): (9, 12),
        ("list", 1, 1): (9, 16),
        ("list", 2, "k"): (9, 23),
        ("list", 3): (10, 3),
        ("t",): (11, 1),
        ("t", "quoted A"): (12, 1),
        ("arr", 0, "x"): (14, 1),
        ("arr", 1): (15, 1),
        ("arr", 1, "x", "y", "z"): (16, 11),
        ("arr", 1, "sub", "w"): (18, 1),
        ("arr", 1, "deep", 0, "v"): (20, 1),
    }
    assert {path: places.get(path) for path in expected} == expected
    assert set(_paths(tomllib.loads(text))) <= set(places)


KEYS = st.from_regex(r"[a-z0-9_-]{1,5}", fullmatch=True) | st.text(max_size=5)
VALUES = st.recursive(
    st.integers() | st.booleans() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_path_of_any_value_has_a_place(value: dict[str, Any]) -> None:
    text = "".join(f"{_toml(key)} = {_toml(member)}\n" for key, member in value.items())
    places = key_places(text)
    assert set(_paths(tomllib.loads(text))) == set(places)
    lines = text.split("\n")
    for path, (line, column) in places.items():
        if isinstance(path[-1], str):
            assert lines[line - 1][column - 1 :].startswith(_toml(path[-1]))


NAMES = ["watcher", "poll", "min", "web", "host", "token", "notify", "feed", "url", "x"]
ANY = st.recursive(
    st.sampled_from(["0.0.0.0", "1h", "x", 3, -1.5, True, "env:NO"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), ANY, max_size=5))
def test_any_values_give_settings_and_told_mistakes(tmp_path: Path, values: dict[str, Any]) -> None:
    text = "".join(f"{_toml(key)} = {_toml(member)}\n" for key, member in values.items())
    (tmp_path / "any.toml").write_text(text)
    found, told = read_settings(config=Path("any.toml"), data=None, environ={}, cwd=tmp_path)
    assert isinstance(found, Settings)
    assert all(problem.line and problem.why for problem in told)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return "".join(['"', *(f"\\U{ord(char):08X}" for char in value), '"'])
    return repr(value).lower()


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if not isinstance(value, dict | list):
        return []
    members = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, member in members:
        found += [(*path, key), *_paths(member, (*path, key))]
    return found
