"""Events and answers of one guild as a file that its organisers are given, made of `persistence.row_export`'s."""

import io
import zipfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from peewee import SqliteDatabase, fn

from models.database_models import Event, Reaction, database_proxy
from models.schema_manager import SchemaManager
from models.shown_records import ExportForm, GuildExport
from persistence.row_export import events_in, export_csv, export_json
from persistence.statements import rows_of
from utils.errors import StorageError

MOST_ANSWERS = 100_000
"""More would keep everybody else who asks something waiting for seconds; `reminder-bot db export` takes any number."""


def event_channels(guild_id: int) -> dict[int, int]:
    """Return the channels of a guild's events, whatever their state, with the number of events in each."""
    query = Event.select(Event.channel_id, fn.COUNT(Event.message_id)).where(Event.guild == guild_id)
    return dict(rows_of(query.group_by(Event.channel_id)))


def export_guild(
    guild_id: int, channel_ids: Collection[int], form: ExportForm, now: datetime, most_bytes: int
) -> GuildExport | None:
    """Return a guild's events in these channels with their answers; None when they are too many for ``most_bytes``.

    JSON is one document, CSV a ZIP archive with a file for each table; a document that is too long is zipped as well.

    Raises:
        StorageError: the temporary folder for the tables cannot be written.
    """
    mine = Reaction.select().join(Event).where(events_in(guild_id, channel_ids))
    if mine.limit(MOST_ANSWERS + 1).count() > MOST_ANSWERS:
        return None
    name = f"reminder-bot-{now:%Y-%m-%d}"
    if form is ExportForm.JSON:
        counts, content = _document(guild_id, channel_ids, now)
        name = f"{name}.json"
        if len(content) > most_bytes:
            name, content = f"{name}.zip", _zipped({name: content})
    else:
        counts, files = _tables(guild_id, channel_ids)
        name, content = f"{name}-csv.zip", _zipped(files)
    if len(content) > most_bytes:
        return None
    return GuildExport(name, content, counts["event"], counts["reaction"])


def _document(guild_id: int, channel_ids: Collection[int], now: datetime) -> tuple[dict[str, int], bytes]:
    database = cast(SqliteDatabase, database_proxy.obj)
    stream = io.StringIO()
    schema = SchemaManager(database).get_database_status().version
    counts = export_json(stream, guild_id, schema, now, channel_ids)
    return counts, stream.getvalue().encode()


def _tables(guild_id: int, channel_ids: Collection[int]) -> tuple[dict[str, int], dict[str, bytes]]:
    try:
        with TemporaryDirectory(prefix="reminder-bot-export-") as folder:
            counts = export_csv(Path(folder), guild_id, channel_ids)
            return counts, {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}
    except OSError as error:
        raise StorageError(f"The export cannot be written: {error.strerror}.") from error


def _zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return archive.getvalue()
