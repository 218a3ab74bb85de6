"""Small JSON files read at once: the same to the last value as the stream reads, or left to it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.legacy_files import raw, write, write_samples
from tests.legacy_model import FILES, File
from utils.legacy.json_file import read_entries, stream_entries
from utils.legacy.small_file import SMALL, entries_at_once
from utils.legacy.tears import CHUNK, Tear

_KEYS = st.sampled_from(["1408", "events", "metadata", "a.b", "", "é", "events.1", "\\u00e9", "\\ud83d\\udc4d", "item"])
_ATOMS = st.sampled_from(
    [
        "null", "true", "false", "0", "-0", "1.50", "1E400", "1e-7", "-1.0e+2", "9" * 40, '""', '"✅"', '"\\u2705"',
        '"\\ud83d"', '"\\udc4d\\ud83d"', '"\\/\\b\\u0000"', "NaN", "-Infinity", "01", "1.", "+1", "'a'", '"\t"',
        "\x0b1", "// a\n1", '"👍"', '"\x7f"', '"\ud7ff"', "1e99999999999999999999",
    ]
)  # fmt: skip


def _object(members: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in members) + "}"


_VALUES = st.recursive(
    _ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(_KEYS, inner), max_size=3).map(_object)
    ),
    max_leaves=6,
)
_TEXTS = st.lists(st.tuples(_KEYS, _VALUES), max_size=4).map(_object) | _VALUES
_STRAY = st.sampled_from(["", ",", "}", "{", "]", '"', "\\", "0", " ", "\ufeff", "\n", "x", "\x00"])


def same_or_left(path: Path, *, is_wrapped: bool) -> bool:
    """Hold the two readers against each other; return whether the file was read at once."""
    at_once = entries_at_once(path, is_wrapped=is_wrapped)
    streamed = list(stream_entries(path, is_wrapped=is_wrapped, advance=lambda _count: None))
    # As text, because 1, True, 1.0 and Decimal(1) are equal.
    assert at_once is None or repr(at_once) == repr(streamed)
    assert at_once is None or not any(isinstance(found, Tear) for found in streamed)
    return at_once is not None


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small") / "a.json"


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=_TEXTS, at=st.integers(0, 200), stray=_STRAY, is_cut=st.booleans(), is_wrapped=st.booleans())
@example(text='{"": {"1": 2, "": 3}, "a": 1}', at=0, stray="", is_cut=False, is_wrapped=False)
@example(text='{"1": [NaN]}', at=0, stray="", is_cut=False, is_wrapped=False)
@example(text='{"events": 5}', at=0, stray="", is_cut=False, is_wrapped=True)
@example(text='{"events": {"1": 2, "1": 3}}', at=0, stray="", is_cut=False, is_wrapped=True)
@example(text='{"events": {"1": 1}}', at=0, stray="\ufeff", is_cut=False, is_wrapped=True)
def test_any_text_is_read_as_by_the_stream_or_left_to_it(
    path: Path, text: str, at: int, stray: str, is_cut: bool, is_wrapped: bool
) -> None:
    damaged = text[:at] + stray + ("" if is_cut else text[at:])
    path.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    same_or_left(path, is_wrapped=is_wrapped)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_random_legacy_files_are_read_as_by_the_stream_or_left_to_it(path: Path, files: list[File]) -> None:
    for file in files:
        same_or_left(file.write(path.parent), is_wrapped=file.is_wrapped)


def test_samples_are_read_at_once(tmp_path: Path) -> None:
    for sample in write_samples(tmp_path):
        assert same_or_left(sample, is_wrapped=sample.name.startswith("v3"))


@pytest.mark.parametrize(
    "content",
    [
        b'{"1": {"title": "\\ud83d"}}', b'{"1": 1, "1": 2}', b'{"1": {"a": 1, "a": 2}}', b'{"1": NaN}', b'{"1": 1',
        b'{"1": "\xff"}', b"\xff\xfe{\x00}\x00", b"[1]", b"", b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_readers_may_differ_about_is_left_to_the_stream(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert entries_at_once(path, is_wrapped=False) is None


@pytest.mark.parametrize(("size", "parts"), [(SMALL, 1), (SMALL + 1, SMALL // CHUNK + 2)])
def test_large_file_is_read_as_a_stream(path: Path, size: int, parts: int) -> None:
    path.write_bytes(b'{"1": 1}'.ljust(size))
    told: list[int] = []
    assert list(read_entries(path, is_wrapped=False, advance=told.append)) == [("1", 1)]
    assert (sum(told), len(told)) == (size, parts)


def test_numbers_are_exact(path: Path) -> None:
    read: Any = entries_at_once(write(path, raw(interval_minutes=7.5, channel_id=2**63 - 1)), is_wrapped=False)
    ((_key, entry),) = read
    assert (entry["interval_minutes"], entry["channel_id"]) == (Decimal("7.5"), 2**63 - 1)
    assert json.loads(path.read_text())
