"""The figures as cards: a table for a phone, what is left out of it, and the picture in words."""

from datetime import date, timedelta

import pytest

from persistence.analytics import Analytics, EventFigures, GuildFigures, ResponseTimes, WeekFigures
from reminder_bot.interactions.figure_cards import figure_cards, picture_words
from tests.nasties import NASTIES

TIMES = ResponseTimes(3, timedelta(minutes=125), timedelta(days=1, hours=2, minutes=5))
NOBODY = ResponseTimes(0, None, None)
PHONE = 40
"""Characters of a code block that a phone shows without breaking the line."""


def figures(*events: EventFigures, times: ResponseTimes = TIMES) -> Analytics:
    total = sum(event.answers for event in events)
    guild = GuildFigures(1, "Raiders", len(events), total, 1, 5, times)
    weeks = (WeekFigures(date(2026, 2, 23), 0, 0, 0), WeekFigures(date(2026, 3, 2), 3, 1, 5))
    return Analytics((guild,), weeks, events)


def event(title: str = "Raid", event_id: int = 7, answers: int = 4, times: ResponseTimes = TIMES) -> EventFigures:
    return EventFigures(event_id, 1, title, answers, 1, 5, times)


def test_table_has_a_line_for_each_event_and_says_what_is_left_out() -> None:
    [card] = figure_cards(figures(event(), event("Quiet", 8, 0, NOBODY)), {7: (3, 12)})
    assert card.description is not None
    assert card.description.splitlines() == [
        "2 events, 4 answers, 1 reminder with 5 pings.",
        "Half of the answers came within 2h5m, nine in ten within 1d2h.",
        "Not in these times: 1 answer, given before the event was watched or at a time that nobody knows.",
        "```",
        "Event          Answers   %   Half   90 %",
        "Raid              3/12  25   2h5m   1d2h",
        "Quiet                0          –      –",
        "```",
    ]


def test_events_nobody_has_answered_have_no_times() -> None:
    [card] = figure_cards(figures(event(answers=0, times=NOBODY), times=NOBODY), {7: (0, 0)})
    assert card.description is not None
    assert card.description.splitlines()[0:2] == ["1 event, 0 answers, 1 reminder with 5 pings.", "```"]
    assert "0/0" in card.description


@pytest.mark.parametrize("kind", NASTIES)
def test_nasty_title_stays_in_its_cell(kind: str) -> None:
    [card] = figure_cards(figures(event(NASTIES[kind])), {7: (99_999, 99_999)})
    assert card.description is not None
    assert card.description.count("```") == 2
    row = card.description.splitlines()[5]
    assert row.endswith("2h5m   1d2h")
    assert len(row) <= PHONE + len("99999/99999") - len("Answers")


def test_table_is_cut_into_pages_each_a_table_of_its_own() -> None:
    cards = figure_cards(figures(*(event(f"Raid {number}", number) for number in range(11))), {})
    assert [card.footer.text for card in cards] == ["Page 1 of 2", "Page 2 of 2"]
    assert all(card.description is not None and card.description.count("```") == 2 for card in cards)


@pytest.mark.parametrize(
    ("duration", "shown"),
    [(0.2, "1s"), (59, "59s"), (60, "1m"), (3600, "1h"), (3661, "1h1m"), (86400 + 61, "1d"), (90061, "1d1h")],
)
def test_duration_is_told_by_its_two_largest_units(duration: float, shown: str) -> None:
    times = ResponseTimes(1, timedelta(seconds=duration), timedelta(seconds=duration))
    [card] = figure_cards(figures(event(times=times)), {})
    assert card.description is not None
    assert card.description.splitlines()[5].split()[-2:] == [shown, shown]


def test_picture_is_told_in_words() -> None:
    assert picture_words(figures(event())) == (
        "Lines over 2 weeks from 2026-02-23: 3 answers, at most 3 in a week; 1 reminder; 5 pings."
    )
