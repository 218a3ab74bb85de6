"""A guild's export for its organisers: the channels they see, nobody else's, readable again, and not too large."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from models.shown_records import ExportForm, GuildExport
from persistence import events, forgotten, guild_export
from persistence.database import DatabaseHandle
from persistence.guild_export import event_channels, export_guild
from persistence.row_import import import_json
from tests.unit.persistence.factories import (
    CHANNEL,
    EVENT,
    GUILD,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    met,
    new_event,
    opened,
    watch,
)  # fmt: skip

ANNA, BEN, EVE = 41, 42, 43
SECRET = CHANNEL + 1
MOST = 10 * 2**20


@pytest.fixture(autouse=True)
def filled(handle: DatabaseHandle) -> None:
    watch(title="=1+1")
    watch(EVENT + 2, OTHER_GUILD, title="Elsewhere")
    events.watch_event(replace(new_event(EVENT + 1, title="Secret"), channel_id=SECRET), NOW)
    apply_signal(met(add(ANNA, YES), "Anna"), NOW)
    apply_signal(replace(met(add(BEN, YES), "Ben"), message_id=EVENT + 1), NOW)
    forgotten.forget(EVE, NOW)


def made(form: ExportForm, *channels: int, most: int = MOST) -> GuildExport:
    export = export_guild(GUILD, channels, form, NOW, most)
    assert export is not None
    return export


def tables(export: GuildExport) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(export.content)) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


def test_channels_of_a_guild_are_counted() -> None:
    assert event_channels(GUILD) == {CHANNEL: 1, SECRET: 1}


def test_json_holds_the_chosen_channels_their_answers_and_people_and_nothing_else() -> None:
    export = made(ExportForm.JSON, CHANNEL)
    found = json.loads(export.content)["tables"]
    assert set(found) == {"guild", "user", "event", "reaction"}
    assert [row["message_id"] for row in found["event"]] == [str(EVENT)]
    assert [row["user_id"] for row in found["reaction"]] == [str(ANNA)]
    assert [row["username"] for row in found["user"]] == ["Anna"]
    assert (export.name, export.events, export.answers) == ("reminder-bot-2026-03-04.json", 1, 1)


def test_csv_is_an_archive_of_tables_whose_formulas_are_texts() -> None:
    export = made(ExportForm.CSV, CHANNEL, SECRET)
    found = tables(export)
    assert set(found) == {"guild.csv", "user.csv", "event.csv", "reaction.csv"}
    assert [row["title"] for row in found["event.csv"]] == ["'=1+1", "Secret"]
    assert [row["username"] for row in found["user.csv"]] == ["Anna", "Ben"]
    assert (export.name, export.events, export.answers) == ("reminder-bot-2026-03-04-csv.zip", 2, 2)


def test_json_is_read_back_by_the_operators_import(tmp_path: Path) -> None:
    text = made(ExportForm.JSON, CHANNEL, SECRET).content.decode()
    with opened(tmp_path / "empty.db") as other, other.database.atomic():
        assert import_json(io.StringIO(text)) == {"guild": 1, "user": 2, "event": 2, "reaction": 2}
        assert len(events.list_events(GUILD)) == 2


def test_channels_of_another_guild_give_nothing() -> None:
    export = export_guild(OTHER_GUILD, [SECRET], ExportForm.JSON, NOW, MOST)
    assert export is not None
    assert (export.events, export.answers) == (0, 0)


def test_document_that_is_too_long_is_zipped_and_one_that_still_is_not_made() -> None:
    whole = made(ExportForm.JSON, CHANNEL)
    zipped = made(ExportForm.JSON, CHANNEL, most=len(whole.content) - 1)
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        assert archive.read(whole.name) == whole.content
    assert zipped.name == f"{whole.name}.zip"
    assert export_guild(GUILD, [CHANNEL], ExportForm.JSON, NOW, 10) is None
    assert export_guild(GUILD, [CHANNEL], ExportForm.CSV, NOW, 10) is None


def test_more_answers_than_may_be_read_at_once_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guild_export, "MOST_ANSWERS", 1)
    assert export_guild(GUILD, [CHANNEL, SECRET], ExportForm.JSON, NOW, MOST) is None
    assert export_guild(GUILD, [CHANNEL], ExportForm.JSON, NOW, MOST) is not None
