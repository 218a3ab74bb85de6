"""What is to become of each event: decided before anything is written, and written nowhere but in the stage.

Which version of an event counts, between the files, is the stage's business. Here the winner meets the database:

- an event that is not there is imported;
- one that is there as it was last imported is brought to the winner, when that is as new or newer and differs;
- one that the bot has made its own since (answers it has read, a change somebody made, a reminder) keeps that, unless
  the winner's last reminder is newer than the stored one: then all but the answers is brought up to the winner;
- one that no import has made, but `/watch`, is left as it is;
- whatever the database holds: the very version that was imported last changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from models.import_records import ImportedEntry
from persistence.imported_state import ImportedState, StoredImport
from utils.legacy.records import Finding, LegacyEntry
from utils.legacy.stage import Stage, Staged
from utils.migration.options import ImportOptions
from utils.migration.plan import Action, Plan, Planned, as_imported
from utils.migration.reading import DATABASE


class Planner:
    """Decides for one event after the other, and notes what a person would want to know of it."""

    def __init__(
        self, files: Sequence[str], options: ImportOptions, stage: Stage, state: ImportedState, now: datetime
    ) -> None:
        self._files = files
        self._options = options
        self._stage = stage
        self._state = state
        self._made = Plan(stage, now, state.forgotten())
        self._oldest_awake = self._made.oldest_awake
        # Without an index on channels: a channel is looked for once, not once for each of its events.
        self._guilds_of_channel = lru_cache(maxsize=1024)(
            lambda channel_id: stage.guilds_of_channel(channel_id) | state.guilds_of_channel(channel_id)
        )

    def plan(self) -> Plan:
        """Decide what becomes of every event."""
        self._note_defeats()
        for winner in self._stage.winners():
            self._made.add(self._planned(winner))
        return self._made

    def _note_defeats(self) -> None:
        """Note every entry of a file that does not count, because another version of its event does."""
        for loser, winning_source in self._stage.defeats():
            if loser.source != DATABASE:
                counting = self._name(winning_source)
                self._note(loser, "last_reminder", f"left: another version of this event counts, in {counting}")

    def _planned(self, winner: Staged) -> Planned:
        stored = self._state.find(winner.entry.message_id)
        entry = self._completed(winner, stored)
        action = self._against_waiting(entry) if stored is None else self._against_stored(winner, entry, stored)
        source = winner.source
        if source == DATABASE:
            # It goes with the file that told something new of it, or that had an older version.
            source = next((loser.source for loser in self._stage.losers(entry.message_id)), DATABASE)
        return Planned(source, entry, action)

    def _against_waiting(self, entry: ImportedEntry) -> Action:
        waiting = self._state.find_unresolved(entry.message_id)
        if waiting is None:
            return Action.IMPORT
        return Action.KEEP if waiting.fingerprint == entry.fingerprint else Action.UPDATE

    def _against_stored(self, winner: Staged, entry: ImportedEntry, stored: StoredImport) -> Action:
        if stored.imported_order is None:
            self._note(winner, None, "this bot watches the event already; left as it is")
            return Action.KEEP
        if entry.fingerprint == stored.imported_fingerprint:
            return Action.KEEP
        last_reminder = entry.last_reminder or ""
        if stored.is_as_imported:
            is_newer = (last_reminder, entry.field_count, entry.variant) >= stored.imported_order
            return Action.UPDATE if is_newer else Action.KEEP
        return Action.RENEW if last_reminder > (stored.last_reminder or "") else Action.KEEP

    def _completed(self, winner: Staged, stored: StoredImport | None) -> ImportedEntry:
        entry = winner.entry
        if entry.guild_id is None or entry.interval_minutes is None:
            entry = self._filled_from_losers(winner)
        guild_id = self._guild_of(winner, entry, stored)
        interval_minutes = self._interval_of(winner, entry, stored)
        return as_imported(entry, guild_id, interval_minutes, self._oldest_awake, self._made.forgotten)

    def _filled_from_losers(self, winner: Staged) -> LegacyEntry:
        entry = winner.entry
        for loser in self._stage.losers(entry.message_id):
            filled = entry.filled(loser.entry.guild_id, loser.entry.interval_minutes)
            for field in ("guild_id", "interval_minutes"):
                if getattr(filled, field) != getattr(entry, field):
                    self._note(winner, field, f"is missing; taken from {self._name(loser.source)}")
            entry = filled
        return entry

    def _interval_of(self, winner: Staged, entry: LegacyEntry, stored: StoredImport | None) -> float:
        if entry.interval_minutes is not None:
            return entry.interval_minutes
        if stored is not None:
            return stored.interval_minutes
        self._note(winner, "interval_minutes", f"is missing; read as {self._options.default_interval:g}, the default")
        return self._options.default_interval

    def _guild_of(self, winner: Staged, entry: LegacyEntry, stored: StoredImport | None) -> int | None:
        if stored is not None:
            if entry.guild_id not in (None, stored.guild_id):
                self._note(winner, "guild_id", f"is {entry.guild_id}; the database knows better: {stored.guild_id}")
            return stored.guild_id
        if entry.guild_id is not None:
            return entry.guild_id
        if self._options.guild_id is not None:
            self._note(winner, "guild_id", "is missing; taken from --guild")
            return self._options.guild_id
        # A channel is in one server only: events that say otherwise say nothing.
        guilds = self._guilds_of_channel(entry.channel_id)
        if len(guilds) == 1:
            self._note(winner, "guild_id", "is missing; taken from other events of its channel")
            return next(iter(guilds))
        self._note(winner, "guild_id", "is missing; the bot finds it by the channel at its next start")
        return None

    def _name(self, source: int) -> str:
        return "the database" if source == DATABASE else self._files[source]

    def _note(self, staged: Staged, field: str | None, message: str) -> None:
        if staged.source != DATABASE:
            self._stage.note(Finding(self._files[staged.source], staged.entry.key, field, message))
