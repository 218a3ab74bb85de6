"""What people chose, in words: each reason has its own line, and no line says nobody."""

from models.person_facts import NotAsked, Pause
from utils.choice_text import choice_lines
from utils.i18n import speaking


def test_nobody_has_no_line() -> None:
    assert choice_lines({}, {}) == []


def test_who_is_not_asked_is_told_from_who_is_missing_and_not_pinged() -> None:
    assert choice_lines({NotAsked.OPTED_OUT: 2}, {Pause.QUIET: 1, Pause.DIRECT: 3}) == [
        "Not asked, not missing: 2 people who want no such reminders",
        "Missing, not pinged now: 1 person until the end of quiet hours",
        "Missing, not pinged now: 3 people who get a direct message",
    ]


def test_each_reason_reads_differently_in_both_languages() -> None:
    for language in ("en", "fr"):
        with speaking(language):
            lines = choice_lines(dict.fromkeys(NotAsked, 2), dict.fromkeys(Pause, 2))
        assert len(set(lines)) == len(NotAsked) + len(Pause)
