"""Single values of a legacy entry, read without inventing anything."""

import math
import re
from array import array
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from utils.emoji import emoji_key, is_emoji
from utils.formatting import TITLE_LIMIT, truncate
from utils.legacy.records import EntryRejectedError, Report

_LARGEST_ID = 2**63 - 1
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_SHOWN = 60
_SHOWN_EACH = 3


def id_of(value: object) -> int | None:
    """Return a Discord id given as an integer or a string of digits, else None."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if text.isascii() and text.isdecimal() and len(text) <= 32 else None
    if type(value) is not int or not 0 < value <= _LARGEST_ID:
        return None
    return value


def required_id(value: object, field: str) -> int:
    """Return an id without which the entry is worth nothing.

    Raises:
        EntryRejectedError: it is missing, or no id.
    """
    if value is None:
        raise EntryRejectedError(f"{field} is missing")
    found = id_of(value)
    if found is None:
        raise EntryRejectedError(f"{field} {shown(value)} is no Discord id")
    return found


def ids_in(value: object, field: str, report: Report) -> tuple[int, ...]:
    """Return the ids of a list, sorted, each once; what is none is reported and left out."""
    if value is None:
        return ()
    if not isinstance(value, list):
        report(field, f"{shown(value)} is no list; read as empty")
        return ()
    # Lists of plain integers are all that the old bot ever wrote, and there are a great many.
    if set(map(type, value)) == {int}:
        different = sorted(set(value))
        if different[0] > 0 and different[-1] <= _LARGEST_ID:
            return tuple(different)
    found = [id_of(each) for each in value]
    unreadable = [each for each, user_id in zip(value, found, strict=True) if user_id is None]
    if unreadable:
        report(field, f"{_listed(unreadable)} no Discord id; left out")
    return tuple(sorted({user_id for user_id in found if user_id is not None}))


def packed(ids: Iterable[int]) -> bytes:
    """Return ids in the fewest bytes that are quick to read back."""
    return array("q", ids).tobytes()


def unpacked(data: bytes) -> tuple[int, ...]:
    """Return the ids that `packed` packed."""
    return tuple(memoryview(data).cast("q"))


def title_of(value: object, report: Report) -> str:
    """Return the title, at most 200 characters; empty, and a report, when there is none."""
    if value is None:
        report("title", "is missing; left empty until the bot reads the message")
        return ""
    if not isinstance(value, str):
        report("title", f"{shown(value)} is no text; left empty until the bot reads the message")
        return ""
    # Half a surrogate pair can come out of a text, but not go into the database.
    text = value.encode("utf-8", "replace").decode()
    if len(text) > TITLE_LIMIT:
        report("title", f"is {len(text)} characters long; cut to {TITLE_LIMIT}")
    return truncate(text, TITLE_LIMIT)


def interval_of(value: object, least: float, most: float, report: Report) -> float | None:
    """Return minutes between two bounds, moved there and reported where it is not; None when the value is no number."""
    if value is None:
        return None
    minutes = _number(value)
    if minutes is None:
        report("interval_minutes", f"{shown(value)} is no number; left out")
        return None
    if not least <= minutes <= most:
        bound = least if minutes < least else most
        report("interval_minutes", f"{shown(value)} is out of bounds; moved to {bound:g}")
        return bound
    return minutes


def emoji_of(value: object, default: tuple[str, ...], report: Report) -> tuple[str, ...]:
    """Return the emoji that count, in order; those of the settings, and a report, when the file names none."""
    if isinstance(value, list):
        strange = [each for each in value if not isinstance(each, str)]
        chosen, notes = _chosen_emoji(tuple(each for each in value if isinstance(each, str)))
    else:
        strange, chosen, notes = [value], (), ()
    if strange and value is not None:
        report("required_reactions", f"{_listed(strange)} no emoji; left out")
    for note in notes:
        report("required_reactions", note)
    if not chosen:
        report("required_reactions", f"names no emoji; read as {' '.join(default)}, the default")
    return chosen or default


def pause_of(value: object, report: Report) -> bool:
    """Return whether an event is paused; one whose state cannot be read is, for nobody is to be pinged by mistake."""
    if value is None or value is False or value == 0:
        return False
    if value is True or value == 1:
        return True
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    report("is_paused", f"{shown(value)} is neither true nor false; paused, until somebody resumes it")
    return True


def shown(value: object) -> str:
    """Return a value as it may be quoted in a report: short."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# Nearly all events of a file have the same few emoji.
@lru_cache(maxsize=256)
def _chosen_emoji(named: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the different emoji among texts, in order, and what is to be said about the others."""
    emoji = [each for each in named if is_emoji(each)]
    notes = []
    if len(emoji) < len(named):
        notes.append(f"{_listed([each for each in named if not is_emoji(each)])} no emoji; left out")
    different: dict[str, str] = {}
    for each in emoji:
        different.setdefault(emoji_key(each), each)
    if len(different) < len(emoji):
        notes.append("the same emoji comes twice; kept once")
    return tuple(different.values()), tuple(notes)


def _number(value: object) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    return None if math.isnan(number) else number


def _listed(values: Sequence[object]) -> str:
    names = [shown(value) for value in values[:_SHOWN_EACH]]
    more = f" and {len(values) - _SHOWN_EACH} more" if len(values) > _SHOWN_EACH else ""
    return f"{', '.join(names)}{more} {'is' if len(values) == 1 else 'are'}"
