"""What one person has answered, over all events of a guild."""

from models.database_models import Event, Reaction
from models.records import EventState
from models.shown_records import PersonAnswer
from persistence.statements import rows_of


def list_answers_of(guild_id: int, user_id: int, limit: int) -> list[PersonAnswer]:
    """Return a person's answers to a guild's events, whatever their state, the newest event first."""
    columns = (Event.message_id, Event.channel_id, Event.title, Reaction.emoji, Reaction.reacted_at)
    theirs = Event.select(*columns).join(Reaction).where(Event.guild == guild_id, Reaction.user_id == user_id)
    newest_first = theirs.order_by(Event.created_at.desc(), Event.message_id.desc())
    return [PersonAnswer(guild_id, *row) for row in rows_of(newest_first.limit(limit))]


def running_answers(guild_id: int, user_id: int) -> dict[int, str]:
    """Return what a person has answered to the active events of a guild, by event."""
    theirs = Event.select(Event.message_id, Reaction.emoji).join(Reaction).where(Reaction.user_id == user_id)
    return dict(rows_of(theirs.where(Event.guild == guild_id, Event.state == EventState.ACTIVE)))
