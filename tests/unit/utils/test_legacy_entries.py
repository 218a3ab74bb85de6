"""Single entries and their values: what is read, what is reported, what rejects the entry."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.legacy_files import BEN, CHANNEL, CHLOE, EVENT, GUILD, raw
from utils.legacy.entries import EntryReader, variant_of
from utils.legacy.moments import MomentReader
from utils.legacy.records import EntryRejectedError, LegacyEntry, Variant

DEFAULT = ("👍", "👎")


def read(entry: object, key: str = str(EVENT), zone: str = "UTC") -> tuple[LegacyEntry, dict[str, str]]:
    reported: dict[str, str] = {}
    reader = EntryReader(MomentReader(ZoneInfo(zone)), 5.0, 40320.0, DEFAULT)
    return reader.read(key, entry, Variant.V2, reported.__setitem__), reported


def test_whole_entry_is_read_without_a_word() -> None:
    entry, reported = read(raw())
    assert reported == {}
    assert entry == LegacyEntry(
        key=str(EVENT),
        variant=Variant.V2,
        field_count=11,
        message_id=EVENT,
        channel_id=CHANNEL,
        guild_id=GUILD,
        title="SESSION CE SOIR 23H30",
        interval_minutes=60,
        required_reactions=("✅", "❌", "❓"),
        is_paused=False,
        last_reminder="2025-08-24 20:17:48.950+00:00",
        created_at="2025-08-23 18:28:53.879+00:00",
        answered=(CHLOE,),
        asked=tuple(sorted((799186474489610250, CHLOE, BEN))),
    )


def test_ids_may_be_strings() -> None:
    entry, reported = read(raw(str(EVENT), channel_id=str(CHANNEL), users_who_reacted=[str(BEN), CHLOE, str(CHLOE)]))
    assert (entry.message_id, entry.channel_id, entry.answered) == (EVENT, CHANNEL, (BEN, CHLOE))
    assert reported == {}


def test_missing_message_id_is_the_key() -> None:
    assert read(raw(message_id=...))[0].message_id == EVENT


@pytest.mark.parametrize(
    ("entry", "key", "reason"),
    [
        ([], str(EVENT), "[] is no event"),
        (raw(), "17", f"message_id {EVENT} contradicts the key '17'"),
        (raw(), "first", f"message_id {EVENT} contradicts the key 'first'"),
        (raw(message_id=None), "first", "the key 'first' is no Discord id"),
        (raw(message_id=True), "1", "message_id True is no Discord id"),
        (raw(message_id=2**63), str(2**63), f"message_id {2**63} is no Discord id"),
        (raw(channel_id=...), str(EVENT), "channel_id is missing"),
        (raw(channel_id="general"), str(EVENT), "channel_id 'general' is no Discord id"),
        (raw(channel_id=Decimal("1.5")), str(EVENT), "channel_id 1.5 is no Discord id"),
        (raw(channel_id=-1), str(EVENT), "channel_id -1 is no Discord id"),
    ],
)
def test_entry_that_cannot_be_placed_is_rejected(entry: object, key: str, reason: str) -> None:
    with pytest.raises(EntryRejectedError) as caught:
        read(entry, key)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("interval_minutes", Decimal("0.5"), "interval_minutes", 5.0),
        ("interval_minutes", 0, "interval_minutes", 5.0),
        ("interval_minutes", 10**400, "interval_minutes", 40320.0),
        ("interval_minutes", "soon", "interval_minutes", None),
        ("interval_minutes", True, "interval_minutes", None),
        ("title", None, "title", ""),
        ("title", 5, "title", ""),
        ("title", "x" * 201, "title", "x" * 199 + "…"),
        ("is_paused", "maybe", "is_paused", True),
        ("required_reactions", [], "required_reactions", DEFAULT),
        ("required_reactions", "✅", "required_reactions", DEFAULT),
        ("required_reactions", ["yes", "✅", 5, "✅"], "required_reactions", ("✅",)),
        ("required_reactions", ["<:in:123>", "❤️", "❤"], "required_reactions", ("<:in:123>", "❤️")),
        ("users_who_reacted", [BEN, "x", None, True, BEN, 1.5, []], "answered", (BEN,)),
        ("users_who_reacted", {"a": 1}, "answered", ()),
        ("all_users", [2**70], "asked", ()),
        ("last_reminder", "yesterday", "last_reminder", None),
        ("last_reminder", 1755000000, "last_reminder", None),
        ("created_at", "", "created_at", "2025-08-23 15:37:03.987+00:00"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_field_that_is_read_otherwise_than_it_stands_is_reported(
    field: str, value: Any, attribute: str, expected: object
) -> None:
    entry, reported = read(raw(**{field: value}))
    assert getattr(entry, attribute) == expected
    assert reported.keys() == {field}


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("guild_id", 0, "guild_id", None),
        ("guild_id", "0", "guild_id", None),
        ("guild_id", None, "guild_id", None),
        ("interval_minutes", Decimal("7.5"), "interval_minutes", 7.5),
        ("interval_minutes", "60", "interval_minutes", 60.0),
        ("is_paused", 1, "is_paused", True),
        ("is_paused", "false", "is_paused", False),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_other_spelling_of_a_value_is_read_without_a_word(
    field: str, value: Any, attribute: str, expected: object
) -> None:
    entry, reported = read(raw(**{field: value}))
    assert getattr(entry, attribute) == expected
    assert reported == {}


def test_guild_that_is_none_is_reported_and_missing() -> None:
    entry, reported = read(raw(guild_id="home"))
    assert entry.guild_id is None
    assert reported.keys() == {"guild_id"}


def test_fields_that_state_nothing_do_not_count() -> None:
    assert read(raw(guild_id=0, interval_minutes=None, created_at=..., is_paused=False))[0].field_count == 8


@pytest.mark.parametrize(
    ("text", "zone", "expected", "is_reported"),
    [
        ("2025-08-23T05:00:00", "UTC", "2025-08-23 05:00:00.000+00:00", False),
        ("2025-08-23T05:00:00", "Europe/Paris", "2025-08-23 03:00:00.000+00:00", False),
        ("2025-08-23T05:00:00.123987", "UTC", "2025-08-23 05:00:00.123+00:00", False),
        ("2025-08-23T05:00:00Z", "Europe/Paris", "2025-08-23 05:00:00.000+00:00", False),
        ("2025-08-23 05:00:00+02:00", "UTC", "2025-08-23 03:00:00.000+00:00", False),
        ("2025-03-30T02:30:00", "Europe/Paris", "2025-03-30 01:30:00.000+00:00", True),
        ("2025-10-26T02:30:00", "Europe/Paris", "2025-10-26 00:30:00.000+00:00", True),
        ("0001-01-01T00:00:00", "Europe/Paris", None, True),
        ("2025-08-23", "UTC", None, True),
        ("2025-02-30T00:00:00", "UTC", None, True),
    ],
)
def test_time_is_read_in_the_zone_and_what_the_clocks_did_twice_or_not_at_all_is_reported(
    text: str, zone: str, expected: str | None, is_reported: bool
) -> None:
    entry, reported = read(raw(last_reminder=text), zone=zone)
    assert entry.last_reminder == expected
    assert bool(reported) == is_reported


@pytest.mark.parametrize(
    ("entry", "of_file", "variant"),
    [
        (raw(interval_minutes=..., is_paused=..., created_at=...), Variant.V2, Variant.V0),
        (raw(interval_minutes=..., is_paused=..., created_at=...), Variant.V3, Variant.V3),
        (raw(interval_minutes=...), Variant.V1, Variant.V1),
        ([], Variant.V2, Variant.V2),
    ],
)
def test_variant_is_that_of_the_file_unless_the_fields_are_older(
    entry: object, of_file: Variant, variant: Variant
) -> None:
    assert variant_of(entry, of_file) is variant
