"""Random legacy files, and what should become of them: a model that shares no code with the importer.

Every value comes with its meaning, written down by hand. The model keeps everything in memory and sorts it in Python.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

ABSENT: Any = object()
REJECT: Any = object()
IDS = (1408837454081036388, 1408837454081036399, 1409200000000000001)
BORN = {
    IDS[0]: "2025-08-23 15:37:03.987",
    IDS[1]: "2025-08-23 15:37:03.987",
    IDS[2]: "2025-08-24 15:37:41.669",
}
"""When the messages were written, by the timestamps in their ids."""

DEFAULT_INTERVAL, LEAST, MOST = 1440.0, 5.0, 40320.0
ZONE = "Europe/Paris"

Choice = tuple[Any, Any]
"""What stands in the file, and what it means."""

CHANNELS: list[Choice] = [(222, 222), ("222", 222), (333, 333)]
GUILDS: list[Choice] = [(100, 100), ("101", 101), (0, None), ("0", None), (ABSENT, None), (None, None), ("home", None)]
TITLES: list[Choice] = [
    ("Raid", "Raid"), ("é" * 200, "é" * 200), ("x" * 300, "x" * 199 + "…"), (ABSENT, ""), (5, ""), ("", ""),
]  # fmt: skip
INTERVALS: list[Choice] = [
    (60, 60.0), (0.5, LEAST), (7.5, 7.5), (10**30, MOST), (-3, LEAST), (ABSENT, None), ("60", 60.0), ("soon", None),
    (True, None), (None, None), ([], None),
]  # fmt: skip
EMOJI: list[Choice] = [
    (["✅", "❌", "❓"], ["✅", "❌", "❓"]), (["👍", "yes", "👍", 5], ["👍"]), (["<:in:123>"], ["<:in:123>"]),
    ([], ["✅"]), ("✅", ["✅"]), ({"a": 1}, ["✅"]),
]  # fmt: skip
MOMENTS: list[Choice] = [
    ("2025-08-24T20:17:48.950795", "2025-08-24 18:17:48.950"), ("2025-08-24T20:17:48", "2025-08-24 18:17:48.000"),
    ("2025-08-24T20:17:48Z", "2025-08-24 20:17:48.000"), ("2025-08-24 20:17:48+04:00", "2025-08-24 16:17:48.000"),
    ("2025-03-30T02:30:00", "2025-03-30 01:30:00.000"), ("2025-10-26T02:30:00", "2025-10-26 00:30:00.000"),
    ("soon", None), ("2025-13-01T00:00:00", None), (1756000000, None), (ABSENT, None), (None, None),
]  # fmt: skip
PEOPLE: list[Choice] = [
    ([], []), ([11, 12], [11, 12]), (["12", 13, 13, 12], [12, 13]), ([11, "x", None, True, 2**70, -1, 1.5], [11]),
    ("everybody", []), (ABSENT, []), ({"11": 1}, []),
]  # fmt: skip
PAUSES: list[Choice] = [
    (False, False), (True, True), (0, False), (1, True), ("false", False), (ABSENT, False), ("maybe", True),
]  # fmt: skip
BAD_CHANNELS: list[Choice] = [(ABSENT, REJECT), ("general", REJECT), (True, REJECT), (0, REJECT), (2**63, REJECT)]
FIELDS = {
    "guild_id": GUILDS,
    "title": TITLES,
    "interval_minutes": INTERVALS,
    "last_reminder": MOMENTS,
    "users_who_reacted": PEOPLE,
    "all_users": PEOPLE,
    "is_paused": PAUSES,
    "created_at": MOMENTS,
}


@dataclass(frozen=True)
class Entry:
    """One entry: its key, how it stands in the file, and what it means; the meaning is None when it is rejected."""

    key: str
    stands: Any
    means: dict[str, Any] | None


@dataclass(frozen=True)
class File:
    """One file; ``cut`` is where it is torn, in thousandths of its length, None when it is whole."""

    name: str
    is_wrapped: bool
    has_bom: bool
    entries: tuple[Entry, ...]
    cut: int | None

    def write(self, folder: Path) -> Path:
        """Write it."""
        path = folder / self.name
        path.write_bytes(self._content()[0][: self._end()])
        return path

    @property
    def readable(self) -> list[Entry]:
        """The entries that are whole."""
        return [entry for entry, end in zip(self.entries, self._content()[1], strict=True) if end <= self._end()]

    def _end(self) -> int:
        size = len(self._content()[0])
        return size if self.cut is None else size * self.cut // 1000

    def _content(self) -> tuple[bytes, list[int]]:
        text = b"\xef\xbb\xbf" if self.has_bom else b""
        text += b'{"events": {' if self.is_wrapped else b"{"
        ends = []
        for index, entry in enumerate(self.entries):
            text += b",\n " if index else b""
            text += f"{json.dumps(entry.key)}: {json.dumps(entry.stands, ensure_ascii=False)}".encode()
            ends.append(len(text))
        return text + (b'}, "metadata": {"version": 3}}' if self.is_wrapped else b"}"), ends


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw one entry, mostly a good one."""
    message_id = draw(st.sampled_from(IDS))
    if draw(st.integers(0, 19)) == 0:
        return Entry(str(message_id), draw(st.sampled_from([[], "text", [1, 2]])), None)
    key, own_id = draw(
        st.sampled_from(
            [(str(message_id), message_id), (str(message_id), str(message_id)), (str(message_id), ABSENT)] * 4
            + [(str(message_id), 17), ("first", message_id), ("first", ABSENT)]
        )
    )
    channel = draw(st.sampled_from([*CHANNELS * 4, *BAD_CHANNELS]))
    drawn = {name: draw(st.sampled_from(choices)) for name, choices in FIELDS.items()}
    if draw(st.booleans()):
        drawn |= dict.fromkeys(("interval_minutes", "is_paused", "created_at"), (ABSENT, None))
        drawn["is_paused"] = (ABSENT, False)
    drawn |= {"required_reactions": draw(st.sampled_from(EMOJI)), "channel_id": channel}
    stands = {"message_id": own_id} | {name: stands for name, (stands, _means) in drawn.items()}
    stands = {name: value for name, value in stands.items() if value is not ABSENT}
    is_good = key == str(message_id) and own_id != 17 and channel[1] is not REJECT
    means = {name: means for name, (_stands, means) in drawn.items()} | {"message_id": message_id}
    return Entry(key, stands, means if is_good else None)


