"""How values are kept and what is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fields import EmojiListField, EnumField, JsonObjectField, SnowflakeField, UtcDateTimeField
from models.records import EventState
from utils.errors import ValidationError

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# A day or more from the ends of the calendar, so that every zone stays inside it.
moments = st.datetimes(NAIVE.replace(year=2), NAIVE.replace(year=9999), timezones=zones)


@given(st.integers(1, 2**63 - 1))
def test_snowflake_any_64_bit_id_survives_database_and_json(snowflake: int) -> None:
    field = SnowflakeField()
    assert field.python_value(field.db_value(snowflake)) == snowflake
    assert field.from_json(json.loads(json.dumps(field.to_json(snowflake)))) == snowflake
    assert field.db_value(str(snowflake)) == snowflake


@pytest.mark.parametrize("value", [0, -1, 2**63, True, 1.0, "", "-5", "1.0", " 1", "٣", "abc", b"1"], ids=repr)
def test_snowflake_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        SnowflakeField().db_value(value)


def test_snowflake_json_number_is_refused_for_it_may_have_lost_digits() -> None:
    with pytest.raises(ValidationError):
        SnowflakeField().from_json(123)


@given(moments)
def test_moment_survives_to_the_millisecond_in_utc(moment: datetime) -> None:
    field = UtcDateTimeField()
    read = field.python_value(field.db_value(moment))
    assert read is not None
    assert read.tzinfo is UTC
    assert timedelta(0) <= moment - read < timedelta(milliseconds=1)
    assert field.from_json(field.to_json(moment)) == read


@given(moments, moments)
def test_moment_text_order_is_time_order(first: datetime, second: datetime) -> None:
    field = UtcDateTimeField()
    texts = [str(field.db_value(moment)) for moment in (first, second)]
    read = [field.python_value(text) for text in texts]
    assert (texts[0] < texts[1]) == (read[0] < read[1])  # type: ignore[operator]


@pytest.mark.parametrize("value", [NAIVE, "2026-01-01", 5])
def test_moment_naive_or_no_datetime_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        UtcDateTimeField().db_value(value)


@pytest.mark.parametrize("stored", ["yesterday", "2026-01-01 00:00:00", 17])
def test_moment_stored_text_that_does_not_parse_is_refused(stored: Any) -> None:
    with pytest.raises(ValidationError):
        UtcDateTimeField().python_value(stored)


@given(st.lists(st.text(min_size=1, max_size=64).filter(lambda text: text.isprintable()), unique=True))
def test_emoji_list_keeps_order_and_spelling(emojis: list[str]) -> None:
    field = EmojiListField()
    assert field.python_value(field.db_value(emojis)) == tuple(emojis)
    assert field.from_json(json.loads(json.dumps(field.to_json(tuple(emojis))))) == tuple(emojis)


@pytest.mark.parametrize("value", ["✅", ["✅", "✅"], [""], ["x" * 65], [1], {"✅"}], ids=repr)
def test_emoji_list_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        EmojiListField().db_value(value)


@pytest.mark.parametrize("stored", ["{", "{}", "[1]", 5])
def test_emoji_list_stored_text_that_is_none_is_refused(stored: Any) -> None:
    with pytest.raises(ValidationError):
        EmojiListField().python_value(stored)


def test_enum_is_kept_as_text_and_read_as_member() -> None:
    field = EnumField(EventState)
    assert field.db_value(EventState.BLOCKED) == field.db_value("blocked") == "blocked"
    assert field.python_value("blocked") is EventState.BLOCKED


def test_enum_unknown_value_is_refused_with_those_allowed() -> None:
    with pytest.raises(ValidationError, match="active, completed, archived, blocked"):
        EnumField(EventState).db_value("asleep")


@pytest.mark.parametrize("value", [[], "x", {"a": b""}, {"a": float("nan")}], ids=repr)
def test_json_object_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        JsonObjectField().db_value(value)


@pytest.mark.parametrize(
    "field",
    [SnowflakeField(), UtcDateTimeField(), EmojiListField(), JsonObjectField(), EnumField(EventState)],
    ids=lambda field: type(field).__name__,
)
def test_every_field_carries_none(field: Any) -> None:
    assert field.db_value(None) is None
    assert field.python_value(None) is None
    assert field.to_json(None) is None
    assert field.from_json(None) is None
