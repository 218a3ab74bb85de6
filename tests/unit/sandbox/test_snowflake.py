"""Ids: they grow, they carry the time, and they are read strictly."""

import pytest

from reminder_bot.sandbox.snowflake import SnowflakeFactory, iso_timestamp, parse_snowflake, snowflake_seconds


def test_snowflakes_made_in_one_moment_grow() -> None:
    factory = SnowflakeFactory(lambda: 1_700_000_000.0)
    made = [factory.make() for _ in range(5000)]
    assert made == sorted(set(made))


def test_snowflakes_grow_when_the_clock_steps_back() -> None:
    times = iter([1_700_000_100.0, 1_700_000_000.0])
    factory = SnowflakeFactory(lambda: next(times))
    assert factory.make() < factory.make()


def test_a_snowflake_tells_the_moment_it_was_made() -> None:
    assert snowflake_seconds(SnowflakeFactory(lambda: 1_700_000_000.125).make()) == 1_700_000_000.125


def test_discords_own_example_is_read_as_its_documentation_says() -> None:
    assert iso_timestamp(snowflake_seconds(175928847299117063)) == "2016-04-30T11:18:25.796000+00:00"


@pytest.mark.parametrize("text", ["", "abc", "-1", "0", "1.5", "²", str(2**64), None, True, 1.0])
def test_what_is_no_snowflake_is_refused(text: object) -> None:
    assert parse_snowflake(text) is None


@pytest.mark.parametrize("text", ["1", 17, str(2**64 - 1)])
def test_snowflakes_are_read_from_text_and_numbers(text: object) -> None:
    assert parse_snowflake(text) == int(str(text))
