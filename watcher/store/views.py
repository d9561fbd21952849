"""The views that other programs read; their columns are only ever added to."""

from watcher.store.connection import Connection

ITEM_LANGUAGE = "CASE i.language WHEN '' THEN f.language ELSE i.language END"
"""An item's own language, else its feed's."""

OUTLET = "coalesce(nullif(f.outlet, ''), f.title)"
"""Who publishes a feed: as its catalogue says, else what the feed calls itself."""

REMOVED = "removed"
"""What a feed is paused by once it is subscribed no more; its items and matches stay."""

FEED_STATE = """CASE
    WHEN s.paused_by <> '' THEN 'paused'
    WHEN f.gone_times >= 2 THEN 'gone'
    WHEN s.error_kind IS NOT NULL THEN 'failing'
    WHEN s.last_success_at IS NULL THEN 'new'
    ELSE 'ok' END"""

ITEMS_PER_DAY = """iif(json_extract(nullif(s.stats, ''), '$.observed_at') IS NULL, NULL, round(
    (json_extract(s.stats, '$.items') + 0.5) / (json_extract(s.stats, '$.days') + 0.5), 2))"""
"""The rate as the polling rule has it: one imagined item in half a day; none before a good poll."""

_VIEWS = {
    "match_log": f"""
SELECT m.id AS match_id, m.matched_at, m.topic, m.severity, {OUTLET} AS outlet,
    f.url AS feed_url, coalesce(json_extract(m.texts, '$.title'), i.title) AS title,
    coalesce(json_extract(m.texts, '$.link'), i.link) AS link, i.guid, i.published_at, i.seen_at,
    coalesce(json_extract(m.texts, '$.language'), {ITEM_LANGUAGE}) AS language,
    coalesce(i.story_id, i.id) AS story_id, m.state, m.origin, m.superseded_at, m.evidence
FROM matches m JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = i.feed_id""",
    "item_log": f"""
SELECT i.id AS item_id, f.url AS feed_url, {OUTLET} AS outlet, i.title, i.link, i.guid,
    i.published_at, i.seen_at, {ITEM_LANGUAGE} AS language
FROM items i JOIN feeds f ON f.id = i.feed_id""",
    "feed_health": f"""
SELECT f.url AS feed_url, {OUTLET} AS outlet, {FEED_STATE} AS state, s.last_polled_at,
    s.last_success_at, s.next_poll_at, s.failures, s.error_kind, s.error,
    {ITEMS_PER_DAY} AS items_per_day,
    (SELECT count(*) FROM gaps g WHERE g.feed_id = f.id) AS gaps
FROM feeds f JOIN schedule s ON s.feed_id = f.id WHERE s.paused_by <> '{REMOVED}'""",
}


def refresh_views(db: Connection) -> None:
    """Make the views as this program has them; writes nothing when they are so already."""
    present = {
        str(row["name"]): str(row["sql"])
        for row in db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
    }
    for name, query in _VIEWS.items():
        sql = f"CREATE VIEW {name} AS{query}"
        if present.get(name) != sql:
            with db.writing():
                db.execute(f"DROP VIEW IF EXISTS {name}")
                db.execute(sql)
