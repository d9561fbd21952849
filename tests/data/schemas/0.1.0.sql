PRAGMA application_id = 1463899203;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'watcher','m001_feeds_items_matches','2026-03-02 12:00:00.000000+00:00');
CREATE TABLE daemon (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    trouble TEXT NOT NULL
);
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
INSERT INTO "deliveries" VALUES(1,1,'desk','2026-03-02T12:00:00Z','2026-03-02T12:00:00Z',0,NULL,NULL);
CREATE TABLE documents (
    feed_id INTEGER PRIMARY KEY REFERENCES feeds ON DELETE CASCADE,
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    hints TEXT NOT NULL DEFAULT '',
    memory BLOB NOT NULL DEFAULT x''
);
INSERT INTO "documents" VALUES(1,'"abc"',NULL,NULL,'{"max_age": null, "ttl": 3600.0, "update_period": null, "skip_hours": [], "skip_days": []}',X'0102');
INSERT INTO "documents" VALUES(2,NULL,NULL,NULL,'',X'');
CREATE TABLE feed_moves (
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    url TEXT NOT NULL,
    moved_at TEXT NOT NULL
);
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
INSERT INTO "feeds" VALUES(1,'https://courier.example/feed','https://courier.example/feed','','The Courier','','gb','en','','','["rail"]','news.opml','2026-03-02T12:00:00Z','',NULL,0,0,'2026-03-02T11:00:00Z');
INSERT INTO "feeds" VALUES(2,'https://bote.example/feed','https://bote.example/feed','','Der Bote','','','de','','','','','2026-03-02T12:00:00Z','',NULL,0,0,NULL);
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    from_at TEXT NOT NULL,
    to_at TEXT NOT NULL,
    found_by TEXT NOT NULL,
    found_at TEXT NOT NULL
);
INSERT INTO "gaps" VALUES(1,1,'2026-03-02T09:00:00Z','2026-03-02T10:00:00Z','scrolled','2026-03-02T12:00:00Z');
CREATE TABLE item_keys (
    feed_id INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
    key INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    text_hash INTEGER NOT NULL,
    seen_on INTEGER NOT NULL,
    PRIMARY KEY (feed_id, key)
) WITHOUT ROWID;
INSERT INTO "item_keys" VALUES(1,-8851186367823379520,2,50052281,20514);
INSERT INTO "item_keys" VALUES(1,-4123261124758448919,1,495149745,20514);
INSERT INTO "item_keys" VALUES(1,1160982440211600324,2,50052281,20514);
INSERT INTO "item_keys" VALUES(1,2378198525733836471,1,495149745,20514);
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
INSERT INTO "items" VALUES(1,1,'2026-03-02T12:00:00Z','2026-03-02T11:00:00Z',1,'','Rail workers in the north agree to end a strike','https://courier.example/1','c-1','','','Trains run again from Tuesday.','');
INSERT INTO "items" VALUES(2,1,'2026-03-02T12:00:00Z',NULL,NULL,'','Museum shows forgotten paintings','https://courier.example/2','c-2','','','','');
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
INSERT INTO "matches" VALUES(1,1,'rail-strike','v1','high','2026-03-02T12:00:00Z','live','kept','confirmed',NULL,'[{"field": "title", "start": 42, "end": 48, "text": "strike", "term": "strike"}]',NULL);
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rematches (
    topic TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    after_id INTEGER NOT NULL,
    up_to_id INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "rematches" VALUES('rail-strike','v1',0,2);
CREATE TABLE rests (domain TEXT PRIMARY KEY, until_at TEXT NOT NULL) WITHOUT ROWID;
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
INSERT INTO "schedule" VALUES(1,'2026-03-02T13:00:00Z','','courier.example','courier.example','2026-03-02T12:00:00Z','2026-03-02T12:00:00Z',NULL,0,NULL,NULL,'{"observed_at": "2026-03-02T12:00:00Z", "items": 2, "days": 1, "events": 0.0, "hours": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "weekdays": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "slots": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "recent": 0.0, "due": 0.0, "planned": 0.0, "document_items": 2, "errors_in_a_row": 0}');
INSERT INTO "schedule" VALUES(2,'2026-03-02T13:00:00Z','','bote.example','bote.example','2026-03-02T12:00:00Z',NULL,NULL,1,'dns','no such name','{"observed_at": "2026-03-02T12:00:00Z", "items": 0.0, "days": 0.0, "events": 0.0, "hours": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "weekdays": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "slots": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "recent": 0.0, "due": 0.0, "planned": 0.0, "document_items": 0, "errors_in_a_row": 1}');
CREATE TABLE story_bands (
    band INTEGER NOT NULL,
    item_id INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
    PRIMARY KEY (band, item_id)
) WITHOUT ROWID;
INSERT INTO "story_bands" VALUES(153443765,1);
INSERT INTO "story_bands" VALUES(250084487,1);
INSERT INTO "story_bands" VALUES(252343634,1);
INSERT INTO "story_bands" VALUES(879116819,1);
INSERT INTO "story_bands" VALUES(1147616195,1);
INSERT INTO "story_bands" VALUES(1401208509,1);
INSERT INTO "story_bands" VALUES(1514953541,1);
INSERT INTO "story_bands" VALUES(1554623769,1);
INSERT INTO "story_bands" VALUES(1833691680,1);
INSERT INTO "story_bands" VALUES(2171279107,1);
INSERT INTO "story_bands" VALUES(2498281757,1);
INSERT INTO "story_bands" VALUES(2505218576,1);
INSERT INTO "story_bands" VALUES(2543115066,1);
INSERT INTO "story_bands" VALUES(2575331137,1);
INSERT INTO "story_bands" VALUES(2736231663,1);
INSERT INTO "story_bands" VALUES(2812530985,1);
INSERT INTO "story_bands" VALUES(2892965889,1);
INSERT INTO "story_bands" VALUES(3298395499,1);
INSERT INTO "story_bands" VALUES(3375958123,1);
INSERT INTO "story_bands" VALUES(3446100716,1);
INSERT INTO "story_bands" VALUES(3512369865,1);
INSERT INTO "story_bands" VALUES(3585116684,1);
INSERT INTO "story_bands" VALUES(3605069194,1);
INSERT INTO "story_bands" VALUES(3849908963,1);
INSERT INTO "story_bands" VALUES(3995116818,1);
INSERT INTO "story_bands" VALUES(4073095917,1);
INSERT INTO "story_bands" VALUES(4081213513,1);
INSERT INTO "story_bands" VALUES(4089837729,1);
CREATE TABLE topics (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    changed_at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "topics" VALUES('rail-strike','v1','2026-03-02T12:00:00Z');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX feed_moves_url ON feed_moves (url);
CREATE INDEX feed_moves_feed ON feed_moves (feed_id);
CREATE INDEX schedule_due ON schedule (next_poll_at) WHERE paused_by = '';
CREATE INDEX gaps_feed ON gaps (feed_id);
CREATE INDEX items_seen ON items (seen_at);
CREATE INDEX items_story ON items (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX story_bands_item ON story_bands (item_id);
CREATE INDEX matches_topic ON matches (topic, id);
CREATE INDEX deliveries_due ON deliveries (next_try_at) WHERE sent_at IS NULL;
CREATE VIEW match_log AS
SELECT m.id AS match_id, m.matched_at, m.topic, m.severity, coalesce(nullif(f.outlet, ''), f.title) AS outlet,
    f.url AS feed_url, coalesce(json_extract(m.texts, '$.title'), i.title) AS title, i.link,
    i.guid, i.published_at, i.seen_at,
    CASE i.language WHEN '' THEN f.language ELSE i.language END AS language, coalesce(i.story_id, i.id) AS story_id, m.state, m.origin,
    m.superseded_at, m.evidence
FROM matches m JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = i.feed_id;
CREATE VIEW item_log AS
SELECT i.id AS item_id, f.url AS feed_url, coalesce(nullif(f.outlet, ''), f.title) AS outlet, i.title, i.link, i.guid,
    i.published_at, i.seen_at, CASE i.language WHEN '' THEN f.language ELSE i.language END AS language
FROM items i JOIN feeds f ON f.id = i.feed_id;
CREATE VIEW feed_health AS
SELECT f.url AS feed_url, coalesce(nullif(f.outlet, ''), f.title) AS outlet, CASE
    WHEN s.paused_by <> '' THEN 'paused'
    WHEN f.gone_times >= 2 THEN 'gone'
    WHEN s.error_kind IS NOT NULL THEN 'failing'
    WHEN s.last_success_at IS NULL THEN 'new'
    ELSE 'ok' END AS state, s.last_polled_at,
    s.last_success_at, s.next_poll_at, s.failures, s.error_kind, s.error,
    CASE s.stats WHEN '' THEN NULL ELSE round(
    (json_extract(s.stats, '$.items') + 0.5) / (json_extract(s.stats, '$.days') + 0.5), 2) END AS items_per_day,
    (SELECT count(*) FROM gaps g WHERE g.feed_id = f.id) AS gaps
FROM feeds f JOIN schedule s ON s.feed_id = f.id;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('feeds',2);
INSERT INTO "sqlite_sequence" VALUES('items',2);
INSERT INTO "sqlite_sequence" VALUES('matches',1);
COMMIT;
