"""What somebody answers, by the emoji they hold: the rules alone, without a database."""

from datetime import datetime

from models.records import Answer


def after_adding(before: Answer | None, user_id: int, emoji: str, at: datetime) -> Answer:
    """Return the answer of somebody who has added an emoji: that emoji."""
    if before is None:
        return Answer(user_id, emoji, (emoji,), at)
    if before.emoji == emoji == before.held[-1]:
        return before
    return Answer(user_id, emoji, (*_without(before.held, emoji), emoji), at)


def after_removing(before: Answer | None, emoji: str, at: datetime) -> Answer | None:
    """Return the answer of somebody who has taken an emoji away; None when they hold no other.

    Who takes away their answer while holding others answers, from that moment on, with the one they added last.
    """
    if before is None or emoji not in before.held:
        return before
    left = _without(before.held, emoji)
    if not left:
        return None
    if before.emoji in left:
        return Answer(before.user_id, before.emoji, left, before.reacted_at)
    return Answer(before.user_id, left[-1], left, at)


def after_reading(before: Answer | None, user_id: int, held: frozenset[str], order: tuple[str, ...]) -> Answer | None:
    """Return the answer of somebody who was found to hold these emoji, of which those in the event's order count."""
    in_order = tuple(emoji for emoji in order if emoji in held)
    if not in_order:
        return None
    if before is None:
        return Answer(user_id, in_order[0], in_order, None)
    kept = tuple(emoji for emoji in before.held if emoji in in_order)
    merged = (*kept, *(emoji for emoji in in_order if emoji not in kept))
    if before.emoji in merged:
        return Answer(user_id, before.emoji, merged, before.reacted_at)
    return Answer(user_id, in_order[0], merged, None)


def _without(held: tuple[str, ...], emoji: str) -> tuple[str, ...]:
    return tuple(other for other in held if other != emoji)
