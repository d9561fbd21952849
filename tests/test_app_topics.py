"""Topics listed with what came of them, suggested for, compared, matched again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import URL, WATCHLIST
from tests.stored import feed_at
from watcher.app import App
from watcher.app.log import mark
from watcher.app.topics import (
    EARLIER,
    ClauseYield,
    TermYield,
    changes,
    clause_yields,
    edited_topics,
    rematch,
    suggestions,
    topic_rows,
)
from watcher.errors import WatcherError
from watcher.models import Item, State
from watcher.store import MatchFilter, SqliteStore


def written(folder: Path, match: str) -> None:
    edited = WATCHLIST.replace("gale OR storm", match)
    (folder / "watchlists" / "water.yaml").write_text(edited)


def stored(store: SqliteStore, *titles: str) -> None:
    feed = feed_at(store, URL)
    items = [Item(guid=f"j{n}", title=title) for n, title in enumerate(titles)]
    store.add_new_items(feed, items, now=datetime(2026, 3, 2, tzinfo=UTC))


def beside(app: App, name: str) -> list[str]:
    return [one.text for one in suggestions(app, name, country=None) if not one.language]


def judged(app: App, folder: Path, store: SqliteStore, match: str) -> None:
    """Match the topic `gale` over three gales at a port, which are dismissed, and a strike."""
    written(folder, match)
    stored(store, *["Gale near the port"] * 3, "Strike at the port")
    rematch(app, app.topic("gale"), since=None)
    for found in list(store.matches(MatchFilter(topics=("gale",)))):
        state = State.KEPT if "Strike" in found.item.title else State.DISMISSED
        mark(app, [found.id], state, note=None)


def test_the_cost_of_a_topic_is_told_by_the_items_seen_last(
    app: App, tmp_path: Path, logged: SqliteStore
) -> None:
    written(tmp_path, "gale AND cape")
    before = {row.id: row.cost for row in topic_rows(app)}["gale"]
    stored(logged, *(f"Gale {number} at the cape" for number in range(99)))
    after = {row.id: row.cost for row in topic_rows(app)}["gale"]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert before < 0.5
    assert after > 0.95


def told(row: ClauseYield) -> tuple[str, tuple[int, int, int], dict[str, tuple[int, int, int]]]:
    return row.clause, counts(row), {term.term: counts(term) for term in row.terms}


def counts(row: ClauseYield | TermYield) -> tuple[int, int, int]:
    return row.matches, row.kept, row.dismissed


class TestTopics:
    def test_rows_need_no_database(self, app: App) -> None:
        rows = topic_rows(app)
        assert [(row.id, row.severity, row.new) for row in rows] == [
            ("flood", "high", 0),
            ("gale", "normal", 0),
        ]

    @pytest.mark.usefixtures("logged")
    def test_rows_count_what_came_of_a_topic(self, app: App) -> None:
        assert [row.new for row in topic_rows(app)] == [1, 1]

    def test_clauses_have_no_yield_without_a_database(self, app: App) -> None:
        assert clause_yields(app, app.topic("gale")) == []

    def test_a_term_counts_for_the_clauses_that_held(
        self, app: App, folder: Path, logged: SqliteStore
    ) -> None:
        judged(app, folder, logged, "[strike AND port, gale]")
        assert [told(row) for row in clause_yields(app, app.topic("gale"))] == [
            ('"gale"', (4, 0, 4), {"gale": (4, 0, 4)}),
            ('"strike" AND "port"', (1, 1, 0), {"port": (1, 1, 0), "strike": (1, 1, 0)}),
        ]

    def test_what_was_dismissed_counts_though_the_topic_was_edited(
        self, app: App, folder: Path, logged: SqliteStore
    ) -> None:
        judged(app, folder, logged, "[strike AND port, gale]")
        written(folder, "strike AND port")
        rematch(app, app.topic("gale"), since=None)
        assert [told(row) for row in clause_yields(app, app.topic("gale"))] == [
            ('"strike" AND "port"', (1, 1, 0), {"port": (1, 1, 0), "strike": (1, 1, 0)}),
            (EARLIER, (4, 0, 4), {"gale": (4, 0, 4), "port": (3, 0, 3)}),
        ]

    @pytest.mark.usefixtures("logged")
    def test_what_holds_no_more_and_was_never_judged_does_not_count(
        self, app: App, folder: Path
    ) -> None:
        written(folder, "strike")
        rematch(app, app.topic("gale"), since=None)
        assert clause_yields(app, app.topic("gale")) == []

    def test_a_name_has_spellings_without_a_database(self, app: App) -> None:
        assert suggestions(app, "Олег", country=None)

    def test_a_country_is_named_in_the_languages_of_the_topics(self, app: App) -> None:
        found = suggestions(app, None, country="DE")
        assert "Germany" in {spelling.text for spelling in found}
        assert {spelling.language for spelling in found} == {"en"}

    def test_an_unknown_country_is_refused(self, app: App) -> None:
        with pytest.raises(WatcherError, match="XX"):
            suggestions(app, None, country="XX")

    def test_neighbours_of_a_name_come_from_stored_items(
        self, app: App, logged: SqliteStore
    ) -> None:
        stored(logged, *[f"Said Ann Quill, the harbour master, {n}" for n in range(9)])
        found = suggestions(app, "Quill", country=None)
        assert any("beside it in" in spelling.system for spelling in found)

    def test_what_the_topic_of_a_name_has_is_no_news(
        self, app: App, folder: Path, logged: SqliteStore
    ) -> None:
        text = """\
