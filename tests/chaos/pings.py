"""Rules about who was pinged, and when: nobody by mistake, nobody twice, nobody left out, nothing into a dead line."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from tests.chaos.facts import Evidence, Finding, Interval, Post

KNOWN_SECONDS = 1.0
"""What the bot was told this long before a message must show in it."""

IN_FLIGHT_SECONDS = 0.5
"""How long after a cut a request that had left before may still arrive."""

SIGN_OF_LIFE_SECONDS = 5.0
"""How old the gateway's last sign of life may be when a message leaves."""


def wrong(evidence: Evidence) -> Iterator[Finding]:
    """Find people pinged who had answered, could not see the channel, or are bots; and reminders of dead events."""
    for post in evidence.posts:
        ended_at = evidence.events[post.event_id].ended_at
        if ended_at < post.at - KNOWN_SECONDS:
            text = f"reminded {post.at - ended_at:.2f} s after the bot knew of its end"
            yield Finding("wrong pings", text, post.event_id, due=post.due, at=post.at)
        for user_id in post.mentioned:
            reason = _reason_not_to_ping(evidence, post, user_id)
            if reason is not None:
                yield Finding("wrong pings", reason, post.event_id, user_id, post.due, post.at)


def _reason_not_to_ping(evidence: Evidence, post: Post, user_id: int) -> str | None:
    if user_id in evidence.bots:
        return "a bot"
    answer = evidence.has_answered(post.event_id, user_id).in_force(post.at)
    if answer.value and answer.known_at <= post.at - KNOWN_SECONDS:
        return (
            f"answered at {answer.at:.3f}, known at {answer.known_at:.3f}, pinged {post.at - answer.known_at:.2f} s on"
        )
    sight = evidence.can_see(post.event_id, user_id).in_force(post.at)
    if not sight.value and sight.known_at <= post.at - KNOWN_SECONDS:
        return f"cannot see the channel since {sight.at:.3f}, known at {sight.known_at:.3f}"
    return None


def repeated(evidence: Evidence) -> Iterator[Finding]:
    """Find people pinged twice by one reminder."""
    for (event_id, due), posts in evidence.groups().items():
        counts = Counter(user_id for post in posts for user_id in post.mentioned)
        for user_id, count in counts.items():
            if count > 1:
                times = ", ".join(f"{post.at:.3f}" for post in posts if user_id in post.mentioned)
                yield Finding("repeated", f"pinged {count} times, at {times}", event_id, user_id, due, posts[-1].at)


def forgotten(evidence: Evidence) -> Iterator[Finding]:
    """Find people who were missing from the claim to the last message of a reminder, and were not in it."""
    groups = evidence.groups()
    rows: dict[tuple[int, int], list[int]] = {}
    for index, batch in enumerate(evidence.ledger.batches):
        rows.setdefault((batch.event_id, batch.due), []).append(index)
    for (event_id, due), indexes in rows.items():
        batches = [evidence.ledger.batches[index] for index in indexes]
        posts = groups.get((event_id, due), [])
        start = min(batch.claimed_at for batch in batches)
        end = (
            max([post.at for post in posts] + [batch.closed_at for batch in batches if batch.status != "sent"])
            if posts or any(batch.status != "sent" for batch in batches)
            else start
        )
        if any(batch.status == "pending" for batch in batches) or _is_excused(evidence, event_id, start, end):
            continue
        pinged = {user_id for post in posts for user_id in post.mentioned}
        for user_id in evidence.people(event_id):
            if user_id not in pinged and _was_missing(evidence, event_id, user_id, start, end):
                fates = [f"batch {b.number} {b.status}: {b.people[user_id]}" for b in batches if user_id in b.people]
                text = f"missing from {start:.3f} to {end:.3f} and not pinged; {'; '.join(fates) or 'in no batch'}"
                yield Finding("forgotten", text, event_id, user_id, due, end)


def _was_missing(evidence: Evidence, event_id: int, user_id: int, start: float, end: float) -> bool:
    sight, answer = evidence.can_see(event_id, user_id), evidence.has_answered(event_id, user_id)
    if max(sight.in_force(start).known_at, answer.in_force(start).known_at) > start - KNOWN_SECONDS:
        return False
    return sight.holds(start, end, value=True) and answer.holds(start, end, value=False)


def _is_excused(evidence: Evidence, event_id: int, start: float, end: float) -> bool:
    if evidence.events[event_id].ended_at <= end + KNOWN_SECONDS:
        return True
    spans = evidence.forbidden.get(event_id, [])
    return any(first - KNOWN_SECONDS <= end and start <= last + KNOWN_SECONDS for first, last in spans)


def while_cut(evidence: Evidence) -> Iterator[Finding]:
    """Find messages posted while the gateway was down."""
    starts = [start for start, _end in evidence.connected]
    for post in evidence.posts:
        index = bisect_right(starts, post.at) - 1
        span: Interval = evidence.connected[index] if index >= 0 else (0.0, 0.0)
        if post.at > _learned_at(evidence, span[1]) + IN_FLIGHT_SECONDS:
            text = f"posted {post.at - span[1]:.2f} s after the gateway was cut"
            yield Finding("sent while cut", text, post.event_id, due=post.due, at=post.at)


def _learned_at(evidence: Evidence, cut_at: float) -> float:
    """Return when the bot could know of a cut: after a short sleep that it slept right before sending, when it woke.

    After a longer one its last sign of life is too old to send anything on.
    """
    slept = [end for start, end in evidence.stops if start <= cut_at <= end and end - start <= SIGN_OF_LIFE_SECONDS]
    return max([cut_at, *slept])


def before_reading(evidence: Evidence) -> Iterator[Finding]:
    """Find messages posted in a new session before the event's message had been read in it."""
    for post in evidence.posts:
        index = bisect_right(evidence.sessions, post.at - IN_FLIGHT_SECONDS) - 1
        if index < 0:
            continue
        session = evidence.sessions[index]
        reads = evidence.reads.get(post.event_id, [])
        first = bisect_right(reads, session)
        watched_at = evidence.events[post.event_id].watched_at
        if watched_at < session and (first == len(reads) or reads[first] > post.at):
            text = f"the session began at {session:.3f}, its answers had not been read in it"
            yield Finding("sent unread", text, post.event_id, due=post.due, at=post.at)
