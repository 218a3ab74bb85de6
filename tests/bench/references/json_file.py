"""How the bot began: all answers in one JSON file, written anew, and to the disk, for each reaction."""

import json
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from models.records import ReactionSignal


def recorder(path: Path, stored: Sequence[ReactionSignal]) -> Callable[[ReactionSignal], Awaitable[None]]:
    """Return a coroutine that stores one answer beside those that are there."""
    events: dict[str, dict[str, str | None]] = {}
    for signal in stored:
        events.setdefault(str(signal.message_id), {})[str(signal.user_id)] = signal.emoji
    beside = path.with_suffix(".new")

    async def record(signal: ReactionSignal) -> None:
        events.setdefault(str(signal.message_id), {})[str(signal.user_id)] = signal.emoji
        with beside.open("w", encoding="utf-8") as file:
            json.dump(events, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    return record
