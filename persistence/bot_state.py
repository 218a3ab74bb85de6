"""What the bot remembers about itself between two runs."""

from datetime import datetime

from models.bot_state_model import BotState


def get_value(key: str) -> str | None:
    """Return what was last stored under a key."""
    row = BotState.select(BotState.value).where(BotState.key == key).tuples().first()
    return None if row is None else str(row[0])


def set_value(key: str, value: str, now: datetime) -> None:
    """Store a value under a key, in place of an earlier one."""
    BotState.insert(key=key, value=value, created_at=now, updated_at=now).on_conflict(
        conflict_target=[BotState.key], preserve=[BotState.value, BotState.updated_at]
    ).execute()


def delete_value(key: str) -> None:
    """Forget what is stored under a key, if anything."""
    BotState.delete().where(BotState.key == key).execute()
