"""The tables that may hold secrets: channels, and options of single feeds."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from watcher.errors import file_name
from watcher.hosts import plain_address
from watcher.models import FeedOptions
from watcher.settings.keys import Places
from watcher.settings.sections import PollWait, Section, at_least_min, one_line

Hint = Literal["ttl", "sy", "skip"]
"""Hints of a feed that may be ignored: `<ttl>`, `sy:update…`, `<skipHours>` and `<skipDays>`."""

_ENV = "env:"
_SECRET_FILE_BYTES = 10_000
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What settings are read amid: the folder paths start from, the file, the environment.

    `places` tells where each key was said.
    """

    base_dir: Path = Path()
    file: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    places: Places = field(default_factory=dict, repr=False)


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with http:// or https://")
    return plain_address(url)


def _secret_line(secret: SecretStr) -> SecretStr:
    one_line(secret.get_secret_value())
    return secret


def _token(text: str) -> str:
    """Refuse what is no name of a header (RFC 9110, section 5.6.2)."""
    if not _TOKEN.fullmatch(one_line(text)):
        raise ValueError("must be a header's name: letters, digits and '-', no blanks")
    return text


def _secret_proxy(secret: SecretStr) -> SecretStr:
    try:
        is_fit = urlsplit(_web_address(secret.get_secret_value())).port != 0
    except ValueError:
        is_fit = False
    if not is_fit:
        raise ValueError("must be a proxy's address: http:// or https://, host and port")
    return secret


WebAddress = Annotated[str, AfterValidator(_web_address)]
ProxyAddress = Annotated[SecretStr, AfterValidator(_secret_proxy)]
HeaderName = Annotated[str, AfterValidator(_token)]
HeaderValue = Annotated[SecretStr, AfterValidator(_secret_line)]


class Channel(Section):
    """`[notify.NAME]`: where notices go, as an address of apprise."""

    url_file: str | None = None
    """A file that holds the address: secrets can stay out of the settings."""
    url: SecretStr = Field(default=SecretStr(""), validate_default=True)

    @field_validator("url_file")
    @classmethod
    def _readable(cls, file: str | None, info: ValidationInfo) -> str | None:
        if file is not None:
            _first_line(_around(info).base_dir / file)
        return file

    @field_validator("url", mode="before")
    @classmethod
    def _from_file(cls, value: object, info: ValidationInfo) -> object:
        if "url_file" not in info.data:
            return value
        file = info.data["url_file"]
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if (file is None) == (given == ""):
            raise ValueError("a channel needs one of url and url_file")
        return given if file is None else _first_line(_around(info).base_dir / file)


class FeedSettings(Section):
    """`[[feed]]`: options of one feed. `headers`, `auth` and `proxy` may say `env:NAME`."""

    url: WebAddress
    every: PollWait | None = None
    weight: float = Field(default=1.0, gt=0, le=1000)
    min: PollWait | None = None
    max: PollWait | None = None
    pause: bool = False
    ignore_hints: frozenset[Hint] = frozenset()
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    auth: HeaderValue | None = None
    """`user:password`, or a whole `Authorization` value such as `Bearer …`."""
    proxy: ProxyAddress | None = None
    allow_downgrade: bool = False
    verify: bool = True

    @field_validator("max")
    @classmethod
    def _not_under_min(cls, value: timedelta | None, info: ValidationInfo) -> timedelta | None:
        return value and at_least_min(value, info)

    @field_validator("auth", "proxy", mode="before")
    @classmethod
    def _from_environment(cls, value: object, info: ValidationInfo) -> object:
        return _looked_up(value, _around(info).environ)

    @field_validator("headers", mode="before")
    @classmethod
    def _each_from_environment(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, dict):
            return value
        return {name: _looked_up(text, _around(info).environ) for name, text in value.items()}

    def options(self) -> FeedOptions:
        """Give what polling needs to know; secrets in the clear."""
        return FeedOptions(
            every=self.every,
            weight=self.weight,
            min=self.min,
            max=self.max,
            ignore_hints=frozenset(self.ignore_hints),
            headers={name: value.get_secret_value() for name, value in self.headers.items()},
            auth=self.auth.get_secret_value() if self.auth else None,
            proxy=self.proxy.get_secret_value() if self.proxy else None,
            allow_downgrade=self.allow_downgrade,
            verify=self.verify,
        )


def _around(info: ValidationInfo) -> Surroundings:
    return info.context or Surroundings()


def _looked_up(value: object, environ: Mapping[str, str]) -> object:
    if not isinstance(value, str) or not value.startswith(_ENV):
        return value
    name = value.removeprefix(_ENV)
    if not environ.get(name):
        raise ValueError(f"the environment has no {name}")
    return environ[name]


def _first_line(path: Path) -> str:
    try:
        with path.expanduser().open(encoding="utf-8") as file:
            text = file.read(_SECRET_FILE_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "not UTF-8"
        raise ValueError(f"{file_name(path)} cannot be read: {reason}") from error
    if not text:
        raise ValueError(f"{file_name(path)} is empty")
    return text.splitlines()[0].strip()
