"""The JSON files of V0 to V3: whole entries one by one, up to where a file is torn; large files as a stream."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import ijson

from utils.legacy.entries import TELLING_FIELDS
from utils.legacy.small_file import SMALL, entries_at_once
from utils.legacy.tears import CHUNK, DAMAGE, Tear, last_entry, skip_bom, tear_at

_MOST_TOKENS = 2_000_000
"""How far a file is looked into for the first sign of an event; real ones show it within the first dozen."""

_TELLING_ENOUGH = 2


class Shape(StrEnum):
    """How the events lie in a file."""

    FLAT = "flat"
    WRAPPED = "wrapped"
    EMPTY = "empty"
    """An object without anything in it: what the bot wrote when nothing was watched."""
    BROKEN = "broken"
    """It ends, or is no JSON any more, before there was any sign of what it is."""
    OTHER = "other"


def shape_of(path: Path) -> Shape:
    """Tell by its content whether a file holds events, and how.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        skip_bom(file)
        try:
            return _shape(islice(ijson.basic_parse(file), _MOST_TOKENS))
        except DAMAGE:
            return Shape.BROKEN


def read_entries(path: Path, *, is_wrapped: bool, advance: Callable[[int], None]) -> Iterator[tuple[str, Any] | Tear]:
    """Yield the key and raw value of every whole entry, and at the end, of a torn file, where it tore.

    ``advance`` is told the number of bytes read since it was last told. A key that comes twice is yielded twice.
    Integers are exact, whatever their size; other numbers are ``Decimal``.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    entries = entries_at_once(path, is_wrapped=is_wrapped) if size <= SMALL else None
    if entries is None:
        yield from stream_entries(path, is_wrapped=is_wrapped, advance=advance)
        return
    yield from entries
    advance(size)


def stream_entries(path: Path, *, is_wrapped: bool, advance: Callable[[int], None]) -> Iterator[tuple[str, Any] | Tear]:
    """Do as `read_entries` with a file of any size, in little memory.

    Raises:
        OSError: the file cannot be read.
    """
    entries: Any = ijson.sendable_list()
    parser = ijson.kvitems_coro(entries, "events" if is_wrapped else "")
    last_chunk: int | None = None
    with path.open("rb") as file:
        skip_bom(file)
        while True:
            start = file.tell()
            chunk = file.read(CHUNK)
            error = _feed(parser, chunk)
            if entries:
                last_chunk = start
                yield from entries
                del entries[:]
            advance(len(chunk))
            if error is not None:
                tear = tear_at(path, start, error)
                found = last_entry(path, tear, last_chunk, is_wrapped=is_wrapped)
                yield from (tear,) if found is None else (found, tear)
            if error is not None or not chunk:
                return


def _feed(parser: Any, chunk: bytes) -> Exception | None:
    """Give the parser a chunk, or the end when it is empty; return what it says of damage."""
    try:
        parser.send(chunk) if chunk else parser.close()
    except DAMAGE as error:
        return error
    return None


def _shape(tokens: Iterator[tuple[str, Any]]) -> Shape:
    """Follow the tokens to the first object in the right place with two telling fields."""
    path: list[str | None] = []
    telling: list[int] = []
    key: str | None = None
    members: set[str] = set()
    for kind, value in tokens:
        if kind == "map_key":
            key = value
            members |= {value} if len(path) == 1 else set()
            telling[-1] += value in TELLING_FIELDS
            if telling[-1] == _TELLING_ENOUGH and (shape := _place(path, members)):
                return shape
        elif kind in ("start_map", "start_array"):
            if not path and kind == "start_array":
                return Shape.OTHER
            path.append(key if kind == "start_map" else None)
            telling.append(0)
            key = None
        elif kind in ("end_map", "end_array"):
            path.pop()
            telling.pop()
    return Shape.OTHER if members else Shape.EMPTY


def _place(path: list[str | None], members: set[str]) -> Shape | None:
    if len(path) == 2 and path[1] is not None:
        return Shape.FLAT
    is_wrapper = members <= {"events", "metadata"}
    return Shape.WRAPPED if len(path) == 3 and path[1] == "events" and is_wrapper else None
