"""The rule about reminders that should have come, independent of the bot's log.

While somebody is missing and the bot is able to send, no more than an interval and a tolerance passes without one.
"""

from collections.abc import Iterator

from tests.chaos.facts import NEVER, Evidence, Finding, Interval

TOLERANCE_SECONDS = 3.0


def missing(evidence: Evidence) -> Iterator[Finding]:
    """Find spans in which a reminder had to come and did not."""
    for event_id, start, deadline, user_id in checks(evidence):
        posts = [post.at for post in evidence.posts if post.event_id == event_id]
        text = f"missing since {start:.3f} and able to be reminded, no reminder until {deadline:.3f} at the latest"
        if not any(start < at <= deadline for at in posts):
            yield Finding("missing", text, event_id, user_id, at=deadline)


def count_checks(evidence: Evidence) -> int:
    """Return in how many spans a reminder had to come: how much the rule has seen."""
    return sum(1 for _ in checks(evidence))


def checks(evidence: Evidence) -> Iterator[tuple[int, float, float, int]]:
    """Yield (event, start, deadline, person): between start and deadline there must be a reminder."""
    by_event: dict[int, list[Interval]] = {}
    for (event_id, _due), posts in evidence.groups().items():
        by_event.setdefault(event_id, []).append((posts[0].at, posts[-1].at))
    for event_id, event in evidence.events.items():
        reminders = sorted(by_event.get(event_id, []))
        bases = [event.watched_at, *(last for _first, last in reminders)]
        nexts = [*(first for first, _last in reminders), NEVER]
        spans = able_spans(evidence, event_id)
        for able in spans:
            for base, following in zip(bases, nexts, strict=True):
                if base < able[1] and following > able[0]:
                    fresh = max([base, *_regained(evidence, event_id, spans, able)])
                    found = _first_deadline(evidence, event_id, fresh, able)
                    if found is not None and found[1] <= able[1]:
                        yield event_id, *found


def _regained(evidence: Evidence, event_id: int, spans: list[Interval], able: Interval) -> Iterator[float]:
    """Yield when the bot began a whole interval, because it learned that a permission was back."""
    for _start, end in evidence.forbidden.get(event_id, []):
        # It may have been down or cut off when that happened.
        learned_at = next((start for start, _end in spans if start >= end), NEVER)
        if learned_at <= able[0]:
            yield learned_at


def _first_deadline(evidence: Evidence, event_id: int, fresh: float, able: Interval) -> tuple[float, float, int] | None:
    """Return from when, and until when at the latest, somebody has to be reminded; an interval begins at ``fresh``."""
    interval = evidence.events[event_id].interval
    best: tuple[float, float, int] | None = None
    for user_id in evidence.people(event_id):
        for start, end in _missing_spans(evidence, event_id, user_id):
            # A quiet event is armed when the bot has read that somebody is missing.
            begin = max(able[0] if fresh < start < able[0] else start, fresh)
            deadline = max(begin + interval, able[0]) + TOLERANCE_SECONDS
            if deadline < end and (best is None or deadline < best[1]):
                best = (begin, deadline, user_id)
        if best is not None and best[0] == fresh:
            break
    return best


def _missing_spans(evidence: Evidence, event_id: int, user_id: int) -> Iterator[Interval]:
    for seen_from, seen_to in evidence.can_see(event_id, user_id).spans(value=True):
        for open_from, open_to in evidence.has_answered(event_id, user_id).spans(value=False):
            start, end = max(seen_from, open_from), min(seen_to, open_to)
            if start < end:
                yield start, end


def able_spans(evidence: Evidence, event_id: int) -> list[Interval]:
    """Return when the bot can be expected to remind about an event."""
    event = evidence.events[event_id]
    at, last = event.watched_at, min(evidence.quiet.read_at, event.ended_at)
    spans: list[Interval] = []
    for start, end in sorted(evidence.unable.get(event_id, [])):
        if start > at:
            spans.append((at, min(start, last)))
        at = max(at, end)
    spans.append((at, last))
    return [(start, end) for start, end in spans if start < end]
