"""Quiet hours as people type them: read in either language, or refused with what to write."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.quiet_hours import QuietHours
from reminder_bot.interactions.quiet_text import quiet_text, read_quiet_hours
from utils.errors import UserError

MINUTES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-07:00", "22:00-07:00"),
        (" 22:00 – 7:00 ", "22:00-07:00"),
        ("22-7", "22:00-07:00"),
        ("22h à 7h", "22:00-07:00"),
        ("de 22 h 30 à 7 h", "22:30-07:00"),
        ("entre 22h et 7h", "22:00-07:00"),
        ("10pm to 7am", "22:00-07:00"),
        ("from 10.30 p.m. until 7 a.m.", "22:30-07:00"),
        ("12am-12pm", "00:00-12:00"),
        ("midnight to 8", "00:00-08:00"),
        ("22h jusqu’à minuit", "22:00-00:00"),
        ("20:00-24:00", "20:00-00:00"),
        ("midi-14h", "12:00-14:00"),
    ],
)
def test_two_times_of_day_are_read(text: str, hours: str) -> None:
    assert read_quiet_hours(text).text == hours


@pytest.mark.parametrize(
    "text", ["", "night", "22:00", "22:00-", "25-7", "22:60-7", "24:30-7", "13pm-7", "0am-7", "1-2-3"]
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UserError, match="like 22:00-07:00"):
        read_quiet_hours(text)


@pytest.mark.parametrize("text", ["22-22", "0-24", "midnight to 12am"])
def test_hours_without_a_length_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="must end at another time"):
        read_quiet_hours(text)


@given(st.tuples(MINUTES, MINUTES).filter(lambda both: both[0] != both[1]))
def test_what_is_shown_and_what_is_stored_are_read_back(both: tuple[time, time]) -> None:
    hours = QuietHours(*both)
    assert read_quiet_hours(quiet_text(hours)) == read_quiet_hours(hours.text) == hours


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_quiet_hours(text)
    except UserError:
        return
