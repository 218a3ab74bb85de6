"""Small JSON files, read at once by Python's own reader, in a third of the time that the stream takes.

Two readers of one format can differ. So this one answers only where there is nothing to differ about; damage, a key
that comes twice and the like are left to the stream, and a test holds the two against each other.
"""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from utils.legacy.tears import BOM

SMALL = 4 << 20
"""Bytes that may be read at once: the entries made of them may take ten times as much."""

# Half a pair means something else to each reader, and a whole one is not worth looking for.
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def entries_at_once(path: Path, *, is_wrapped: bool) -> list[tuple[str, Any]] | None:
    """Return the key and raw value of every entry as the stream would; None when that is not certain.

    Raises:
        OSError: the file cannot be read.
    """
    data = path.read_bytes()
    if _SURROGATE.search(data):
        return None
    try:
        content = _DECODER.decode(data.removeprefix(BOM).decode())
    except (ValueError, ArithmeticError, RecursionError):
        return None
    events = content.get("events") if is_wrapped and isinstance(content, dict) else content
    return list(events.items()) if isinstance(events, dict) else None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=Decimal, parse_constant=_refused)