# A file is told by its content: the first entry of every file here shows enough of it.
_TELLING = entries().filter(lambda entry: isinstance(entry.stands, dict) and "users_who_reacted" in entry.stands)

FILES = st.lists(
    st.builds(
        File,
        name=st.sampled_from(["watched_matches.json", "watched_reminders.json", "watched_events.json"]),
        is_wrapped=st.booleans(),
        has_bom=st.booleans(),
        entries=st.builds(lambda first, rest: (first, *rest), _TELLING, st.lists(entries(), max_size=4)),
        cut=st.one_of(st.none(), st.none(), st.integers(0, 999)),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda file: file.name,
)


@dataclass(frozen=True)
class Expected:
    """What should be there: events by id with their fields, and how much should have been rejected."""

    events: dict[int, dict[str, Any]]
    rejected: int


def expected(files: Iterable[File]) -> Expected:
    """Return what should become of files."""
    versions: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    guilds: dict[int, set[int]] = defaultdict(set)
    rejected = order = 0
    for file in files:
        rejected += file.cut is not None
        for entry in file.readable:
            order += 1
            if entry.means is None:
                rejected += 1
                continue
            rank = (entry.means["last_reminder"] or "", _stated(entry.stands), _era(file, entry.stands), -order)
            versions[entry.means["message_id"]].append((rank, entry.means))
            if entry.means["guild_id"] is not None:
                guilds[entry.means["channel_id"]].add(entry.means["guild_id"])
    events = {}
    # First what the versions of an event know among them, then what the events of a channel do.
    for message_id, found in versions.items():
        ranked = [means for _rank, means in sorted(found, key=lambda version: version[0], reverse=True)]
        event = dict(ranked[0])
        for field in ("guild_id", "interval_minutes"):
            event[field] = next((means[field] for means in ranked if means[field] is not None), None)
        if event["guild_id"] is not None:
            guilds[event["channel_id"]].add(event["guild_id"])
        events[message_id] = event
    for message_id, event in events.items():
        if event["guild_id"] is None and len(guilds[event["channel_id"]]) == 1:
            (event["guild_id"],) = guilds[event["channel_id"]]
        event["interval_minutes"] = event["interval_minutes"] or DEFAULT_INTERVAL
        event["created_at"] = event["created_at"] or BORN[message_id]
    return Expected(events, rejected)


def _stated(stands: dict[str, Any]) -> int:
    return sum(
        value is not None and (name, value) not in (("guild_id", 0), ("guild_id", "0"))
        for name, value in stands.items()
    )


def _era(file: File, stands: dict[str, Any]) -> int:
    if file.is_wrapped:
        return 3
    if not {"interval_minutes", "is_paused", "created_at"} & stands.keys():
        return 0
    return 1 if "matches" in file.name else 2
