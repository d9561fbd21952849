"""The schema, step by step; a released step is never edited, only followed by another."""

from sqlite_utils import Database, Migrations

from watcher.store.connection import Connection

migrations = Migrations("watcher")


def migrate(db: Connection) -> None:
    """Bring the schema to today's; each step is one transaction.

    Raises:
        StoreError: The file cannot be written.
    """
    with db.renaming():
        migrations.apply(Database(db.raw, recursive_triggers=False, execute_plugins=False))


@migrations()
def m001_feeds_items_matches(db: Database) -> None:
    """Begin: feeds and their schedule, items and what they are known by, matches, deliveries."""
    _run(db, _FEEDS, _ITEMS, _MATCHES, _RUNNING)


@migrations()
def m002_rests_count_refusals(db: Database) -> None:
    """Let a domain that goes on refusing rest longer each time, also after a restart."""
    db.conn.execute("ALTER TABLE rests ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0")


@migrations()
def m003_schedule_knows_the_first_success(db: Database) -> None:
    """Let coverage open at a feed's first document; of older feeds only the adding is known."""
    db.conn.execute("ALTER TABLE schedule ADD COLUMN first_success_at TEXT")
    db.conn.execute(
        """UPDATE schedule SET first_success_at = (SELECT added_at FROM feeds WHERE id = feed_id)
            WHERE last_success_at IS NOT NULL"""
    )


@migrations()
def m004_validators_have_an_address(db: Database) -> None:
    """Let a redirect lead elsewhere; whose the older validators are is unknown: they are unused."""
    db.conn.execute("ALTER TABLE documents ADD COLUMN document_url TEXT")


@migrations()
def m005_addresses_have_no_blanks(db: Database) -> None:
    """Write a blank as `%20`, as settings and commands do now: they name a feed by its address."""
    db.conn.execute(
        """UPDATE OR IGNORE feeds SET url = replace(url, ' ', '%20'),
            subscribed_url = replace(subscribed_url, ' ', '%20')
            WHERE instr(url || subscribed_url, ' ')"""
    )


def _run(db: Database, *scripts: str) -> None:
    """Run statements one by one: `executescript` would commit the transaction of the step."""
    for script in scripts:
        for statement in script.strip().removesuffix(";").split(";"):
            db.conn.execute(statement)


_FEEDS = """
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL UNIQUE,
    subscribed_url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    outlet TEXT NOT NULL,
    site TEXT NOT NULL,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    kind TEXT NOT NULL,
    group_name TEXT NOT NULL,
    tags TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    added_at TEXT NOT NULL,
    repeats TEXT NOT NULL DEFAULT '',
    moved_to TEXT,
    moved_times INTEGER NOT NULL DEFAULT 0,
    gone_times INTEGER NOT NULL DEFAULT 0,
    newest_at TEXT
);
CREATE TABLE feed_moves (
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    url TEXT NOT NULL,
    moved_at TEXT NOT NULL
);
CREATE INDEX feed_moves_url ON feed_moves (url);
CREATE INDEX feed_moves_feed ON feed_moves (feed_id);
CREATE TABLE schedule (
    feed_id INTEGER PRIMARY KEY REFERENCES feeds ON DELETE CASCADE,
    next_poll_at TEXT NOT NULL,
    paused_by TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL,
    domain TEXT NOT NULL,
    last_polled_at TEXT,
    last_success_at TEXT,
    last_document_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    error_kind TEXT,
    error TEXT,
    stats TEXT NOT NULL DEFAULT ''
);
CREATE INDEX schedule_due ON schedule (next_poll_at) WHERE paused_by = '';
CREATE TABLE documents (
    feed_id INTEGER PRIMARY KEY REFERENCES feeds ON DELETE CASCADE,
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    hints TEXT NOT NULL DEFAULT '',
    memory BLOB NOT NULL DEFAULT x''
);
CREATE TABLE rests (domain TEXT PRIMARY KEY, until_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    from_at TEXT NOT NULL,
    to_at TEXT NOT NULL,
    found_by TEXT NOT NULL,
    found_at TEXT NOT NULL
);
CREATE INDEX gaps_feed ON gaps (feed_id);
"""

_ITEMS = """
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    seen_at TEXT NOT NULL,
    published_at TEXT,
    story_id INTEGER,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    guid TEXT NOT NULL,
    author TEXT NOT NULL,
    tags TEXT NOT NULL,
    summary TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX items_seen ON items (seen_at);
CREATE INDEX items_story ON items (story_id) WHERE story_id IS NOT NULL;
CREATE TABLE item_keys (
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    key INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    text_hash INTEGER NOT NULL,
    seen_on INTEGER NOT NULL,
    PRIMARY KEY (feed_id, key)
) WITHOUT ROWID;
CREATE TABLE story_bands (
    band INTEGER NOT NULL,
    item_id INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
    PRIMARY KEY (band, item_id)
) WITHOUT ROWID;
CREATE INDEX story_bands_item ON story_bands (item_id);
"""

_MATCHES = """
CREATE TABLE matches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES items,
    topic TEXT NOT NULL,
    topic_version TEXT NOT NULL,
    severity TEXT NOT NULL,
    matched_at TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    note TEXT NOT NULL DEFAULT '',
    superseded_at TEXT,
    evidence TEXT NOT NULL,
    texts TEXT,
    UNIQUE (item_id, topic)
);
CREATE INDEX matches_topic ON matches (topic, id);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    match_id INTEGER NOT NULL REFERENCES matches ON DELETE CASCADE,
    channel TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    next_try_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    sent_at TEXT,
    UNIQUE (match_id, channel)
);
CREATE INDEX deliveries_due ON deliveries (next_try_at) WHERE sent_at IS NULL;
"""

_RUNNING = """
CREATE TABLE topics (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    changed_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE rematches (
    topic TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    after_id INTEGER NOT NULL,
    up_to_id INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE daemon (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    trouble TEXT NOT NULL
);
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""
