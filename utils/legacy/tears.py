"""Where a file stops being JSON, and the last whole entry before that.

The stream gives an entry only when it meets the next one, or the end of all: one that is whole, but the last before a
tear, has to be looked for.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import ijson

# ArithmeticError: a number with an absurd exponent.
DAMAGE = (ijson.JSONError, ArithmeticError, UnicodeDecodeError)
"""What the parser raises where a file is no JSON."""

CHUNK = 1 << 16
"""How much is read at once."""

BOM = b"\xef\xbb\xbf"
"""What some editors of Windows put before the text."""

_EVENTS = re.compile(rb'"events"\s*:\s*\{')
_COLON = re.compile(r"\s*:\s*")
_DECODER = json.JSONDecoder(parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class Tear:
    """Where a file stops being JSON: the byte, counted from 0, and what the parser says about it."""

    offset: int
    reason: str


def skip_bom(file: BinaryIO) -> None:
    """Move past a byte order mark, at the beginning of a file."""
    if file.read(len(BOM)) != BOM:
        file.seek(0)


def tear_at(path: Path, chunk_start: int, error: Exception) -> Tear:
    """Return the tear that was met in the chunk at ``chunk_start``; reads the file up to there again."""
    parser = ijson.basic_parse_coro(ijson.sendable_list())
    with path.open("rb") as file:
        _feed(parser, file, chunk_start)
        while byte := file.read(1):
            try:
                parser.send(byte)
            except DAMAGE:
                return Tear(file.tell() - 1, _reason(error))
        return Tear(file.tell(), _reason(error))


def last_entry(path: Path, tear: Tear, last_chunk: int | None, *, is_wrapped: bool) -> tuple[str, Any] | None:
    """Return the entry before a tear that is whole, but that the stream did not give.

    ``last_chunk`` is where the chunk begins in which the stream gave an entry the last time, None when it gave none.
    """
    with path.open("rb") as file:
        skip_bom(file)
        if last_chunk is None:
            region = file.read(tear.offset - file.tell())
            opening = _EVENTS.search(region) if is_wrapped else re.match(rb"\s*\{", region)
            start = None if opening is None else opening.end()
        else:
            start = _next_key(file, last_chunk, is_wrapped=is_wrapped)
            file.seek(last_chunk)
            region = file.read(tear.offset - last_chunk)
    return None if start is None else _decoded(region[start:].decode("utf-8", "replace").lstrip())


def _next_key(file: BinaryIO, last_chunk: int, *, is_wrapped: bool) -> int | None:
    """Return where, in the chunk, the key begins at whose end the stream gave the entry before it."""
    entries: Any = ijson.sendable_list()
    parser = ijson.kvitems_coro(entries, "events" if is_wrapped else "")
    _feed(parser, file, last_chunk)
    del entries[:]
    chunk = file.read(CHUNK)
    given_at = None
    for index in range(len(chunk)):
        try:
            parser.send(chunk[index : index + 1])
        except DAMAGE:
            break
        if entries:
            given_at = index
            del entries[:]
    if given_at is None or chunk[given_at : given_at + 1] != b'"':
        return None
    # A key is digits; one with a quote in it is no event's.
    start = chunk.rfind(b'"', 0, given_at)
    return None if start < 0 else start


def _feed(parser: Any, file: BinaryIO, end: int) -> None:
    if file.tell() == 0:
        skip_bom(file)
    while (room := end - file.tell()) > 0:
        parser.send(file.read(min(room, CHUNK)))


def _decoded(text: str) -> tuple[str, Any] | None:
    try:
        key, end = _DECODER.raw_decode(text)
        colon = _COLON.match(text, end)
        if not isinstance(key, str) or colon is None:
            return None
        value, end = _DECODER.raw_decode(text, colon.end())
    except (ValueError, ArithmeticError, RecursionError):
        return None
    # A number at the very end may have had more digits.
    return (key, value) if isinstance(value, dict | list | str) or text[end:].strip() else None


def _reason(error: Exception) -> str:
    first_line = re.split(r"\\n|\n", str(error).removeprefix("b'"))[0]
    return first_line.strip() or type(error).__name__
