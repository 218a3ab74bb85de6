"""Where entries wait between being read and being stored: on disk, so that no file is too large, and merged there.

The table lives in a temporary file of SQLite's own that is gone with the process, however that ends; a small import
never leaves memory, and of its entries the table has only what they are merged by.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, Self

from utils.legacy.records import Finding, LegacyEntry, Variant
from utils.legacy.values import packed, unpacked

MOST_PEOPLE_IN_MEMORY = 500_000
"""As many ids, with the events they belong to, take about 20 MiB."""

_CACHE_KIB = 4_096
_BATCH = 256

_TABLES = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, source INTEGER, key TEXT, variant INTEGER, field_count INTEGER, message_id INTEGER,
    channel_id INTEGER, guild_id INTEGER, title TEXT, interval_minutes REAL, required_reactions TEXT,
    is_paused INTEGER, last_reminder TEXT, created_at TEXT, answered BLOB, asked BLOB
);
CREATE TABLE finding (file TEXT, key TEXT, field TEXT, message TEXT, is_rejection INTEGER);
CREATE TABLE rank (message_id INTEGER, place INTEGER, entry_id INTEGER, PRIMARY KEY (message_id, place)) WITHOUT ROWID;
CREATE TABLE decision (
    message_id INTEGER PRIMARY KEY, source INTEGER, action TEXT, guild_id INTEGER, interval_minutes REAL
);
CREATE TABLE person (guild_id INTEGER, user_id INTEGER, PRIMARY KEY (guild_id, user_id)) WITHOUT ROWID;
CREATE TABLE place (channel_id INTEGER PRIMARY KEY, least_guild INTEGER, greatest_guild INTEGER);
"""

# NULL, never reminded, comes last in a descending order.
_RANK = """
INSERT INTO rank
SELECT message_id,
       row_number() OVER (
           PARTITION BY message_id ORDER BY last_reminder DESC, field_count DESC, variant DESC, id
       ),
       id
FROM entry
"""

# What the entries of a channel say, and what an event of the channel says that got its guild from a loser.
_PLACE = """
INSERT INTO place SELECT channel_id, min(guild_id), max(guild_id) FROM (
    SELECT channel_id, guild_id FROM entry
    UNION ALL
    SELECT entry.channel_id, (
        SELECT loser.guild_id FROM rank AS lost JOIN entry AS loser ON loser.id = lost.entry_id
        WHERE lost.message_id = rank.message_id AND loser.guild_id IS NOT NULL ORDER BY lost.place LIMIT 1
    )
    FROM rank JOIN entry ON entry.id = rank.entry_id WHERE place = 1 AND entry.guild_id IS NULL
)
WHERE guild_id IS NOT NULL GROUP BY channel_id
"""

_INSERT = f"INSERT INTO entry VALUES (?{', ?' * 15})"
_OUTLINE = "id, source, variant, field_count, message_id, channel_id, guild_id, last_reminder"
_INSERT_OUTLINE = f"INSERT INTO entry ({_OUTLINE}) VALUES (?{', ?' * 7})"


class Staged(NamedTuple):
    """One entry in the stage, with the file it came from, as its number among the sources."""

    source: int
    entry: LegacyEntry


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of an event: a word of the caller's, the guild and interval it gets, and where it is done."""

    source: int
    action: str
    guild_id: int | None
    interval_minutes: float


