"""What most bots do: a peewee statement for each row, on the event loop, a commit for each reaction."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from models.database_models import Reaction, User
from models.records import ReactionSignal
from persistence.database import open_database


@contextmanager
def opened(path: Path) -> Iterator[Callable[[ReactionSignal], Awaitable[None]]]:
    """Give a coroutine that stores one answer with its person, durable when it returns."""
    handle = open_database(path)
    handle.connect()

    async def record(signal: ReactionSignal) -> None:
        # One commit for both rows is what a careful bot does; two would be slower still.
        with handle.database.atomic():
            _store(signal)

    try:
        yield record
    finally:
        handle.database.close()
        handle.close()


def _store(signal: ReactionSignal) -> None:
    if signal.person is not None:
        User.insert(
            guild=signal.guild_id, user_id=signal.user_id, username=signal.person.name, last_seen=signal.at
        ).on_conflict(conflict_target=[User.guild, User.user_id], preserve=[User.username, User.last_seen]).execute()
    Reaction.insert(
        event=signal.message_id, user_id=signal.user_id, emoji=signal.emoji, held=[signal.emoji], reacted_at=signal.at
    ).on_conflict(
        conflict_target=[Reaction.event, Reaction.user_id],
        preserve=[Reaction.emoji, Reaction.held, Reaction.reacted_at],
    ).execute()
