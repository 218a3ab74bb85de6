"""JSON files as a stream: shapes, tears, byte order marks, and which files of a folder are read at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.legacy_files import CHANNEL, EVENT, SECOND, raw, write, write_samples
from utils.legacy.json_file import Shape, read_entries, shape_of
from utils.legacy.sources import Kind, find_sources, legacy_files_in
from utils.legacy.tears import Tear


def entries_of(path: Path, *, is_wrapped: bool = False) -> list[Any]:
    return list(read_entries(path, is_wrapped=is_wrapped, advance=lambda _count: None))


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    content = write(tmp_path / "whole.json", raw(), raw(SECOND)).read_bytes()
    (tmp_path / "whole.json").unlink()
    return content


def test_integers_are_exact(tmp_path: Path) -> None:
    ((_key, entry),) = entries_of(write(tmp_path / "a.json", raw(channel_id=2**63 - 1)))
    assert entry["channel_id"] == 2**63 - 1


def test_byte_order_mark_is_passed_over(tmp_path: Path, whole: bytes) -> None:
    path = put(tmp_path / "a.json", b"\xef\xbb\xbf" + whole)
    assert (shape_of(path), len(entries_of(path))) == (Shape.FLAT, 2)


def test_key_that_comes_twice_is_yielded_twice(tmp_path: Path) -> None:
    one = json.dumps(raw())
    assert len(entries_of(put(tmp_path / "a.json", f'{{"{EVENT}": {one}, "{EVENT}": {one}}}'))) == 2


def test_tear_at_any_byte_yields_every_whole_entry_before_it(tmp_path: Path, whole: bytes) -> None:
    # The last byte of the first and of the second entry.
    ends = [whole.index(b"\n  }") + 4, whole.rindex(b"\n  }") + 4]
    for cut in range(0, len(whole), 7):
        *entries, tear = entries_of(put(tmp_path / "a.json", whole[:cut]))
        assert len(entries) == sum(end <= cut for end in ends)
        assert isinstance(tear, Tear)
        assert tear.offset == cut


@pytest.mark.parametrize("size", [10, 70_000])
def test_damage_in_the_middle_is_told_by_its_byte(tmp_path: Path, size: int) -> None:
    first = json.dumps({str(EVENT): raw(title="x" * size)})[:-1]
    *entries, tear = entries_of(put(tmp_path / "a.json", f'{first}, garbage "{SECOND}": {{}}}}'))
    assert (len(entries), tear.offset) == (1, len(first) + 2)


def test_number_that_no_reader_can_hold_is_a_tear(tmp_path: Path) -> None:
    (tear,) = entries_of(put(tmp_path / "a.json", f'{{"{EVENT}": 1e{"9" * 20}}}'))
    assert isinstance(tear, Tear)


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        ("{}", Shape.EMPTY),
        ("", Shape.BROKEN),
        ('{"1408', Shape.BROKEN),
        ("[1, 2]", Shape.OTHER),
        ('{"a": 1}', Shape.OTHER),
        (json.dumps({"events": {}}), Shape.OTHER),
        (json.dumps({"note": "mine", str(EVENT): raw()}), Shape.FLAT),
        (json.dumps({"metadata": {"version": 3}, "events": {str(EVENT): raw()}}), Shape.WRAPPED),
        (json.dumps({"taken_at": "now", "events": {str(EVENT): raw()}}), Shape.OTHER),
        (json.dumps({str(EVENT): {"channel_id": CHANNEL, "reminders_sent": 5}}), Shape.OTHER),
        (json.dumps({"list": [raw()]}), Shape.OTHER),
        (
            json.dumps({str(EVENT): {"channel_id": 1, "users_who_reacted": [], "title": "", "all_users": []}}),
            Shape.FLAT,
        ),
    ],
)
def test_shape_is_told_by_content(tmp_path: Path, content: str, shape: Shape) -> None:
    assert shape_of(put(tmp_path / "a.json", content)) is shape


def test_folder_is_searched_by_content_and_what_is_no_event_file_is_named_and_left(
    tmp_path: Path, whole: bytes
) -> None:
    read_by_name = put(tmp_path / "watched_events.json", "")
    read_by_content = put(tmp_path / "data" / "renamed.json", whole)
    left = [
        put(tmp_path / "watched_reminders.json.backup_20250824_101112", whole),
        put(tmp_path / "data" / "backups" / "any.json", whole),
        put(tmp_path / "data" / "manual_backup_1.json", whole),
        put(tmp_path / "data" / "watched_reminders_archived_2.json", whole),
        put(tmp_path / "data" / "diagnostics" / "d.json", whole),
        put(tmp_path / "data" / "metrics" / "m.json", '{"a": {"b": 1}}'),
        put(tmp_path / "settings.json", '{"prefix": "!"}'),
    ]
    put(tmp_path / "data" / "backups" / "import-20250824T101112Z" / "source-1-a.json", whole)
    put(tmp_path / ".hidden" / "a.json", whole)
    put(tmp_path / "notes.txt", whole)
    found, passed_by = find_sources([tmp_path])
    assert {source.path for source in found} == {read_by_name, read_by_content}
    assert {file.path for file in passed_by} == set(left)
    assert not any(file.is_fault for file in passed_by)


def test_backup_is_read_when_it_is_named(tmp_path: Path, whole: bytes) -> None:
    path = put(tmp_path / "watched_reminders.json.backup_20250824_101112", whole)
    assert [source.path for source in find_sources([path])[0]] == [path]


def test_named_file_without_events_is_a_fault(tmp_path: Path) -> None:
    ((), (left,)) = find_sources([put(tmp_path / "a.json", "[]")])
    assert left.is_fault


def test_file_named_twice_is_read_once(tmp_path: Path, whole: bytes) -> None:
    path = put(tmp_path / "watched_reminders.json", whole)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert len(find_sources([path, tmp_path, link])[0]) == 1


def test_samples_are_all_recognised(tmp_path: Path) -> None:
    kinds = [source.kind for source in find_sources(write_samples(tmp_path))[0]]
    assert kinds == [Kind.JSON, Kind.JSON, Kind.JSON, Kind.WRAPPED_JSON]


def test_files_of_the_old_bot_beside_a_database_are_found_without_searching_deeper(
    tmp_path: Path, whole: bytes
) -> None:
    path = put(tmp_path / "watched_matches.json", whole)
    put(tmp_path / "deeper" / "watched_reminders.json", whole)
    put(tmp_path / "watched_events.json", "{}")
    assert legacy_files_in(tmp_path) == [path]
    assert legacy_files_in(tmp_path / "nowhere") == []
