"""A guild's choices: what they are without any, their form in JSON and back, and what is refused."""

import json
from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.event_options import AnswerChoice, AudienceRule, EventOptions, Meaning, Place
from models.guild_settings import SETTINGS, GuildSettings
from models.quiet_hours import QuietHours
from utils.errors import ValidationError

IDS = st.lists(st.integers(1, (1 << 63) - 1), max_size=5, unique=True).map(lambda ids: tuple(sorted(ids)))
MINUTES = st.integers(1, 366 * 24 * 60)
EMOJI = ("✅", "❌", "❓", "🍕", "⚔️", "<:maybe:1234567890>", "<a:no:1234567891>", "🇫🇷", "1️⃣", "👍🏽", "🎲")
LABELS = st.from_regex(r"(\w{1,12}( \w{1,12}){0,3})?", fullmatch=True)
ANSWERS = st.lists(st.sampled_from(EMOJI), min_size=2, max_size=10, unique=True).flatmap(
    lambda emoji: st.tuples(
        *(st.tuples(st.just(each), st.builds(AnswerChoice, st.sampled_from(Meaning), LABELS)) for each in emoji)
    )
)


@st.composite
def some_settings(draw: st.DrawFn) -> GuildSettings:
    """Any settings a guild can have."""
    place = draw(st.sampled_from(Place))
    return GuildSettings(
        zone=draw(st.sampled_from([None, "Europe/Paris", "America/Argentina/Buenos_Aires", "UTC"])),
        language=draw(st.sampled_from([None, "en", "fr"])),
        organiser_roles=draw(IDS),
        default_interval_minutes=draw(st.none() | MINUTES | st.just(1.5)),
        answers=draw(st.none() | ANSWERS),
        audience=draw(st.builds(AudienceRule, IDS, IDS, IDS, IDS)),
        place=place,
        place_channel_id=draw(st.integers(1, 1 << 60)) if place is Place.ELSEWHERE else None,
        deletes_older=draw(st.booleans()),
        delete_after_minutes=draw(st.none() | MINUTES),
        wants_tally=draw(st.booleans()),
        before_minutes=draw(
            st.lists(MINUTES, max_size=5, unique=True).map(lambda found: tuple(sorted(found, reverse=True)))
        ),
        quiet_hours=draw(st.sampled_from([None, "22:00-07:00", "00:00-23:59"])),
        is_silent=draw(st.booleans()),
        escalate_after=draw(st.none() | st.integers(1, 20)),
        log_channel_id=draw(st.none() | st.integers(1, 1 << 60)),
    )


@settings(max_examples=40)
@given(some_settings())
def test_settings_come_back_from_json_as_they_were(settings: GuildSettings) -> None:
    short, full = (json.loads(json.dumps(form)) for form in (settings.to_json(), settings.to_full_json()))
    assert GuildSettings.from_json(short) == GuildSettings.from_json(full) == settings
    assert GuildSettings.from_stored(short) == settings
    assert set(full) == set(SETTINGS)


@settings(max_examples=40)
@given(some_settings())
def test_options_of_a_new_event_can_be_stored(settings: GuildSettings) -> None:
    options = settings.event_options()
    assert EventOptions.from_json(json.loads(json.dumps(options.to_json()))) == options


def test_guild_that_has_chosen_nothing_stores_nothing_and_begins_events_as_nobody_chose() -> None:
    assert GuildSettings().to_json() == {}
    assert GuildSettings().event_options() == EventOptions()
    assert GuildSettings.from_json(dict.fromkeys(SETTINGS)) == GuildSettings()


def test_new_event_begins_with_what_the_guild_has_chosen() -> None:
    answers = (("🍕", AnswerChoice(Meaning.YES, "Hungry")), ("🥗", AnswerChoice(Meaning.NO, "")))
    settings = GuildSettings(answers=answers, place=Place.ELSEWHERE, place_channel_id=7, before_minutes=())
    options = settings.event_options()
    assert settings.emoji == ("🍕", "🥗")
    assert (options.meaning_of("🍕"), options.label_of("🍕"), options.before_minutes) == (Meaning.YES, "Hungry", ())
    assert (options.place, options.place_channel_id) == (Place.ELSEWHERE, 7)


