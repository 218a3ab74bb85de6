"""The end of the story: what the database says, held against the sandbox's own record, and shown as a table."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reminder_bot.sandbox.story import Outcome, Story, StoryError


@dataclass(frozen=True, slots=True)
class SentRow:
    """One reminder as the bot logged it."""

    message_id: int
    people: int
    late_seconds: float


def report(story: Story, outcome: Outcome, database: Path) -> str:
    """Return the table; reads the database only.

    Raises:
        StoryError: the database and the sandbox disagree, or the database cannot be read.
    """
    try:
        stored, sent = _read(database, outcome.message_id)
    except sqlite3.Error as error:
        raise StoryError(f"the database {database} cannot be read: {error}") from error
    known = {person: emoji for person, emoji in outcome.answers.items() if emoji is not None}
    if stored != known:
        raise StoryError(f"stored answers {stored} are not those on the message {known}")
    posted = [reminder.post.message_id for reminder in outcome.reminders]
    if [row.message_id for row in sent] != posted:
        raise StoryError(f"logged reminders {[row.message_id for row in sent]} are not those posted {posted}")
    lines = ["", "  who                answer", "  ─────────────────  ──────"]
    lines += [f"  {story.name(person):<17}  {emoji or '—'}" for person, emoji in outcome.answers.items()]
    lines += ["", "  reminder  pinged  late", "  ────────  ──────  ──────"]
    lines += [f"  {number:>8}  {row.people:>6}  {row.late_seconds:>4.2f} s" for number, row in enumerate(sent, 1)]
    return "\n".join(lines)


def _read(database: Path, message_id: int) -> tuple[dict[int, str], list[SentRow]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        answers = connection.execute("SELECT user_id, emoji FROM reaction WHERE event_id = ?", (message_id,)).fetchall()
        rows = connection.execute(
            "SELECT message_id, users_notified, scheduled_at, sent_at FROM reminder_log"
            " WHERE event_id = ? AND status = 'sent' ORDER BY scheduled_at, batch",
            (message_id,),
        ).fetchall()
    sent = [
        SentRow(row[0], row[1], (datetime.fromisoformat(row[3]) - datetime.fromisoformat(row[2])).total_seconds())
        for row in rows
    ]
    return dict(answers), sent
