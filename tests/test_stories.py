import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.models import Item
from watcher.stories import are_one_story, bands

TITLE = "Rail workers in the north agree to end a strike of nine days"
LEAD = (
    "The union and the company signed an agreement late on Sunday after a night of talks in the "
    "capital; trains will run again from Tuesday morning, both said in a joint statement, and "
    "the pay of drivers rises by four percent this year and by three percent in the next."
)
CHINESE = "北方铁路工人同意结束为期九天的罢工，列车周二上午恢复运行"


def share_a_band(one: Item, other: Item) -> bool:
    return not set(bands(one)).isdisjoint(bands(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(Item(title=TITLE, summary=LEAD), Item(title=TITLE, summary=LEAD), id="copy"),
        pytest.param(
            Item(title=TITLE, summary=LEAD),
            Item(title=f"{TITLE.upper()} - The Courier", content=f"{LEAD} Our staff."),
            id="copy with a mark of its outlet",
        ),
        pytest.param(
            Item(title=TITLE, summary=LEAD),
            Item(title="Strike of rail workers is over", summary=LEAD),
            id="copy under another title",
        ),
        pytest.param(
            Item(title=TITLE), Item(title=f"{TITLE}!", summary=LEAD), id="title alone and with lead"
        ),
        pytest.param(Item(title=CHINESE), Item(title=f"{CHINESE}。"), id="no word gaps"),
    ],
)
def test_near_identical_texts_are_one_story(one: Item, other: Item) -> None:
    assert are_one_story(one, other)
    assert share_a_band(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            Item(title=TITLE, summary=LEAD),
            Item(
                title="Rail workers in the north begin a strike",
                summary="Trains will not run from Tuesday morning, the union said; the company "
                "called for talks, and drivers want four percent more pay.",
            ),
            id="same words, other news",
        ),
        pytest.param(
            Item(title="News of the day in brief", summary=LEAD),
            Item(title="News of the day in brief", summary="Snow fell in the hills " * 9),
            id="same column, other day",
        ),
        pytest.param(Item(title="In brief"), Item(title="In brief"), id="title that tells nothing"),
        pytest.param(Item(), Item(), id="nothing"),
        pytest.param(Item(title=TITLE), Item(title=CHINESE), id="translation"),
    ],
)
def test_other_texts_are_other_stories(one: Item, other: Item) -> None:
    assert not are_one_story(one, other)


def test_a_short_title_has_no_bands() -> None:
    assert bands(Item(title="In brief")) == ()


WORDS = st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), max_size=40).map(" ".join)


@given(WORDS, WORDS, WORDS, WORDS)
def test_likeness_is_mutual(title: str, lead: str, other_title: str, other_lead: str) -> None:
    one, other = Item(title=title, summary=lead), Item(title=other_title, summary=other_lead)
    assert are_one_story(one, other) == are_one_story(other, one)


@given(WORDS.filter(lambda words: len(words) > 12), WORDS)
def test_a_copy_is_always_found(title: str, lead: str) -> None:
    assert are_one_story(Item(title=title, summary=lead), Item(title=title, summary=lead))
    assert bands(Item(title=title, summary=lead)) == bands(Item(title=title, summary=lead)) != ()
