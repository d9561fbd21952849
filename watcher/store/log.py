"""The match log: written once for each item and topic, filtered, judged."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.clock import moment_text
from watcher.models import Evidence, Item, LoggedMatch, Match, Origin, Severity, State, Topic
from watcher.store.columns import evidence, evidence_text, moment
from watcher.store.connection import Connection
from watcher.store.items import ITEM_COLUMNS, item_of
from watcher.store.views import ITEM_LANGUAGE, OUTLET

MATCH_COLUMNS = f"""m.id, m.matched_at, m.topic, m.topic_version, m.severity, m.origin, m.state,
    m.note, m.superseded_at, m.evidence, m.texts, {ITEM_COLUMNS}"""
"""What `match_of` reads, from `MATCHES_OF_ITEMS`."""

MATCHES_OF_ITEMS = """matches m JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = i.feed_id"""

_PAGE = 500
_FIND = "SELECT 1 FROM matches WHERE item_id = :item AND topic = :topic"
_INSERT = """INSERT INTO matches (item_id, topic, topic_version, severity, matched_at, origin,
    evidence) SELECT :item, :topic, :version, :severity, :now, :origin, :evidence
    WHERE EXISTS (SELECT 1 FROM items WHERE id = :item) RETURNING id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFilter:
    """Which matches are asked for; an empty part asks for all.

    Matching was at or after `since` and before `until`, to the second; `severity` is the least.
    `text` is a part of title, summary or content, in any case. `after_id` leaves out what was
    logged up to there.
    Matches that hold no more are left out unless `superseded`.
    """

    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    outlet: str = ""
    language: str = ""
    country: str = ""
    severity: Severity | None = None
    state: State | None = None
    text: str = ""
    after_id: int = 0
    superseded: bool = False


def log_matches(
    db: Connection,
    matches: Sequence[tuple[Item, Match]],
    *,
    topics: Mapping[str, Topic],
    origin: Origin,
    now: datetime,
) -> list[tuple[int, Item, Topic]]:
    """Log matches, each (item, topic) once; returns the new ones with their numbers.

    An item that retention dropped in the meantime is passed over.
    """
    new = []
    for item, match in matches:
        topic = topics[match.topic]
        values = {
            "item": item.id,
            "topic": topic.id,
            "version": topic.version,
            "severity": topic.severity,
            "origin": origin,
            "now": moment_text(now),
            "evidence": evidence_text(match.evidence),
        }
        if db.value(_FIND, values) is not None:
            _renew(db, values)
        elif (number := db.value(_INSERT, values)) is not None:
            new.append((number, item, topic))
    return new


def _renew(db: Connection, values: Mapping[str, object]) -> None:
    """Let a match that was there hold again, under the topic's version and the text of today."""
    db.execute(
        """UPDATE matches SET topic_version = :version, severity = :severity,
            evidence = :evidence, texts = NULL, superseded_at = NULL
            WHERE item_id = :item AND topic = :topic AND (superseded_at IS NOT NULL
                OR texts IS NOT NULL OR topic_version <> :version OR evidence <> :evidence)""",
        values,
    )


def supersede(db: Connection, topic: str, item_ids: Sequence[int], *, now: datetime) -> None:
    """Date the end of matches that hold no more; they stay, and so does what was made of them."""
    with db.writing():
        db.executemany(
            """UPDATE matches SET superseded_at = ? WHERE item_id = ? AND topic = ?
                AND superseded_at IS NULL""",
            [(moment_text(now), item_id, topic) for item_id in item_ids],
        )


def matched_items(db: Connection, *, after_id: int, up_to_id: int) -> dict[str, set[int]]:
    """Tell by topic which items in a range of numbers match it now, as the log has it."""
    matched: dict[str, set[int]] = {}
    for row in db.rows(
        """SELECT topic, item_id FROM matches WHERE item_id > ? AND item_id <= ?
            AND superseded_at IS NULL""",
        (after_id, up_to_id),
    ):
        matched.setdefault(row["topic"], set()).add(row["item_id"])
    return matched


def reworded_items(db: Connection, *, after_id: int, up_to_id: int) -> list[tuple[str, Item]]:
    """Read the matches in force whose items were reworded since: the topic, the item as matched."""
    rows = db.rows(
        f"""SELECT {MATCH_COLUMNS} FROM {MATCHES_OF_ITEMS} WHERE m.item_id > ? AND m.item_id <= ?
            AND m.superseded_at IS NULL AND m.texts IS NOT NULL""",
        (after_id, up_to_id),
    )
    return [(row["topic"], _item_as_matched(row)) for row in rows]


