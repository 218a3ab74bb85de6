"""The oracle: holds what the bot did against what was true. It shares no code with the bot."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.chaos import due_reminders, pings
from tests.chaos.facts import NEVER, Batch, Evidence, Finding, Held, Ledger

Rule = Callable[[Evidence], Iterator[Finding]]

REST_SECONDS = 3.0
"""How overdue a reminder may be at the end."""


def judge(evidence: Evidence) -> list[Finding]:
    """Return everything that is wrong."""
    return [finding for rule in RULES for finding in rule(evidence)]


def answers_lost(evidence: Evidence) -> Iterator[Finding]:
    """Find answers that are not stored as they are held on Discord."""
    for all_held, ledger in ((evidence.held_quiet, evidence.quiet), (evidence.held, evidence.ledger)):
        yield from _answers_lost(evidence, all_held, ledger)


def _answers_lost(evidence: Evidence, all_held: Held, ledger: Ledger) -> Iterator[Finding]:
    for event_id, held in all_held.items():
        stored = ledger.answers.get(event_id, {})
        for user_id in held.keys() | stored.keys():
            truth, row = held.get(user_id, frozenset()), stored.get(user_id)
            if not truth and row is None:
                continue
            if row is None or row.held != truth or row.emoji not in truth:
                text = f"holds {sorted(truth)}, stored {row and (row.emoji, sorted(row.held))}"
                last = evidence.has_answered(event_id, user_id).in_force(ledger.read_at)
                yield Finding("lost answers", text, event_id, user_id, at=last.at)


def log_wrong(evidence: Evidence) -> Iterator[Finding]:
    """Find rows without their message, messages without their row, and rows that say nothing."""
    posted = {post.message_id: post for post in evidence.posts}
    logged: dict[int, int] = {}
    for batch in evidence.ledger.batches:
        where = partial(Finding, event_id=batch.event_id, due=batch.due, at=batch.closed_at)
        if batch.status == "sent":
            post = posted.get(batch.message_id or 0)
            logged[batch.message_id or 0] = logged.get(batch.message_id or 0, 0) + 1
            if post is None or (post.event_id, post.due) != (batch.event_id, batch.due):
                yield where("log", f"batch {batch.number} is sent, its message {batch.message_id} is not")
                continue
            pinged = {user_id for user_id, outcome in batch.people.items() if outcome == "pinged"}
            if pinged != set(post.mentioned):
                yield where("log", f"logged as pinged {sorted(pinged)}, pinged {sorted(post.mentioned)}")
        elif batch.status == "pending":
            yield where("pending", f"batch {batch.number} was never settled")
        elif not batch.reason:
            yield where("log", f"batch {batch.number} is {batch.status} without a reason")
    gone = [batch for batch in evidence.ledger.batches if _is_lost_with_its_place(evidence, batch)]
    lost = {(batch.event_id, batch.due) for batch in gone}
    for post in evidence.posts:
        count = logged.get(post.message_id, 0)
        if count > 1 or (count == 0 and (post.event_id, post.due) not in lost):
            text = f"message {post.message_id} is {count} times in the log"
            yield Finding("log", text, post.event_id, due=post.due, at=post.at)


def _is_lost_with_its_place(evidence: Evidence, batch: Batch) -> bool:
    """Whether a batch failed because its channel or event was deleted: its message cannot be looked for any more."""
    return batch.status == "failed" and evidence.events[batch.event_id].ended_at <= batch.closed_at


def state_wrong(evidence: Evidence) -> Iterator[Finding]:
    """Find events that ended by themselves, go on after their end, or will never remind again."""
    for ledger in (evidence.quiet, evidence.ledger):
        yield from _state_wrong(evidence, ledger)


def _state_wrong(evidence: Evidence, ledger: Ledger) -> Iterator[Finding]:
    for event in evidence.events.values():
        row = ledger.events.get(event.event_id)
        if row is None:
            yield Finding("state", "the event is not in the database", event.event_id)
        elif event.ended_at < NEVER:
            if row.state != "archived" or row.next_at is not None:
                yield Finding("state", f"its message is gone, it is {row.state}", event.event_id, at=event.ended_at)
        elif row.state != "active" or row.is_paused:
            yield Finding("state", f"nothing is wrong with it, it is {row.state}", event.event_id)
        else:
            yield from _plan_wrong(evidence, ledger, event.event_id, row.next_at)


def _plan_wrong(evidence: Evidence, ledger: Ledger, event_id: int, next_at: float | None) -> Iterator[Finding]:
    if any(batch.status == "pending" for batch in ledger.batches if batch.event_id == event_id):
        return
    now = ledger.read_at
    answers = evidence.answered.get(event_id, {})
    missing = [
        user_id
        for user_id in evidence.people(event_id)
        if evidence.can_see(event_id, user_id).in_force(now).value
        and not (user_id in answers and answers[user_id].in_force(now).value)
    ]
    if missing and next_at is None:
        yield Finding("missing", f"{len(missing)} people are missing and no reminder is planned", event_id)
    elif missing and next_at is not None and next_at < now - REST_SECONDS:
        yield Finding("missing", f"the next reminder is {now - next_at:.1f} s overdue", event_id, at=next_at)
    elif not missing and next_at is not None:
        yield Finding("state", "nobody is missing and a reminder is planned", event_id, at=next_at)


def process_wrong(evidence: Evidence) -> Iterator[Finding]:
    """Pass on what the process did that it must not, and what SQLite says of the file."""
    yield from (Finding("process", text) for text in evidence.incidents)
    yield from (Finding("database", text) for text in evidence.ledger.damage)


RULES: tuple[Rule, ...] = (
    answers_lost,
    log_wrong,
    pings.wrong,
    pings.repeated,
    pings.forgotten,
    pings.while_cut,
    pings.before_reading,
    due_reminders.missing,
    state_wrong,
    process_wrong,
)
