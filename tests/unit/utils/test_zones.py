"""Time zones by what people type: what is suggested, what is read, what is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.errors import InvalidZoneError
from utils.zone_names import FIRST_SUGGESTED, FRENCH_COUNTRIES, OTHER_NAMES
from utils.zones import MOST_SUGGESTIONS, read_zone, utc_offset, zone_suggestions

WINTER, SUMMER = datetime(2026, 3, 4, 12, 0, tzinfo=UTC), datetime(2026, 7, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("paris", "Paris (Europe/Paris, UTC+1, 13:00)"),
        ("New Y", "New York (America/New_York, UTC-5, 07:00)"),
        ("bruxelles", "Bruxelles (Europe/Brussels, UTC+1, 13:00)"),
        ("Brussels", "Brussels (Europe/Brussels, UTC+1, 13:00)"),
        ("bru", "Brussels (Europe/Brussels, UTC+1, 13:00)"),
        ("GENEVE", "Genève (Europe/Zurich, UTC+1, 13:00)"),
        ("belgi", "Belgium: Brussels (Europe/Brussels, UTC+1, 13:00)"),
        ("Belgique", "Belgique: Brussels (Europe/Brussels, UTC+1, 13:00)"),
        ("etats unis", "États-Unis: Chicago (America/Chicago, UTC-6, 06:00)"),
        ("cet", "CET (Europe/Paris, UTC+1, 13:00)"),
        ("est", "EST (America/New_York, UTC-5, 07:00)"),
        ("utc", "UTC (12:00)"),
        ("europe/pa", "Paris (Europe/Paris, UTC+1, 13:00)"),
        ("kolk", "Kolkata (Asia/Kolkata, UTC+5:30, 17:30)"),
        ("st joh", "St Johns (America/St_Johns, UTC-3:30, 08:30)"),
        ("york", "New York (America/New_York, UTC-5, 07:00)"),
    ],
)
def test_best_suggestion_shows_name_zone_offset_and_time(text: str, label: str) -> None:
    assert zone_suggestions(text, WINTER)[0].label == label


def test_offset_is_that_of_the_moment() -> None:
    assert zone_suggestions("paris", SUMMER)[0].label == "Paris (Europe/Paris, UTC+2, 14:00)"


def test_nothing_typed_suggests_well_known_zones() -> None:
    assert [found.key for found in zone_suggestions("  ", WINTER)] == list(FIRST_SUGGESTED)
    assert len(FIRST_SUGGESTED) <= MOST_SUGGESTIONS


@pytest.mark.parametrize("text", ["zzz", "/", "☃", "Europe/Nowhere"])
def test_what_no_zone_goes_by_suggests_nothing_or_is_refused(text: str) -> None:
    with pytest.raises(InvalidZoneError, match=r"\.$"):
        read_zone(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("america/new york", "America/New_York"),
        ("America/Montreal", "America/Montreal"),
        ("Bruxel", "Europe/Brussels"),
        ("France", "Europe/Paris"),
        ("Montréal", "America/Toronto"),
        ("UTC", "UTC"),
        ("gmt", "UTC"),
    ],
)
def test_zone_is_read_by_whatever_only_it_goes_by(text: str, key: str) -> None:
    assert read_zone(text) == ZoneInfo(key)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No time zone"),
        ("Atlantis", "No time zone"),
        ("../../etc/passwd", "No time zone"),
        ("Europe/Paris\x00", "No time zone"),
        ("Europe", "Several"),
        ("Canada", "Several"),
        ("a", "Several"),
    ],
)
def test_what_is_no_zone_or_several_is_refused_with_the_next_step(text: str, says: str) -> None:
    with pytest.raises(InvalidZoneError, match=f"{says}.* suggestion"):
        read_zone(text)


def test_every_zone_with_names_of_its_own_is_known_and_every_name_is_read() -> None:
    assert [key for key in (*OTHER_NAMES, *FIRST_SUGGESTED) if read_zone(key).key != key] == []
    names = [(name, key) for key, names in OTHER_NAMES.items() for name in names.split(", ")]
    wrong = [name for name, key in names if zone_suggestions(name, WINTER)[0].key != key]
    assert wrong == []


def test_every_country_with_a_french_name_has_zones() -> None:
    names = [name for names in FRENCH_COUNTRIES.values() for name in names.split(", ")]
    assert [name for name in names if not zone_suggestions(name, WINTER)[0].label.startswith(f"{name}: ")] == []


@pytest.mark.parametrize(
    ("key", "expected"), [("UTC", "UTC"), ("Asia/Kathmandu", "UTC+5:45"), ("Pacific/Marquesas", "UTC-9:30")]
)
def test_offset_is_written_with_minutes_where_there_are_some(key: str, expected: str) -> None:
    assert utc_offset(ZoneInfo(key), WINTER) == expected


# Each suggestion reads a file the first time; the first example reads the list of all zones.
@settings(max_examples=40)
@given(st.text(max_size=120) | st.text("aeinorst /-_", max_size=6))
def test_any_text_has_few_short_suggestions_that_are_read(text: str) -> None:
    found = zone_suggestions(text, WINTER)
    assert len(found) <= MOST_SUGGESTIONS
    assert len({suggestion.key for suggestion in found}) == len(found)
    for suggestion in found:
        assert len(suggestion.label) <= 100
        assert read_zone(suggestion.key).key == suggestion.key
