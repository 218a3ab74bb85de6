"""Events found by the words of their titles and descriptions."""

import unicodedata

from models.database_models import Event
from models.event_text import EventText
from models.records import TrackedEvent
from persistence.events import record_columns
from persistence.statements import rows_of

MOST_WORDS = 16
"""How many different words are searched for; what is typed after them is not looked at."""

TITLE_WEIGHT, DESCRIPTION_WEIGHT = 10.0, 1.0


def search_events(guild_id: int, text: str, limit: int) -> list[TrackedEvent]:
    """Return a guild's events, in any state, that have each typed word at the beginning of one of theirs.

    The best match comes first: rare words count for more, and a title for more than a description; equally good ones
    newest first. Nothing is found where nothing was typed.
    """
    words = search_words(text)
    if not words:
        return []
    # A word in quotes is never FTS5's syntax, and has no quote in it; the star outside them makes it a prefix.
    wanted = " ".join(f'"{word}"*' for word in words)
    query = Event.select(*record_columns()).join(EventText, on=(EventText.rowid == Event.message_id))
    found = query.where(EventText.match(wanted), Event.guild == guild_id)
    best_first = found.order_by(
        EventText.bm25(TITLE_WEIGHT, DESCRIPTION_WEIGHT), Event.created_at.desc(), Event.message_id.desc()
    )
    return [TrackedEvent(*row) for row in rows_of(best_first.limit(limit))]


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a typed text, each once, at most `MOST_WORDS`: runs of letters, digits and their marks."""
    spaced = "".join(char if _is_of_word(char) else " " for char in text)
    # A mark alone is a word to nobody, and FTS5 would look for an empty one.
    words = (word for word in spaced.split() if any(unicodedata.category(char)[0] in "LN" for char in word))
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def _is_of_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"
