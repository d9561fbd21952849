"""The tables of the settings that are told in the clear: defaults and bounds."""

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import CoreSchema

from watcher.settings.units import Duration, Size, duration_text

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_LONGEST_POLL_WAIT = timedelta(days=7)
_LOCAL_NAMES = frozenset({"localhost", "localhost."})


def _positive(duration: timedelta) -> timedelta:
    if duration <= timedelta(0):
        raise ValueError("must be longer than nothing")
    return duration


def _network(value: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(value))
    except ValueError as error:
        raise ValueError('must be a network such as "10.0.0.0/8"') from error


def _is_number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")  # noqa: TRY004 - pydantic's way
    return value


def one_line(text: str) -> str:
    """Refuse what no header can hold (RFC 9110, section 5.5)."""
    if _CONTROL.search(text):
        raise ValueError("must be without line breaks and other control characters")
    return text


def _within_a_week(wait: timedelta) -> timedelta:
    if wait > _LONGEST_POLL_WAIT:
        raise ValueError("must be at most 7d: `pause` a feed that is wanted less often")
    return wait


def _place(text: str) -> str:
    """Refuse what names no place of files."""
    try:
        place = Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError("names a user's folder that is not there") from error
    if any("**" in part and part != "**" for part in place.parts):
        raise ValueError("'**' stands for folders: it must stand alone between two slashes")
    return text


Place = Annotated[str, AfterValidator(_place)]
Wait = Annotated[Duration, AfterValidator(_positive)]
PollWait = Annotated[Wait, AfterValidator(_within_a_week)]
Network = Annotated[
    IPv4Network | IPv6Network, BeforeValidator(_network), WithJsonSchema({"type": "string"})
]


class Section(BaseModel):
    """A table of the settings; an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:
        """Tell durations as settings write them; pydantic's own way is ISO 8601."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        for name, field in cls.model_fields.items():
            if isinstance(field.default, timedelta):
                schema["properties"][name]["default"] = duration_text(field.default)
        return schema

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        kind = cls.model_fields[info.field_name or ""].annotation
        return _is_number(value) if kind in (int, float) else value


class Watcher(Section):
    """`[watcher]`: which files are read; paths start from the folder of the settings."""

    feeds: tuple[Place, ...] = ("feeds/*.opml",)
    watchlists: tuple[Place, ...] = ("seeds/*.yaml", "watchlists/*.yaml")
    data: Place = ""
    """The folder of the database; empty: the user's data folder."""


class Poll(Section):
    """`[poll]`: how often, and how many at once."""

    budget: float = Field(default=24, gt=0, le=100_000)
    """Requests a feed and day, on average."""
    min: PollWait = timedelta(minutes=5)
    max: PollWait = timedelta(hours=24)
    error_min: PollWait = timedelta(minutes=30)
    """The first wait after a failure."""
    host_interval: Duration = timedelta(seconds=5)
    """Between two starts on one host; `0s` switches it off."""
    jitter: float = Field(default=0.05, ge=0, le=0.5)
    concurrency: int = Field(default=200, ge=1, le=10_000)

    @field_validator("max")
    @classmethod
    def _not_under_min(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        return at_least_min(value, info)


class Fetch(Section):
    """`[fetch]`: the bounds of one poll."""

    timeout: Wait = timedelta(seconds=60)
    """Of the whole poll, redirects and body included."""
    max_bytes: Size = Field(default=15 * 1024 * 1024, ge=1024)
    """Of a document, unpacked."""
    allow_networks: tuple[Network, ...] = ()
    """Addresses that are not public and may be polled all the same."""
    contact: Annotated[str, AfterValidator(one_line)] = ""
    """Goes into the User-Agent."""


class Web(Section):
    """`[web]`: the page of the match log."""

    token: SecretStr = SecretStr("")
    """A must when the host is not loopback."""
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8484, ge=0, le=65535)

    @field_validator("host")
    @classmethod
    def _guarded(cls, host: str, info: ValidationInfo) -> str:
        token = info.data.get("token")
        if token is not None and not token.get_secret_value() and not _is_loopback(host):
            raise ValueError("is open to others, so web.token must be set")
        return host


class Retention(Section):
    """`[retention]`: how long things are kept; new and kept matches stay."""

    items: Wait = timedelta(days=90)
    """Items without matches."""
    dismissed: Wait = timedelta(days=365)


def at_least_min(value: timedelta, info: ValidationInfo) -> timedelta:
    """Refuse a `max` under its `min`."""
    least = info.data.get("min")
    if least is not None and value < least:
        raise ValueError("must not be shorter than min")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in _LOCAL_NAMES