version: 1
languages: [en]
concepts: {china: [China], images: [images, satellite, '"overhead imagery"', photo*]}
topics:
  - {id: intel, match: $china AND $images}
  - {id: other, match: drones}
"""
        (folder / "watchlists" / "water.yaml").write_text(text)
        titles = ["China Satellites imagery drones", "Images photographs: China's drones"]
        stored(logged, *titles * 3, *["Fair"] * 9)
        assert beside(app, "China") == ["drones"]

    def test_neighbours_of_any_form_of_a_name_are_found(
        self, app: App, folder: Path, logged: SqliteStore
    ) -> None:
        text = "version: 1\nlanguages: [uk]\ntopics: [{id: t, match: Китай}]\n"
        (folder / "watchlists" / "water.yaml").write_text(text, "utf-8")
        stored(logged, *["Поділилися з Китаєм, розвідка", "Розвідка завдяки Китаю"] * 3)
        assert "розвідка" in beside(app, "Китай")

    @pytest.mark.usefixtures("logged")
    @pytest.mark.parametrize("name", ["!", "ʼ"])
    def test_what_is_no_word_has_no_neighbours(self, app: App, name: str) -> None:
        assert beside(app, name) == []


class TestEdits:
    EDITED = WATCHLIST.replace("gale OR storm", "fair")

    def test_without_a_file_they_are_the_configured_topics(self, app: App) -> None:
        assert [topic.id for topic in edited_topics(app, None)] == ["flood", "gale"]

    def test_a_file_stands_in_for_its_namesake(self, app: App, folder: Path) -> None:
        (folder / "edited").mkdir()
        edited = folder / "edited" / "water.yaml"
        edited.write_text(self.EDITED)
        assert len(edited_topics(app, edited)) == 2

    @pytest.mark.parametrize("is_absolute", [True, False], ids=["absolute", "relative"])
    def test_a_file_of_another_name_stands_alone(
        self, app: App, folder: Path, *, is_absolute: bool
    ) -> None:
        draft = folder / "draft.yaml" if is_absolute else Path("draft.yaml")
        draft.write_text("version: 1\nlanguages: []\ntopics:\n  - id: fair\n    match: fair\n")
        assert [topic.id for topic in edited_topics(app, draft)] == ["fair"]

    @pytest.mark.usefixtures("logged")
    def test_changes_are_told_chunk_by_chunk(self, app: App, folder: Path) -> None:
        (folder / "watchlists" / "water.yaml").write_text(self.EDITED)
        ((count, found),) = changes(app, edited_topics(app, None), since=None)
        assert count == 3
        assert [(change.topic, change.gained, change.item.guid) for change in found] == [
            ("gale", True, "3"),
            ("gale", False, "2"),
        ]

    @pytest.mark.usefixtures("logged")
    def test_a_topic_is_matched_again_in_chunks(self, app: App, folder: Path) -> None:
        (folder / "watchlists" / "water.yaml").write_text(self.EDITED)
        rematch(app, app.topic("gale"), since=None)
        assert [list(found) for _, found in changes(app, app.watchlist().topics, since=None)] == [
            []
        ]
