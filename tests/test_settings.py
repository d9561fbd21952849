"""Settings: what is read, what goes before what, and where files are."""

import json
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.conftest import LoadToml
from watcher.models import FeedOptions
from watcher.settings import Settings


def test_without_a_file_all_is_default(load_toml: LoadToml, tmp_path: Path) -> None:
    settings = load_toml()
    assert settings.file is None
    assert settings.base_dir == tmp_path
    assert settings.poll.budget == 24
    assert settings.poll.min == timedelta(minutes=5)
    assert settings.fetch.max_bytes == 15 * 1024 * 1024
    assert settings.data_dir == tmp_path / "data" / "watcher"


def test_every_table_is_read(load_toml: LoadToml) -> None:
    settings = load_toml(
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
url = "HTTPS://News.example/feed#top"
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
    other, given = "https://other.example/", settings.feed_options("https://news.example/feed")
    assert settings.feed_options(other) == FeedOptions()
    assert settings.feed_options(other, "https://news.example/feed") == given


# Precedence


def test_the_environment_goes_before_the_file(load_toml: LoadToml) -> None:
    environ = {
        "WATCHER_POLL__BUDGET": "6",
        "WATCHER_FETCH__ALLOW_NETWORKS": '["127.0.0.0/8"]',
        "WATCHER_FETCH__CONTACT": "12",
        "WATCHER_NOTIFY__DESK__URL": "json://x/",
        "WATCHER_HOME": "not a setting",
        "OTHER__NAME": "nor this",
    }
    settings = load_toml("[poll]\nbudget = 12\nmin = '1m'\n", environ=environ)
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
    load_toml: LoadToml,
    tmp_path: Path,
    flag: str | None,
    environ: dict[str, str],
    text: str,
    expected: str,
) -> None:
    settings = load_toml(f"[watcher]\n{text}\n", environ=environ, data=Path(flag) if flag else None)
    assert settings.data_dir == tmp_path / expected


def test_a_file_named_by_flag_goes_before_one_named_by_environment(
    load_toml: LoadToml, tmp_path: Path
) -> None:
    for name in ("flag", "env"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "w.toml").write_text("[watcher]\ndata = 'd'\n")
    environ = {"WATCHER_CONFIG": "env/w.toml"}
    assert load_toml("", environ=environ).data_dir == tmp_path / "env" / "d"
    settings = load_toml("", environ=environ, config=Path("flag/w.toml"))
    assert settings.data_dir == tmp_path / "flag" / "d"
    assert settings.file == tmp_path / "flag" / "w.toml"


def test_the_users_own_settings_are_found_when_there_are_none_here(
    load_toml: LoadToml, tmp_path: Path
) -> None:
    folder = tmp_path / "config" / "watcher"
    folder.mkdir(parents=True)
    (folder / "watcher.toml").write_text("[poll]\nbudget = 3\n")
    assert load_toml().poll.budget == 3
    assert load_toml().base_dir == folder


@pytest.mark.parametrize("host", ["localhost", "::1", "127.0.0.9"])
def test_a_page_on_loopback_needs_no_token(load_toml: LoadToml, host: str) -> None:
    assert load_toml(f"[web]\nhost = '{host}'\n").web.host == host


# Files


def test_files_are_found_once_in_order(load_toml: LoadToml, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    for name in ("b.yaml", "a.yaml", "c.txt"):
        (tmp_path / "w" / name).touch()
    (tmp_path / "w" / "d.yaml").mkdir()
    names = ["w/b.yaml", "w/*.yaml", str(tmp_path / "w" / "*.yaml"), "missing.yaml", "*/x.yaml"]
    found = [path.relative_to(tmp_path) for path in load_toml().files(names)]
    assert found == [Path("w/b.yaml"), Path("w/a.yaml"), Path("missing.yaml")]


def test_the_schema_names_every_key_and_its_default() -> None:
    schema = Settings.model_json_schema()
    json.dumps(schema)
    poll = schema["$defs"]["Poll"]["properties"]
    assert poll["min"]["default"] == "5m"
    assert schema["$defs"]["FeedSettings"]["required"] == ["url"]