def test_channel_that_is_not_used_or_not_named_is_not_handed_to_events() -> None:
    assert GuildSettings(place=Place.THREAD, place_channel_id=7).event_options().place_channel_id is None
    assert GuildSettings(place=Place.ELSEWHERE).event_options().place is Place.CHANNEL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zone", "Atlantis"),
        ("zone", 5),
        ("language", "tlh"),
        ("language", ["fr"]),
        ("organiser_roles", "1"),
        ("organiser_roles", [1]),
        ("organiser_roles", ["0"]),
        ("organiser_roles", [str(1 << 63)]),
        ("organiser_roles", [str(each + 1) for each in range(26)]),
        ("default_interval_minutes", 0),
        ("default_interval_minutes", True),
        ("default_interval_minutes", "60"),
        ("default_interval_minutes", float("nan")),
        ("default_interval_minutes", 10**400),
        ("answers", []),
        ("answers", {}),
        ("answers", [["✅", "yes", ""]]),
        ("answers", [["✅", "yes", ""], ["✅\ufe0f", "no", ""]]),
        ("answers", [["✅", "yes", ""], ["no", "no", ""]]),
        ("answers", [["✅", "yes", ""], ["❌", "never", ""]]),
        ("answers", [["✅", "yes", "x" * 81], ["❌", "no", ""]]),
        ("answers", [[each, "yes", ""] for each in EMOJI]),
        ("audience", {"roles": [5]}),
        ("audience", {"people": ["5"]}),
        ("audience", {"members": [str(each + 1) for each in range(26)]}),
        ("place", "nowhere"),
        ("place_channel_id", 5),
        ("place_channel_id", "x"),
        ("deletes_older", 1),
        ("delete_after_minutes", -1),
        ("delete_after_minutes", 1.5),
        ("wants_tally", "yes"),
        ("before_minutes", [1, 2, 3, 4, 5, 6]),
        ("before_minutes", 60),
        ("quiet_hours", "22:00"),
        ("quiet_hours", "22:00-22:00"),
        ("quiet_hours", "7:00-22:00"),
        ("quiet_hours", "22:00-24:00"),
        ("quiet_hours", 22),
        ("is_silent", 1),
        ("escalate_after", 0),
        ("escalate_after", 21),
        ("escalate_after", 2.0),
        ("escalate_after", True),
        ("log_channel_id", 5),
        ("log_channel_id", "0"),
        ("colour", "red"),
    ],
)
def test_value_that_a_setting_cannot_have_is_refused_by_the_settings_name(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        GuildSettings.from_json({"language": "fr", name: value})
    assert refused.value.field == name
    assert len(str(refused.value)) < 200


def test_quiet_hours_are_stored_in_one_form_and_read_as_hours() -> None:
    settings = GuildSettings.from_json({"quiet_hours": "T2200-07:00"})
    assert settings.quiet_hours == "22:00-07:00"
    assert settings.quiet == QuietHours(time(22), time(7))
    assert GuildSettings().quiet is None


def test_place_elsewhere_without_a_channel_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        GuildSettings.from_json({"place": "elsewhere"})
    assert refused.value.field == "place"


@pytest.mark.parametrize("value", [None, [], "x", 5])
def test_what_is_no_object_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        GuildSettings.from_json(value)


def test_store_of_a_newer_version_is_read_as_far_as_it_is_understood() -> None:
    stored = {"language": "fr", "place": "the moon", "colour": "red", "wants_tally": True}
    assert GuildSettings.from_stored(stored) == GuildSettings(language="fr", wants_tally=True)


def test_label_of_an_answer_is_one_line_without_what_hides_or_breaks_text() -> None:
    read = GuildSettings.from_json({"answers": [["✅", "yes", " Coming\n\u202efor\ud800 sure "], ["❌", "no", ""]]})
    assert read.answers is not None
    assert read.answers[0][1].label == "Coming for sure"
