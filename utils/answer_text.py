"""An event's answers, in words for people: the emoji, and what the organiser calls it."""

from collections.abc import Callable, Iterable, Mapping

from models.event_options import EventOptions
from models.records import TrackedEvent
from utils.formatting import escape_text, number

BETWEEN = " · "
MORE = "…"


def answer_name(options: EventOptions, emoji: str) -> str:
    """Return an answer as people know it: ``✅ Coming``, or ``✅`` where it has no name."""
    label = options.label_of(emoji)
    return emoji if label is None else f"{emoji} {escape_text(label)}"


def answer_counts(event: TrackedEvent, counts: Mapping[str, int], limit: int) -> str:
    """Return how many gave each answer, in the event's order: ``✅ Coming 3 · ❌ 1``.

    Where that is longer than ``limit``, without the names; and where it still is, as many as fit.
    """
    named = _counted(event.required_reactions, counts, lambda emoji: answer_name(event.options, emoji))
    if len(BETWEEN.join(named)) <= limit:
        return BETWEEN.join(named)
    plain = _counted(event.required_reactions, counts, str)
    while len(BETWEEN.join(plain)) > limit:
        # Whole answers: an emoji that is cut in two shows its code.
        plain = [*plain[:-2], MORE]
    return BETWEEN.join(plain)


def _counted(answers: Iterable[str], counts: Mapping[str, int], name: Callable[[str], str]) -> list[str]:
    return [f"{name(emoji)} {number(counts.get(emoji, 0))}" for emoji in answers]
