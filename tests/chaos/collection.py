"""From the sandbox's record and the truth's notes to the evidence that the oracle judges."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime

from reminder_bot.sandbox.record import Connection, Record
from reminder_bot.sandbox.record import Post as RecordedPost
from tests.chaos.delivery import Delivery, Mark
from tests.chaos.facts import BEGINNING, NEVER, Change, Event, Evidence, Held, Interval, Ledger, Post, Timeline
from tests.chaos.stage import StagedEvent
from tests.chaos.truth import Noted, Truth

EVENT_LINK = re.compile(r"/channels/\d+/\d+/(\d+)$")
MENTION = re.compile(r"<@!?(\d+)>")
MESSAGE_READ = re.compile(r"/channels/\d+/messages/(\d+)")
AFTER_READ_SECONDS = 2.0
AFTER_RESUME_SECONDS = 1.0
AFTER_STOP_SECONDS = 2.0
AFTER_LIMIT_SECONDS = 4.0
LONGEST_START_SECONDS = 15.0
"""How long a new session may take until every event's answers have been read."""


def collect(truth: Truth, quiet: Ledger, held_quiet: Held, ledger: Ledger) -> Evidence:
    """Return the evidence of a run that is over."""
    record, stage = truth.sandbox.record, truth.stage
    delivery = Delivery(record.delivered, record.connections, truth.stops)
    reads = _reads(record)
    connected = sorted((item.connected_at, _end(item)) for item in record.connections)
    evidence = Evidence(
        bots=frozenset(stage.bots), quiet=quiet, held_quiet=held_quiet, ledger=ledger,
        incidents=list(truth.incidents), reads=reads, stops=list(truth.stops),
    )  # fmt: skip
    for staged in stage.events:
        event_id = staged.event_id
        ended = truth.ended.get(event_id)
        ended_at = NEVER if ended is None else delivery.known_at(ended)
        watched_at = truth.watched[event_id]
        evidence.events[event_id] = Event(event_id, staged.channel_id, staged.interval, watched_at, ended_at)
        evidence.unable[event_id] = list(_unable(truth, staged, _heard(reads.get(event_id, []), connected)))
        evidence.forbidden[event_id] = [
            (window.start, window.end + window.recovery)
            for window in truth.windows
            if window.is_permission and window.events is not None and event_id in window.events
        ]
        if ended is None:
            evidence.held[event_id] = truth.held(event_id)
    for (event_id, user_id), noted in truth.answered.items():
        regained = truth.regained.get(event_id, [])
        evidence.answered.setdefault(event_id, {})[user_id] = _timeline(noted, delivery, regained)
    for (channel_id, user_id), noted in truth.sees.items():
        evidence.sees.setdefault(channel_id, {})[user_id] = _timeline(noted, delivery, [])
    evidence.posts = list(_posts(record, evidence, ledger.read_at))
    evidence.connected = connected
    evidence.sessions = sorted(item.connected_at for item in record.connections if not item.is_resume)
    return evidence


def reminder_of(post: RecordedPost) -> tuple[int, int] | None:
    """Return the event and the due time, in milliseconds, of a reminder; None for any other message."""
    card = post.embeds[0] if post.embeds else {}
    link = EVENT_LINK.search(str(card.get("url", "")))
    if link is None or not card.get("timestamp"):
        return None
    return int(link.group(1)), round(datetime.fromisoformat(card["timestamp"]).timestamp() * 1000)


def _posts(record: Record, evidence: Evidence, until: float) -> Iterator[Post]:
    for post in record.posts:
        reminder = reminder_of(post)
        if reminder is None or post.is_repeat or post.at > until or reminder[0] not in evidence.events:
            continue
        mentioned = tuple(int(user_id) for user_id in MENTION.findall(post.content))
        yield Post(post.at, post.message_id, *reminder, mentioned)


def _timeline(noted: Noted, delivery: Delivery, regained: list[Mark]) -> Timeline:
    timeline = Timeline.starting(value=False)
    for mark, value in noted:
        if mark.at == BEGINNING:
            timeline = Timeline.starting(value=value)
            continue
        known_at = delivery.known_at(mark)
        if mark.session_id is None:
            # Nobody told the bot, as it could not see the channel: it has to read when it can again.
            later = [delivery.known_at(again) for again in regained if again.at >= mark.at]
            known_at = min([known_at, *later])
        timeline.changes.append(Change(mark.at, known_at, value))
    return timeline


def _reads(record: Record) -> dict[int, list[float]]:
    reads: dict[int, list[float]] = {}
    for call in record.calls:
        found = MESSAGE_READ.fullmatch(call.path) if call.method == "GET" and call.status == 200 else None
        if found is not None:
            reads.setdefault(int(found.group(1)), []).append(call.at)
    return {event_id: sorted(times) for event_id, times in reads.items()}


def _unable(truth: Truth, event: StagedEvent, reads: list[float]) -> Iterator[Interval]:
    """Yield when the bot cannot be expected to remind about an event, each with the time it needs afterwards."""
    down_from = BEGINNING
    for item in sorted(truth.sandbox.record.connections, key=lambda item: item.connected_at):
        up_at = item.connected_at
        yield down_from, up_at + AFTER_RESUME_SECONDS
        if not item.is_resume:
            first = bisect_right(reads, up_at)
            read_at = reads[first] if first < len(reads) else NEVER
            yield up_at, min(read_at + AFTER_READ_SECONDS, up_at + LONGEST_START_SECONDS)
        down_from = _end(item)
    yield down_from, NEVER
    for start, end in truth.stops:
        yield start, end + AFTER_STOP_SECONDS
    for window in truth.windows:
        if window.events is None or event.event_id in window.events:
            yield window.start, window.end + window.recovery
    for hit in truth.sandbox.record.rate_limits:
        if hit.scope == "global" or hit.bucket.endswith(f":{event.channel_id}"):
            yield hit.at, hit.at + hit.retry_after + AFTER_LIMIT_SECONDS


def _heard(reads: list[float], connected: list[Interval]) -> list[float]:
    """Leave out reads right after a cut: the bot does not count what it asked for before it heard of it."""
    return [at for at in reads if any(start <= at <= end for start, end in connected)]


def _end(connection: Connection) -> float:
    return NEVER if connection.ended_at is None else connection.ended_at
