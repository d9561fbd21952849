"""The JSON Schema of watchlist files, for editors that complete and check while one types."""

from typing import Any

from watcher.models import Severity
from watcher.nodes import FIELDS
from watcher.watchlist.read_file import LANGUAGE
from watcher.watchlist.read_topic import ITEM_KEYS
from watcher.watchlist.yaml_nodes import ID

_ID = f"^{ID.pattern}$"


def json_schema() -> dict[str, Any]:
    """Give the schema of one file (JSON Schema 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Watchlist",
        "description": "What a watcher of feeds looks for: actors, concepts and topics.",
        **_table(
            {
                "version": {"const": 1},
                "languages": _told("Whose inflections to know, such as [en, uk]", _list(_CODE)),
                "actors": _named(
                    "Who: groups of names, referred to as $id",
                    _table({"title": _TEXT, "names": _TEXTS}, needed=["names"]),
                ),
                "concepts": _named("What: groups of queries, referred to as $id", _TEXTS),
                "topics": _list(_topic()),
            },
            needed=["languages"],
        ),
    }


def _topic() -> dict[str, Any]:
    return _table(
        {
            "id": {"type": "string", "pattern": _ID},
            "title": _TEXT,
            "severity": {"enum": [str(severity) for severity in Severity], "default": "normal"},
            "why": _told("For whom reads the matches", _TEXT),
            "match": _told("A query, or several: any of them", _TEXTS),
            "unless": _told("A query, or several: none of them may hold", _TEXTS),
            "in": _one_or_more({"enum": list(FIELDS)}),
            "notify": _told("Channels of the settings", _TEXTS),
            "tests": _table({"match": _list(_item()), "ignore": _list(_item())}),
        },
        needed=["id", "match"],
    )


def _item() -> dict[str, Any]:
    fields: dict[str, Any] = {key: _TEXT for key in ITEM_KEYS if key != "tags"}
    return {"anyOf": [_told("A title", _TEXT), _table({**fields, "tags": _TEXTS})]}


def _table(properties: dict[str, Any], *, needed: list[str] | None = None) -> dict[str, Any]:
    table = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**table, "required": needed} if needed else table


def _named(description: str, value: dict[str, Any]) -> dict[str, Any]:
    names = {"patternProperties": {_ID: value}, "additionalProperties": False}
    return {"type": "object", "description": description, **names}


def _list(member: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": member}


def _one_or_more(member: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [member, {**_list(member), "minItems": 1}]}


def _told(description: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **value}


_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
"""Any scalar: the watcher reads `no` and `2024` as texts, an editor's YAML may not."""
_TEXTS = _one_or_more(_TEXT)
_CODE: dict[str, Any] = {
    "anyOf": [{"type": "string", "pattern": f"^{LANGUAGE.pattern}$"}, {"const": False}]
}
"""An editor that still reads YAML 1.1 takes Norwegian (`no`) for a false."""
