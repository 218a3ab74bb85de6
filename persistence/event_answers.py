"""Which answers an event offers, changed together with the answers that people have given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from models.database_models import Event
from models.event_options import OfferedAnswer, choices_of
from models.records import EventState, TrackedEvent
from persistence import audit, events, plans, reactions


def set_answers(
    guild_id: int, message_id: int, answers: Sequence[OfferedAnswer], now: datetime, actor_id: int | None = None
) -> tuple[TrackedEvent, TrackedEvent] | None:
    """Change which answers an event offers and what they mean; return it before and after, None when it is over.

    Who holds an answer that goes answers as if they had taken it away: with the one they added last of those that
    stay, or not at all. What is planned follows, for whom it is may be others now.
    """
    before = events.get_event(guild_id, message_id)
    if before is None or before.state not in (EventState.ACTIVE, EventState.BLOCKED):
        return None
    emoji = tuple(answer.emoji for answer in answers)
    options = replace(before.options, choices=choices_of(answers))
    changes = {Event.required_reactions: emoji, Event.options: options, Event.updated_at: now}
    Event.update(changes).where(Event.message_id == message_id).execute()
    gone = [each for each in before.required_reactions if each not in emoji]
    if gone:
        reactions.withdraw(guild_id, message_id, gone, now, now)
    after = replace(before, required_reactions=emoji, options=options)
    audit.record_event(before, after, now, actor_id)
    plans.replan(before, after, now)
    return before, after
