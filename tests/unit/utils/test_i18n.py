"""Marks on texts: they pass through until there is a catalogue."""

import pytest

from utils.i18n import _, ngettext


def test_text_passes_through() -> None:
    assert _("Reminders are paused.") == "Reminders are paused."


@pytest.mark.parametrize(("count", "expected"), [(0, "many"), (1, "one"), (2, "many")])
def test_number_chooses_the_form(count: int, expected: str) -> None:
    assert ngettext("one", "many", count) == expected
