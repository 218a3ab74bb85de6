"""Exactly how many requests the bot makes: one more on any occasion is a decision, not an accident."""

import asyncio
from pathlib import Path

from tests.bench.clients import BOT, NAIVE_BOT
from tests.bench.request_counts import BATCHES, count_at_work


async def test_bot_asks_discord_for_exactly_this_and_never_for_more_than_a_naive_one(tmp_path: Path) -> None:
    folders = tmp_path / "bot", tmp_path / "naive"
    for folder in folders:
        folder.mkdir()
    ours, theirs = await asyncio.gather(count_at_work(BOT, folders[0]), count_at_work(NAIVE_BOT, folders[1]))
    assert ours == {
        "first start": 4,
        "start, nobody has answered": 1,
        "start, 100 answers": 3,
        "start, 150 answers": 3,
        "reminder, nobody has answered": BATCHES[0],
        "reminder, 100 answers": BATCHES[1],
        "reminder, 150 answers": BATCHES[2],
        "reaction, and its withdrawal": 0,
        "/watch": 7,
    }
    assert [occasion for occasion, count in theirs.items() if ours[occasion] > count] == []
