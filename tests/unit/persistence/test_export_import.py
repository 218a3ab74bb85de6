"""What is exported as JSON is read back row for row; CSV is harmless to a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sql import run_sql
from models.tables import MODELS
from persistence import bot_state, events, forgotten, guilds, reactions, reminder_log
from persistence.database import DatabaseHandle
from persistence.json_reader import JsonReader
from persistence.row_export import export_csv, export_json
from persistence.row_import import import_json
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    claimed,
    later,
    met,
    new_event,
    opened,
    watch,
)
from utils.errors import StorageError, ValidationError

ANNA, BEN = 41, 42


def fill() -> None:
    watch()
    watch(EVENT + 1, OTHER_GUILD, title='=HYPERLINK("http://evil")\n"quoted", 🐉')
    guilds.upsert_guild(GUILD, "Guild ✅", NOW)
    apply_signal(met(add(ANNA, YES), "@Anna"), NOW)
    reactions.reconcile(OTHER_GUILD, EVENT + 1, {BEN: frozenset({YES})}, (), NOW)
    (claim,) = claimed((ANNA, BEN))
    reminder_log.complete(GUILD, claim.log_id, 77, later(60), {BEN}, later(60))
    forgotten.forget(43, NOW)
    bot_state.set_value("commands", "hash", NOW)


def rows(handle: DatabaseHandle) -> dict[str, list[Any]]:
    names = [model._meta.table_name for model in MODELS]
    return {
        name: [tuple(map(plain, row)) for row in run_sql(handle.database, f'SELECT * FROM "{name}"')] for name in names
    }


def plain(value: Any) -> Any:
    """Read a JSON object, whose keys another program may have put into another order."""
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def exported(guild_id: int | None = None) -> str:
    stream = io.StringIO()
    export_json(stream, guild_id, "0003", NOW)
    return stream.getvalue()


@contextmanager
def empty(tmp_path: Path) -> Iterator[DatabaseHandle]:
    with opened(tmp_path / "empty.db") as handle:
        yield handle


def test_export_read_into_an_empty_database_is_equal(handle: DatabaseHandle, tmp_path: Path) -> None:
    fill()
    before, text = rows(handle), exported()
    with empty(tmp_path) as other, other.database.atomic():
        counts = import_json(io.StringIO(text))
        assert rows(other) == before
        assert exported() == text
    assert counts == {name: len(found) for name, found in before.items()}
    assert counts["reaction"] == 2


def test_export_is_json_whose_ids_are_strings(handle: DatabaseHandle) -> None:
    fill()
    document = json.loads(exported())
    assert document["format"] == "reminder-bot export"
    (event, _other) = document["tables"]["event"]
    assert event["message_id"] == str(EVENT)
    assert event["required_reactions"] == ["✅", "❌", "<:maybe:1234567890>"]


@pytest.mark.parametrize("spacing", [{"indent": 4}, {"separators": (",", ":")}, {"sort_keys": True, "indent": 1}])
def test_export_that_another_program_has_formatted_is_read(
    handle: DatabaseHandle, tmp_path: Path, spacing: dict[str, Any]
) -> None:
    fill()
    before, text = rows(handle), json.dumps(json.loads(exported()), **spacing)
    with empty(tmp_path) as other, other.database.atomic():
        import_json(io.StringIO(text))
        assert rows(other) == before


def test_export_of_one_guild_holds_nothing_of_another(handle: DatabaseHandle, tmp_path: Path) -> None:
    fill()
    tables = json.loads(exported(OTHER_GUILD))["tables"]
    assert [event["message_id"] for event in tables["event"]] == [str(EVENT + 1)]
    assert [answer["user_id"] for answer in tables["reaction"]] == [str(BEN)]
    assert (tables["reminder_log"], tables["reminder_recipient"], tables["user"]) == ([], [], [])
    assert "bot_state" not in tables
    assert len(tables["forgotten_person"]) == 1
    assert f'"{ANNA}"' not in exported(OTHER_GUILD)
    with empty(tmp_path) as other, other.database.atomic():
        assert import_json(io.StringIO(exported(OTHER_GUILD))) == {table: 0 for table in tables}
        assert rows(other)["guild"] == []


def test_import_into_a_database_that_is_not_empty_is_refused(handle: DatabaseHandle) -> None:
    fill()
    before = rows(handle)
    with pytest.raises(StorageError, match="not empty: there are rows in guild, user, event"):
        import_json(io.StringIO(exported()))
    assert rows(handle) == before


def changed(change: Any) -> str:
    document = json.loads(exported())
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["tables"]["event"][0].update(message_id=5), "event, row 1: message_id: 5: an id is written as"),
        (lambda d: d["tables"]["event"][1].update(mood="good"), "event, row 2: mood: no column of event"),
        (lambda d: d["tables"]["event"][0].update(created_at="2026-01-01"), "event, row 1: created_at: naive"),
        (lambda d: d["tables"]["event"][0].update(title="x" * 201), "event, row 1: title: is longer than 200"),
        (lambda d: d["tables"]["event"][0].update(interval_minutes="soon"), "event, row 1: a value is none of its"),
        (lambda d: d["tables"]["event"].append(3), "event, row 3: it is no JSON object"),
        (lambda d: d["tables"].update(books=[]), "books: this program has no such table"),
        (lambda d: d.update(version=2), "its version is not 1"),
        (lambda d: d.pop("format"), "its format is not 'reminder-bot export'"),
        (lambda d: d.pop("tables"), "it has no tables"),
    ],
)
def test_file_with_a_mistake_is_refused_with_its_place(
    handle: DatabaseHandle, tmp_path: Path, change: Any, message: str
) -> None:
    fill()
    text = changed(change)
    with empty(tmp_path), pytest.raises(ValidationError) as caught:
        import_json(io.StringIO(text))
    assert message in str(caught.value)


def test_rows_that_do_not_fit_together_are_refused(handle: DatabaseHandle, tmp_path: Path) -> None:
    fill()
    orphaned = changed(lambda document: document["tables"]["event"].pop(0))
    twice = changed(lambda document: document["tables"]["event"].append(document["tables"]["event"][0]))
    for text, message in ((orphaned, "reaction: a row points to a missing event"), (twice, "event, rows 1 to 3")):
        with empty(tmp_path) as other:
            with pytest.raises(StorageError, match=message), other.database.atomic("IMMEDIATE"):
                import_json(io.StringIO(text))
            assert not any(rows(other).values())


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": ', "{}", '{"a": 1} x', "nul", '{"tables": {"event": [{]}}']
)
def test_text_that_is_no_export_is_refused(store: DatabaseHandle, text: str) -> None:
    with pytest.raises(ValidationError, match=r"^file: it is (no export|not the JSON)"):
        import_json(io.StringIO(text))


def test_bytes_that_are_no_text_are_refused(store: DatabaseHandle) -> None:
    with pytest.raises(ValidationError, match="not UTF-8"):
        import_json(io.TextIOWrapper(io.BytesIO(b'{"format": "\xff"}'), encoding="utf-8"))


class DribblingText(io.StringIO):
    """Gives one character at a time, however many are asked for."""

    def read(self, size: int | None = -1, /) -> str:
        return super().read(1 if size != 0 else 0)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), st.lists(values, max_size=4), max_size=4), st.sampled_from([None, 2]))
def test_reader_reads_what_json_wrote_wherever_the_chunks_end(
    document: dict[str, list[Any]], indent: int | None
) -> None:
    reader = JsonReader(DribblingText(json.dumps(document, indent=indent)))
    read = {key: list(reader.items()) for key in reader.keys()}  # noqa: SIM118 - no dictionary
    reader.end()
    assert read == document


def test_csv_has_a_file_for_each_table_and_no_formula(handle: DatabaseHandle, tmp_path: Path) -> None:
    fill()
    events.watch_event(replace(new_event(EVENT + 2), title="-1+1", description="\tcmd"), NOW)
    (tmp_path / "csv").mkdir()
    counts = export_csv(tmp_path / "csv", None)
    assert sorted(path.stem for path in (tmp_path / "csv").iterdir()) == sorted(counts)
    assert "bot_state" not in counts
    assert "forgotten_person" not in counts
    content = (tmp_path / "csv" / "event.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    titles = {row["message_id"]: row["title"] for row in read}
    assert titles[str(EVENT)] == "Raid night"
    assert titles[str(EVENT + 1)].startswith("'=HYPERLINK")
    assert titles[str(EVENT + 2)] == "'-1+1"
    assert read[0]["required_reactions"] == "✅ ❌ <:maybe:1234567890>"
    for path in (tmp_path / "csv").iterdir():
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    with pytest.raises(StorageError, match="File exists"):
        export_csv(tmp_path / "csv", None)
