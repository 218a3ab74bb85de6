"""What the store tests share: a moment, ids, and short ways to make records."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from models.records import Claim, NewEvent, Person, ReactionSignal, SignalKind
from models.schema_manager import SchemaManager
from persistence import events, reactions, reminder_log
from persistence.database import DatabaseHandle, DatabaseProfile, open_database

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
GUILD, OTHER_GUILD, CHANNEL, EVENT, ORGANISER = 10**18 + 1, 10**18 + 2, 10**18 + 3, 10**18 + 4, 10**18 + 5
YES, NO, MAYBE = "✅", "❌", "<:maybe:1234567890>"


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@cache
def _empty_database() -> bytes:
    """The file that a first start makes; made once, for it takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bot.db"
        handle = open_database(path, DatabaseProfile.FAST)
        SchemaManager(handle.database).initialize_database()
        handle.close()
        return path.read_bytes()


@contextmanager
def opened(path: Path) -> Iterator[DatabaseHandle]:
    """A database with its schema, connected in this thread."""
    if path.parent.exists() and not path.exists():
        path.write_bytes(_empty_database())
    handle = open_database(path, DatabaseProfile.FAST)
    try:
        handle.database.connect()
        SchemaManager(handle.database).initialize_database()
        yield handle
    finally:
        handle.database.close()
        handle.close()


def new_event(message_id: int = EVENT, guild_id: int = GUILD, title: str = "Raid night", due: float = 60) -> NewEvent:
    return NewEvent(
        message_id=message_id,
        channel_id=CHANNEL,
        guild_id=guild_id,
        title=title,
        description="Bring snacks.",
        interval_minutes=60.0,
        required_reactions=(YES, NO, MAYBE),
        created_by=ORGANISER,
        next_reminder_at=later(due),
    )


def watch(
    message_id: int = EVENT, guild_id: int = GUILD, title: str = "Raid night", due: float = 60, at: datetime = NOW
) -> None:
    events.watch_event(new_event(message_id, guild_id, title, due), at)


def signal(
    kind: SignalKind, user_id: int | None = None, emoji: str | None = None, minute: float = 0, guild_id: int = GUILD
) -> ReactionSignal:
    return ReactionSignal(kind, guild_id, EVENT, user_id, emoji, later(minute))


def add(user_id: int, emoji: str, minute: float = 0) -> ReactionSignal:
    return signal(SignalKind.ADD, user_id, emoji, minute)


def remove(user_id: int, emoji: str, minute: float = 0) -> ReactionSignal:
    return signal(SignalKind.REMOVE, user_id, emoji, minute)


def met(user_signal: ReactionSignal, name: str) -> ReactionSignal:
    assert user_signal.user_id is not None
    return replace(user_signal, person=Person(user_signal.user_id, name, is_bot=False))


def apply_signal(frame: ReactionSignal, now: datetime) -> bool:
    """Store one frame; return whether it changed anything."""
    return reactions.apply_signals([frame], now)[0]


def claimed(*batches: tuple[int, ...], due: float = 60) -> list[Claim]:
    """Claim the reminder that `watch` made due."""
    return reminder_log.claim(GUILD, EVENT, later(due), batches, later(due), due_only=True)
