"""The bot's statements, caught by playing one event's life against a database in memory.

Some statements are built once, others per call; played, all of them show, as SQLite gets them. A test makes sure that
no store function is left out.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any

from peewee import SqliteDatabase

from models.database_models import database_proxy
from models.event_options import EventOptions
from models.event_text import create_event_text
from models.records import (
    EventState,
    NewEvent,
    Person,
    PlanEntry,
    PlanKind,
    ReactionSignal,
    ReminderKind,
    ReminderStatus,
    Schedule,
    SignalKind,
)
from models.tables import MODELS
from persistence import (
    audit,
    bot_state,
    deletions,
    delivery_log,
    dormant_events,
    due_events,
    event_search,
    events,
    forgotten,
    guild_export,
    guilds,
    outdated,
    person_answers,
    personal_data,
    plan_claims,
    plans,
    reactions,
    reminder_log,
    told,
)
from persistence.held_rehearsal import holding, putting_off
from persistence.member_rehearsal import choosing

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_GUILD, _EVENT, _USER = 1, 2, 3
_NO_QUERIES = ("BEGIN", "COMMIT", "CREATE", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT")


@dataclass(frozen=True, slots=True)
class PlayedStatement:
    """One statement: the store function that runs it, its SQL, and values that fit it."""

    function: str
    sql: str
    values: tuple[Any, ...]


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> "_Cursor":
        _note(self.connection, sql, parameters)
        super().execute(sql, parameters)
        return self


class _Connection(sqlite3.Connection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.played: list[tuple[str, tuple[Any, ...]]] = []

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _Cursor)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return _Cursor(self).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        rows = list(parameters)
        _note(self, sql, rows[0] if rows else ())
        return super().executemany(sql, rows)


def _note(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> None:
    if isinstance(connection, _Connection) and not sql.lstrip().upper().startswith(_NO_QUERIES):
        connection.played.append((sql, tuple(values)))


def play_statements() -> list[PlayedStatement]:
    """Return the statements of the store functions, each once for each function, in the order of an event's life.

    Binds the models to a database in memory meanwhile: not for a process in which a bot runs.
    """
    database = SqliteDatabase(":memory:", factory=_Connection, autoconnect=False)
    bound = database_proxy.obj
    database_proxy.initialize(database)
    played: dict[PlayedStatement, None] = {}
    try:
        with database.connection_context():
            database.create_tables(MODELS)
            create_event_text(database)
            for name, function in _life():
                connection: Any = database.connection()  # type: ignore[no-untyped-call]  # peewee's stubs
                connection.played.clear()
                function()
                played |= dict.fromkeys(PlayedStatement(name, *found) for found in connection.played)
    finally:
        database_proxy.initialize(bound)
    once = {(statement.function, statement.sql): statement for statement in reversed(played)}
    return list(reversed(once.values()))


def _life() -> Iterable[tuple[str, Callable[[], object]]]:
    """Yield each store function with its name, ready to be called, in an order in which each finds what it needs."""
    waiting = chain(putting_off(_GUILD, _EVENT, _NOW), holding(_GUILD, _EVENT, _NOW))
    life = (
        _watching(),
        _telling(),
        _answering(),
        choosing(_GUILD, _EVENT, _USER, _NOW),
        _reminding(),
        _deleting(),
        waiting,
        _planning(),
        _ending(),
    )
    for function, *values in chain.from_iterable(life):
        module = function.__module__.rpartition(".")[2]
        yield f"{module}.{function.__name__}", partial(function, *values)


def _watching() -> Iterable[tuple[Any, ...]]:
    new = NewEvent(_EVENT, 4, _GUILD, "t", None, 60.0, ("✅", "❌"), _USER, _NOW)
    person = Person(_USER, "n", is_bot=False)
    yield guilds.upsert_guild, _GUILD, "g", _NOW
    yield guilds.insert_guilds, [_GUILD], _NOW
    yield guilds.get_guild_name, _GUILD
    yield guilds.upsert_people, _GUILD, [person], _NOW
    yield guilds.upsert_met, [(_GUILD, person)], _NOW
    yield guilds.get_people, _GUILD
    yield bot_state.set_value, "k", "v", _NOW
    yield bot_state.get_value, "k"
    # Twice: the second time, the row is there.
    yield events.watch_event, new, _NOW
    yield events.watch_event, new, _NOW
    yield events.get_event, _GUILD, _EVENT
    yield events.list_events, _GUILD
    yield (events.list_tracked,)
    yield (events.is_empty,)
    yield events.search_titles, _GUILD, "t", 5
    yield event_search.search_words, "t"
    yield event_search.search_events, _GUILD, "t", 5
    yield events.set_interval, _GUILD, _EVENT, 30.0, _NOW, _NOW
    yield events.pause, _GUILD, _EVENT, _NOW
    yield events.resume, _GUILD, _EVENT, _NOW, _NOW
    yield events.set_text, _GUILD, _EVENT, "t", None, _NOW
    yield events.go_quiet, _GUILD, _EVENT, _NOW, _NOW
    yield events.arm_if_quiet, _GUILD, _EVENT, _NOW, _NOW
    yield due_events.look, _NOW, 5
    yield due_events.list_due, _NOW, 5
    yield due_events.next_due_after, _NOW
    yield audit.list_entries, _GUILD, 5
    yield audit.list_entries, _GUILD, 5, _EVENT
    yield audit.count_before, _NOW
    yield audit.prune, _NOW, 5


def _telling() -> Iterable[tuple[Any, ...]]:
    yield (dormant_events.list_untold,)
    yield (dormant_events.count_untold,)
    yield dormant_events.list_dormant, _GUILD
    yield dormant_events.note_attempt, _GUILD, dormant_events.ListAttempt(4, _NOW)
    yield dormant_events.get_attempt, _GUILD
    yield dormant_events.drop_attempt, _GUILD
    yield dormant_events.mark_told, _GUILD, [_EVENT], _NOW
    yield told.note_told, "topic", _GUILD, "text", _NOW
    yield told.get_told, "topic", _GUILD
    yield told.drop_told, "topic", _GUILD
    yield told.drop_told_everywhere, "topic"


def _answering() -> Iterable[tuple[Any, ...]]:
    person = Person(_USER, "n", is_bot=False)
    add = ReactionSignal(SignalKind.ADD, _GUILD, _EVENT, _USER, "✅", _NOW, person)
    yield reactions.apply_signals, [add], _NOW
    yield reactions.apply_signals, [ReactionSignal(SignalKind.REMOVE, _GUILD, _EVENT, _USER, "✅", _NOW)], _NOW
    yield reactions.apply_signals, [add], _NOW
    yield reactions.apply_signals, [ReactionSignal(SignalKind.CLEAR_EMOJI, _GUILD, _EVENT, None, "✅", _NOW)], _NOW
    yield reactions.apply_signals, [ReactionSignal(SignalKind.CLEAR, _GUILD, _EVENT, None, None, _NOW)], _NOW
    yield reactions.reconcile, _GUILD, _EVENT, {_USER: frozenset({"✅"})}, (), _NOW
    yield reactions.list_answers, _GUILD, _EVENT
    yield reactions.answered_user_ids, _GUILD, _EVENT
    yield reactions.answered, _GUILD, _EVENT
    yield reactions.answered_among, _GUILD, _EVENT, {_USER}
    yield person_answers.list_answers_of, _GUILD, _USER, 5
    yield person_answers.running_answers, _GUILD, _USER
    yield guild_export.event_channels, _GUILD


def _reminding() -> Iterable[tuple[Any, ...]]:
    people = [[5, 6], [7]]
    later = _NOW + timedelta(hours=1)
    yield _claim, _NOW, people, _NOW
    yield (reminder_log.list_pending,)
    yield reminder_log.pending_of, _GUILD, _EVENT
    yield reminder_log.pending_batch, _GUILD, 1
    yield reminder_log.come_home, _GUILD, 1, _NOW
    yield reminder_log.begin_attempt, _GUILD, 1, {5}, _NOW
    yield reminder_log.complete, _GUILD, 1, 9, _NOW, {5}, _NOW
    yield reminder_log.close_batch, _GUILD, 2, ReminderStatus.FAILED, "r", _NOW
    yield _claim, later, people, later
    yield reminder_log.close_pending, _GUILD, _EVENT, ReminderStatus.SKIPPED, "r", later
    yield reminder_log.list_log, _GUILD, _EVENT, 5
    yield reminder_log.known_message_ids, _GUILD, _EVENT
    yield delivery_log.list_deliveries, _GUILD, 5
    yield delivery_log.list_deliveries, _GUILD, 5, _EVENT
    yield reminder_log.recipients_of, _GUILD, 1


def _planning() -> Iterable[tuple[Any, ...]]:
    starts_at = _NOW + timedelta(days=3)
    options = EventOptions(wants_tally=True)
    yield events.set_schedule, _GUILD, _EVENT, Schedule(starts_at, None, options), _NOW
    yield events.set_schedule, _GUILD, _EVENT, Schedule(starts_at + timedelta(hours=1), None, options), _NOW
    yield plans.list_planned, _GUILD, _EVENT
    yield due_events.list_due_entries, starts_at, 5
    yield due_events.next_entry_after, _NOW
    entry = PlanEntry(1, _GUILD, _EVENT, PlanKind.DECIDE, starts_at - timedelta(days=1), None)
    yield plan_claims.claim_entry, entry, [[5]], _NOW
    yield plan_claims.end_event, _GUILD, _EVENT, "r", ReminderKind.TALLY, [], starts_at, starts_at
    yield plans.drop, _EVENT


def _deleting() -> Iterable[tuple[Any, ...]]:
    options = EventOptions(deletes_older=True, delete_after_minutes=5)
    scheduled_at = _NOW + timedelta(hours=2)
    yield events.set_schedule, _GUILD, _EVENT, Schedule(None, None, options), scheduled_at
    yield _claim, scheduled_at, [[5]], scheduled_at
    yield reminder_log.complete, _GUILD, 5, 10, scheduled_at, {5}, scheduled_at
    yield deletions.list_due_deletions, scheduled_at, 5
    yield deletions.next_deletion_after, _NOW
    yield deletions.postpone_deletion, _GUILD, 1, scheduled_at, scheduled_at
    yield deletions.end_deletion, _GUILD, 1, scheduled_at


def _claim(scheduled_at: datetime, batches: list[list[int]], now: datetime) -> None:
    reminder_log.claim(_GUILD, _EVENT, scheduled_at, batches, now, due_only=False)


# The name under which its statements are shown.
_claim.__name__, _claim.__module__ = reminder_log.claim.__name__, reminder_log.claim.__module__


def _ending() -> Iterable[tuple[Any, ...]]:
    yield events.set_state, _GUILD, _EVENT, EventState.ARCHIVED, "r", _NOW
    yield outdated.next_slice, _NOW + timedelta(days=9)
    yield forgotten.forget, 5, _NOW
    yield personal_data.rows_of_person, 5
    yield personal_data.forget_person, _GUILD, 5, _NOW
    yield forgotten.take_in_again, 5
    yield forgotten.is_forgotten, 5
    yield (forgotten.forgotten_people,)
    yield forgotten.not_forgotten, [5, 6]
    yield forgotten.take_in_again, 5
    yield forgotten.merge_forgotten, forgotten.ForgottenPeople({}), _NOW
