"""Everything in the database as a file for other programs: JSON, which can be read back, or CSV for spreadsheets."""

import csv
import json
import os
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from peewee import SQL, Expression

from models.audit_models import AuditLog
from models.bot_state_model import BotState
from models.database_models import BaseModel, Event, Guild, Reaction, ReminderLog, ReminderRecipient, User
from models.forgotten_people import ForgottenPerson
from models.import_models import ImportedEvent, UnresolvedEvent
from models.member_models import Escalation, EventOptOut, GatheredMessage, HeldReminder, Member
from models.plan_models import PlanEntry
from models.tables import MODELS
from utils.errors import StorageError
from utils.time import to_text

FORMAT = "reminder-bot export"
VERSION = 1

_OF_NO_GUILD = (BotState, ForgottenPerson)
_OF_CHANNELS: tuple[type[BaseModel], ...] = (Guild, User, Event, Reaction)
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula. Source: https://owasp.org/www-community/attacks/CSV_Injection."""


def export_json(
    stream: IO[str],
    guild_id: int | None,
    schema: str | None,
    now: datetime,
    channel_ids: Collection[int] | None = None,
) -> dict[str, int]:
    """Write one JSON document, a row on each line; return the number of rows by table.

    Call it within one transaction: the rows are those of one moment. Of one guild, when it is named: then without what
    belongs to the bot as a whole, but with the hashes of forgotten people, who stay forgotten wherever it is read back.
    With ``channel_ids``, only the guild's events in these channels, their answers, and the people who gave them.
    """
    head = {
        "format": FORMAT,
        "version": VERSION,
        "schema": schema,
        "guild_id": None if guild_id is None else str(guild_id),
        "exported_at": to_text(now).replace(" ", "T"),
    }
    stream.write(_ENCODE(head)[:-1] + ', "tables": {')
    counts: dict[str, int] = {}
    for model in _exported(guild_id, channel_ids):
        table = model._meta.table_name
        stream.write(f"{',' if counts else ''}\n{_ENCODE(table)}: [")
        counts[table] = 0
        for row in _rows(model, guild_id, channel_ids):
            stream.write(f"{',' if counts[table] else ''}\n{_ENCODE(row)}")
            counts[table] += 1
        stream.write("]")
    stream.write("\n}}\n")
    return counts


def export_csv(folder: Path, guild_id: int | None, channel_ids: Collection[int] | None = None) -> dict[str, int]:
    """Write a CSV file for each table that is about events and people; return the number of rows by table.

    Of one guild, or of some of its channels, as `export_json`.

    UTF-8 with a byte order mark, as spreadsheets want it. A text that one would take for a formula gets an apostrophe
    in front. Spreadsheets round ids, which are longer than their numbers: import those columns as text.

    Raises:
        StorageError: a file is there already or cannot be written.
    """
    counts = {}
    for model in _exported(guild_id, channel_ids):
        if model in _OF_NO_GUILD:
            continue
        table = model._meta.table_name
        with new_file(folder / f"{table}.csv", encoding="utf-8-sig") as stream:
            writer = csv.writer(stream)
            writer.writerow(field.column_name for field in model._meta.sorted_fields)
            counts[table] = 0
            for row in _rows(model, guild_id, channel_ids):
                writer.writerow([_cell(value) for value in row.values()])
                counts[table] += 1
    return counts


def new_file(path: Path, encoding: str = "utf-8") -> IO[str]:
    """Open a new file for its owner alone.

    Raises:
        StorageError: it is there already, or cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    return os.fdopen(descriptor, "w", encoding=encoding, newline="")


def events_in(guild_id: int, channel_ids: Collection[int]) -> Expression:
    """Return the condition that an event is in one of these channels of the guild."""
    # One value, however many channels and threads there are.
    chosen = SQL("(SELECT value FROM json_each(?))", [json.dumps(sorted(channel_ids))])
    condition: Expression = (Event.guild == guild_id) & Event.channel_id.in_(chosen)
    return condition


def _exported(guild_id: int | None, channel_ids: Collection[int] | None) -> list[type[BaseModel]]:
    if channel_ids is not None:
        return list(_OF_CHANNELS)
    return [model for model in MODELS if guild_id is None or model not in (BotState, UnresolvedEvent)]


def _rows(
    model: type[BaseModel], guild_id: int | None, channel_ids: Collection[int] | None
) -> Iterator[dict[str, Any]]:
    query = model.select()
    if guild_id is not None and model is not ForgottenPerson:
        query = query.where(_of_guild(model, guild_id, channel_ids))
    in_order = query.order_by(*model._meta.get_primary_keys())
    return (row.to_dict() for row in in_order.iterator())


def _of_guild(model: type[BaseModel], guild_id: int, channel_ids: Collection[int] | None) -> Expression:
    mine: Any = Event.guild == guild_id if channel_ids is None else events_in(guild_id, channel_ids)
    people: Any = User.guild == guild_id
    events = Event.select(Event.message_id).where(mine)
    if channel_ids is not None:
        people &= User.user_id.in_(Reaction.select(Reaction.user_id).where(Reaction.event.in_(events)))
    logs = ReminderLog.select(ReminderLog.id).where(ReminderLog.event.in_(events))
    conditions: dict[type[BaseModel], Any] = {
        Guild: Guild.guild_id == guild_id,
        User: people,
        AuditLog: AuditLog.guild == guild_id,
        ImportedEvent: ImportedEvent.event.in_(events),
        Event: mine,
        Reaction: Reaction.event.in_(events),
        ReminderLog: ReminderLog.event.in_(events),
        ReminderRecipient: ReminderRecipient.log.in_(logs),
        PlanEntry: PlanEntry.event.in_(events),
        Member: Member.guild == guild_id,
        EventOptOut: EventOptOut.event.in_(events),
        GatheredMessage: GatheredMessage.guild == guild_id,
        HeldReminder: HeldReminder.event.in_(events),
        Escalation: Escalation.event.in_(events),
    }
    condition: Expression = conditions[model]
    return condition


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    elif isinstance(value, dict):
        value = _ENCODE(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
