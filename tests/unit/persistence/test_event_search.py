"""Searching events: folded, by prefix, best first, and never by what a typed text could mean to FTS5."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.records import EventState
from persistence import events
from persistence.database import DatabaseHandle
from persistence.event_search import MOST_WORDS, search_events, search_words
from tests.nasties import NASTIES
from tests.unit.persistence.factories import EVENT, GUILD, NOW, OTHER_GUILD, later, new_event, watch

pytestmark = pytest.mark.usefixtures("store")
# Python knows letters of newer Unicode than SQLite does; of these scripts both know all.
KNOWN_LETTERS = 0x052F
FEW = settings(
    max_examples=60, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def stored(title: str, description: str | None = None, message_id: int = EVENT, minute: float = 0) -> None:
    events.watch_event(replace(new_event(message_id, title=title), description=description), later(minute))


def found(text: str, limit: int = 100) -> list[int]:
    return [event.message_id for event in search_events(GUILD, text, limit)]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Raid on Friday", "raid"), ("Raid on Friday", "FRI"), ("Raid on Friday", "friday r"),
        ("Soirée crêpes", "soiree CREPES"), ("Soiree crepes", "Soirée crêpes"), ("Ångström", "angstrom"),
        ("Soire\u0301e", "soirée"), ("Встреча в парке", "ВСТРЕЧА"), ("Quiz #12 (finale)", "quiz-12"),
        ("AND OR NOT NEAR", "near"), ("Call of C'thulhu", "c'thulhu"), ("x" * 200, "x" * 200),
    ],
)  # fmt: skip
def test_word_is_found_in_any_case_without_its_accents_and_by_its_beginning(title: str, typed: str) -> None:
    stored(title)
    assert found(typed) == [EVENT]


@pytest.mark.parametrize("typed", ["aid", "raid saturday", "", "  ", "*", '"', "?!", "\u0301", "raid NOT friday"])
def test_text_without_its_words_is_not_found(typed: str) -> None:
    stored("Raid on Friday")
    assert found(typed) == []


def test_best_comes_first_then_newest_and_not_more_than_asked_for() -> None:
    stored("Picnic", "There may be a raid, if the weather is bad and everybody is bored.", message_id=1)
    stored("Raid", message_id=2, minute=1)
    stored("Raid", message_id=3, minute=2)
    for other in range(4, 12):
        stored("Something else", message_id=other)
    assert found("raid") == [3, 2, 1]
    assert found("raid", limit=2) == [3, 2]


def test_other_guilds_are_not_searched_and_every_state_is() -> None:
    watch(1, OTHER_GUILD, "Raid there")
    stored("Raid here")
    events.set_state(GUILD, EVENT, EventState.COMPLETED, "over", NOW)
    assert found("raid") == [EVENT]
    [event] = search_events(GUILD, "raid", 5)
    assert event.state is EventState.COMPLETED


def test_edited_text_is_found_by_what_it_says_now() -> None:
    stored("Raid night", "Bring snacks.")
    events.set_text(GUILD, EVENT, "Quiz night", None, NOW)
    assert (found("raid"), found("snacks"), found("quiz")) == ([], [], [EVENT])


def test_words_are_each_taken_once_and_so_many() -> None:
    assert search_words("Raid, raid: “night” -- 1") == ("Raid", "raid", "night", "1")
    assert len(search_words(" ".join(map(str, range(99))))) == MOST_WORDS


@pytest.mark.parametrize("kind", NASTIES)
def test_nasty_text_is_searched_for_and_nothing_else(kind: str) -> None:
    stored("Harmless")
    assert found(NASTIES[kind]) == []


@FEW
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(['"', "*", "NEAR(", "AND", "title:", "^", "{", "-", "a"])).map(" ".join)
)
@example('"' * 4000)
@example("a" * 4000)
@example("a " * 2000)
@example("title : a")
@example("NEAR(a b, 2)")
@example("a\x00b")
@example("\ud800")
def test_any_text_is_words_to_look_for_and_never_syntax(handle: DatabaseHandle, text: str) -> None:
    assert found(text) == []
    for word in search_words(text):
        assert {unicodedata.category(char)[0] for char in word} <= set("LNM")


@FEW
@given(
    st.text(st.characters(categories=("L", "N", "P", "Z"), max_codepoint=KNOWN_LETTERS), min_size=1, max_size=40),
    st.data(),
)
def test_text_is_found_by_the_beginning_of_each_of_its_words(
    handle: DatabaseHandle, text: str, data: st.DataObject
) -> None:
    words = search_words(text)
    if not words:
        return
    with handle.database.atomic() as transaction:
        stored(text)
        typed = [word[: data.draw(st.integers(1, len(word)))] for word in words]
        assert found(" ".join(typed)) == [EVENT]
        transaction.rollback()