def logged_evidence(db: Connection, topic: str, item_id: int) -> tuple[Evidence, ...]:
    """Read the evidence that the log has for an item and a topic; empty if it has none."""
    row = db.row("SELECT evidence FROM matches WHERE topic = ? AND item_id = ?", (topic, item_id))
    return () if row is None else evidence(row["evidence"])


def match_of(row: sqlite3.Row) -> LoggedMatch:
    """Read a match from a row of `MATCH_COLUMNS`."""
    return LoggedMatch(
        id=row["id"],
        matched_at=moment(row["matched_at"]),
        topic=row["topic"],
        topic_version=row["topic_version"],
        severity=Severity(row["severity"]),
        origin=Origin(row["origin"]),
        state=State(row["state"]),
        note=row["note"],
        item=_item_as_matched(row),
        story=row["story_id"] or row["item_id"],
        evidence=evidence(row["evidence"]),
        superseded_at=moment(row["superseded_at"]),
    )


def _item_as_matched(row: sqlite3.Row) -> Item:
    """Read the item of a match as it matched, whatever was rewritten later."""
    return item_of(dict(row) | json.loads(row["texts"]) if row["texts"] else row)


def find_match(db: Connection, match_id: int) -> LoggedMatch | None:
    """Read one match; `None` if there is none of this number."""
    row = db.row(f"SELECT {MATCH_COLUMNS} FROM {MATCHES_OF_ITEMS} WHERE m.id = ?", (match_id,))
    return None if row is None else match_of(row)


def find_matches(
    db: Connection, wanted: MatchFilter, *, limit: int | None
) -> Iterator[LoggedMatch]:
    """Find matches, newest first, page by page."""
    clauses, values = _clauses(wanted)
    sql = (
        f"SELECT {MATCH_COLUMNS} FROM {MATCHES_OF_ITEMS} WHERE m.id < :before{clauses}"
        " ORDER BY m.id DESC LIMIT :page"
    )
    before = 2**63 - 1
    left = limit
    while left is None or left > 0:
        page = _PAGE if left is None else min(_PAGE, left)
        rows = db.rows(sql, {**values, "before": before, "page": page})
        yield from map(match_of, rows)
        if len(rows) < page:
            return
        before = rows[-1]["id"]
        left = None if left is None else left - page


def count_judged(db: Connection) -> dict[tuple[str, State], int]:
    """Count the matches that hold, by topic and state."""
    rows = db.rows(
        "SELECT topic, state, count(*) AS matches FROM matches WHERE superseded_at IS NULL"
        " GROUP BY topic, state"
    )
    return {(row["topic"], State(row["state"])): row["matches"] for row in rows}


def _clauses(wanted: MatchFilter) -> tuple[str, dict[str, object]]:
    """Make the conditions of a filter; each begins with AND."""
    texts = ("i.title", "i.summary", "i.content")
    conditions: list[tuple[str, str, object]] = [
        (_one_of("m.topic", ":topics"), "topics", _listed(wanted.topics)),
        (_one_of("m.severity", ":severities"), "severities", _listed(_at_least(wanted.severity))),
        ("m.matched_at >= :since", "since", moment_text(wanted.since)),
        ("m.matched_at < :until", "until", moment_text(wanted.until)),
        (f"fold({OUTLET}) = fold(:outlet)", "outlet", wanted.outlet),
        ("fold(f.country) = fold(:country)", "country", wanted.country),
        (f"covers(:language, {ITEM_LANGUAGE})", "language", wanted.language),
        ("m.id > :after", "after", wanted.after_id),
        ("m.state = :state", "state", wanted.state),
        (" OR ".join(f"instr(fold({text}), fold(:text))" for text in texts), "text", wanted.text),
    ]
    used = [(sql, name, value) for sql, name, value in conditions if value]
    clauses = "".join(f" AND ({sql})" for sql, _, _ in used)
    if not wanted.superseded:
        clauses += " AND m.superseded_at IS NULL"
    return clauses, {name: value for _, name, value in used}


def _one_of(column: str, listed: str) -> str:
    return f"{column} IN (SELECT value FROM json_each({listed}))"


def _listed(values: Sequence[str]) -> str:
    return json.dumps(values) if values else ""


def _at_least(severity: Severity | None) -> list[Severity]:
    return [] if severity is None else list(Severity)[list(Severity).index(severity) :]


def mark(db: Connection, match_ids: Sequence[int], *, state: State, note: str | None) -> None:
    """Note what an analyst made of matches; a note of `None` leaves what was noted before."""
    with db.writing():
        db.executemany(
            "UPDATE matches SET state = ?, note = coalesce(?, note) WHERE id = ?",
            [(state, note, match_id) for match_id in match_ids],
        )
