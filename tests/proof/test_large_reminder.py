"""A reminder that takes several messages, at Discord's real limits."""

from pathlib import Path

from tests.bench.rate import time_large_reminder


async def test_five_hundred_people_are_pinged_once_each_and_no_faster_than_the_channel_allows(tmp_path: Path) -> None:
    messages, seconds, pinged = await time_large_reminder(tmp_path, 500)
    assert (messages, pinged) == (7, 500)
    # Five messages at once, the others when five seconds are over.
    assert 5 <= seconds < 10