class Stage:
    """Takes entries from all sources, then tells the winner of each event."""

    def __init__(self) -> None:
        # The empty name stands for a temporary file.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE_KIB}; {_TABLES}"
        )
        self._connection.execute("BEGIN")
        self._waiting: list[Staged] = []
        self._held: list[Staged] | None = []
        self._count = self._people = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the temporary file back."""
        self._connection.close()

    def add(self, source: int, entry: LegacyEntry) -> None:
        """Keep an entry."""
        self._waiting.append(Staged(source, entry))
        self._people += len(entry.answered) + len(entry.asked)
        if len(self._waiting) >= _BATCH:
            self._flush()

    def note(self, finding: Finding, *, is_rejection: bool = False) -> None:
        """Keep something to report."""
        self._connection.execute(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?)",
            (finding.file, finding.key, finding.field, finding.message, is_rejection),
        )

    def findings(self, *, rejections: bool) -> Iterator[Finding]:
        """Yield what there is to report, in the order it was noted."""
        rows = self._connection.execute(
            "SELECT file, key, field, message FROM finding WHERE is_rejection = ? ORDER BY rowid", [rejections]
        )
        return (Finding(*row) for row in rows)

    def finding_count(self, *, rejections: bool) -> int:
        """Return how much there is to report."""
        query = "SELECT count(*) FROM finding WHERE is_rejection = ?"
        return int(self._connection.execute(query, [rejections]).fetchone()[0])

    def entry_count(self, source: int) -> int:
        """Return how many entries of a source were kept."""
        self._flush()
        return int(self._connection.execute("SELECT count(*) FROM entry WHERE source = ?", [source]).fetchone()[0])

    def merge(self) -> int:
        """Decide which entry of each event wins; return how many events there are. Call it once, after the last `add`.

        The newest last reminder wins, then more fields, then the later era, then who was added first.
        """
        self._flush()
        self._connection.execute(_RANK)
        self._connection.execute(_PLACE)
        return int(self._connection.execute("SELECT count(*) FROM rank WHERE place = 1").fetchone()[0])

    def winners(self) -> Iterator[Staged]:
        """Yield the winner of each event, as its file has it, by message id."""
        rows = self._connection.execute(
            "SELECT entry.* FROM rank JOIN entry ON entry.id = entry_id WHERE place = 1 ORDER BY rank.message_id"
        )
        return map(self._staged, rows)

    def decide(self, decisions: Iterable[tuple[int, Decision]]) -> None:
        """Keep what is to become of events, named by their message ids."""
        self._connection.executemany(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?)",
            (
                (message_id, each.source, each.action, each.guild_id, each.interval_minutes)
                for message_id, each in decisions
            ),
        )

    def decided(self, source: int | None = None) -> Iterator[tuple[LegacyEntry, Decision]]:
        """Yield every event with its decision, by message id; with ``source``, what is done with that one alone."""
        chosen = "" if source is None else "WHERE decision.source = ? "
        rows = self._connection.execute(
            "SELECT decision.source, action, decision.guild_id, decision.interval_minutes, entry.* FROM decision "
            "JOIN rank ON rank.message_id = decision.message_id AND place = 1 JOIN entry ON entry.id = entry_id "
            f"{chosen}ORDER BY decision.message_id",
            [] if source is None else [source],
        )
        return ((self._staged(row[4:]).entry, Decision(*row[:4])) for row in rows)

    def losers(self, message_id: int) -> list[Staged]:
        """Return the entries of an event that lost, the best first."""
        rows = self._connection.execute(
            "SELECT entry.* FROM rank JOIN entry ON entry.id = entry_id WHERE rank.message_id = ? AND place > 1 "
            "ORDER BY place",
            [message_id],
        )
        return [self._staged(row) for row in rows]

    def defeats(self) -> Iterator[tuple[Staged, int]]:
        """Yield every entry that lost, with the source of the one that won, by message id."""
        rows = self._connection.execute(
            "SELECT entry.*, winner.source FROM rank JOIN entry ON entry.id = rank.entry_id "
            "JOIN rank AS best ON best.message_id = rank.message_id AND best.place = 1 "
            "JOIN entry AS winner ON winner.id = best.entry_id WHERE rank.place > 1 "
            "ORDER BY rank.message_id, rank.place"
        )
        return ((self._staged(row), row[-1]) for row in rows)

    def guilds_of_channel(self, channel_id: int) -> frozenset[int]:
        """Return the guilds that the files name for a channel; two of them when they contradict each other."""
        query = "SELECT least_guild, greatest_guild FROM place WHERE channel_id = ?"
        return frozenset(self._connection.execute(query, [channel_id]).fetchone() or ())

    def distinct_people(self, asked: Iterable[tuple[int, tuple[int, ...]]]) -> Iterator[tuple[int, int]]:
        """Yield the different people, as guild and user, of many guilds with lists of their users."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO person VALUES (?, ?)",
            ((guild_id, user_id) for guild_id, user_ids in asked for user_id in user_ids),
        )
        return self._connection.execute("SELECT guild_id, user_id FROM person")

    def _flush(self) -> None:
        first = self._count + 1
        self._count += len(self._waiting)
        if self._held is None:
            self._connection.executemany(_INSERT, map(_row, count(first), self._waiting))
        else:
            self._connection.executemany(_INSERT_OUTLINE, map(_outline, count(first), self._waiting))
            self._held += self._waiting
        self._waiting.clear()
        if self._held is not None and self._people > MOST_PEOPLE_IN_MEMORY:
            self._connection.execute("DELETE FROM entry")
            self._connection.executemany(_INSERT, map(_row, count(1), self._held))
            self._held = None

    def _staged(self, row: tuple[Any, ...]) -> Staged:
        """Return the entry of a row of the table, which may have more columns behind."""
        return Staged(row[1], _entry(row)) if self._held is None else self._held[row[0] - 1]


def _outline(row_id: int, staged: Staged) -> tuple[Any, ...]:
    entry = staged.entry
    ids = (entry.message_id, entry.channel_id, entry.guild_id)
    return (row_id, staged.source, int(entry.variant), entry.field_count, *ids, entry.last_reminder)


def _row(row_id: int, staged: Staged) -> tuple[Any, ...]:
    entry = staged.entry
    return (
        row_id,
        staged.source,
        entry.key,
        int(entry.variant),
        entry.field_count,
        entry.message_id,
        entry.channel_id,
        entry.guild_id,
        entry.title,
        entry.interval_minutes,
        _encoded(entry.required_reactions),
        entry.is_paused,
        entry.last_reminder,
        entry.created_at,
        packed(entry.answered),
        packed(entry.asked),
    )


def _entry(row: tuple[Any, ...]) -> LegacyEntry:
    return LegacyEntry(
        key=row[2],
        variant=Variant(row[3]),
        field_count=row[4],
        message_id=row[5],
        channel_id=row[6],
        guild_id=row[7],
        title=row[8],
        interval_minutes=row[9],
        required_reactions=_decoded(row[10]),
        is_paused=bool(row[11]),
        last_reminder=row[12],
        created_at=row[13],
        answered=unpacked(row[14]),
        asked=unpacked(row[15]),
    )


# Nearly all events have the same few emoji.
@lru_cache(maxsize=256)
def _encoded(emoji: tuple[str, ...]) -> str:
    return json.dumps(emoji, ensure_ascii=False)


@lru_cache(maxsize=256)
def _decoded(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
