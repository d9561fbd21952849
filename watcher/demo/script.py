"""The demo's script: invented outlets, and what they publish when."""

from dataclasses import dataclass

import yaml

from watcher.places import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An invented outlet and the one feed it has; `format` is rss, atom or json."""

    id: str
    title: str
    kind: str
    format: str
    language: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """An item of the script: `at` seconds after the start, with the topics it must match."""

    outlet: str
    at: float
    title: str
    summary: str = ""
    content: str = ""
    author: str = ""
    expect: frozenset[str] = frozenset()
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The outlets, and their items in the order of the file."""

    outlets: tuple[Outlet, ...]
    items: tuple[Planted, ...]

    @property
    def length_s(self) -> float:
        """When the last item is published, in seconds after the start."""
        return max(item.at for item in self.items)


def read_script() -> Script:
    """Read the script that comes with the program."""
    raw = yaml.safe_load((shipped("seeds") / "demo" / "script.yaml").read_text("utf-8"))
    items = (
        Planted(**{**item, "expect": frozenset(item["expect"])}, path=f"/{item['outlet']}/{number}")
        for number, item in enumerate(raw["items"], start=1)
    )
    return Script(outlets=tuple(Outlet(**outlet) for outlet in raw["outlets"]), items=tuple(items))
