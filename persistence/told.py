"""What organisers of a guild have been told already, so that neither a restart nor a repetition tells it again.

A topic is what it is about, such as ``place.<event>``; the text stored with it is what was said of it last.
"""

from datetime import datetime

from models.bot_state_model import BotState
from persistence import bot_state
from persistence.statements import rows_of


def note_told(topic: str, guild_id: int, text: str, now: datetime) -> bool:
    """Note that a guild is told this; False when that is what it was told last."""
    key = _key(topic, guild_id)
    if bot_state.get_value(key) == text:
        return False
    bot_state.set_value(key, text, now)
    return True


def get_told(topic: str, guild_id: int) -> str | None:
    """Return what a guild was told last of a topic; None when that was nothing, or is over."""
    return bot_state.get_value(_key(topic, guild_id))


def drop_told(topic: str, guild_id: int) -> bool:
    """Forget that a guild was told of a topic, because it is over; False when it was not."""
    return bool(BotState.delete().where(BotState.key == _key(topic, guild_id)).execute())


def drop_told_everywhere(topic: str) -> list[int]:
    """Forget a topic in all guilds; return those that had been told of it."""
    prefix = f"told.{topic}."
    # Between the dot and what comes after it in ASCII: a search of the key's index.
    among = (BotState.key >= prefix) & (BotState.key < f"told.{topic}/")
    found = [int(key.removeprefix(prefix)) for (key,) in rows_of(BotState.select(BotState.key).where(among))]
    BotState.delete().where(among).execute()
    return found


def _key(topic: str, guild_id: int) -> str:
    return f"told.{topic}.{guild_id}"
