"""Quiet hours as people type them, and as they read them."""

import re
from datetime import time

from models.quiet_hours import QuietHours
from utils.errors import UserError
from utils.folding import folded
from utils.formatting import clean_text
from utils.i18n import _

_TIME = r"(midnight|minuit|noon|midi|(?:[01]?\d|2[0-4])(?:\s?[:h.]\s?(?:[0-5]\d)?)?(?:\s?[ap]\.?m\.?)?)"
_BETWEEN = r"(?:-|\b(?:to|until|and|a|jusqu'a|et)\b)"
_HOURS = re.compile(rf"(?:from |between |de |entre )?{_TIME}\s?{_BETWEEN}\s?{_TIME}")
_CLOCK = re.compile(r"(\d{1,2})(?:\s?[:h.]\s?(\d\d)?)?\s?(?:([ap])\.?m\.?)?")
_DASHES = str.maketrans(dict.fromkeys("–—−→~", "-") | {"’": "'"})
_WORDS = {"midnight": time(), "minuit": time(), "noon": time(12), "midi": time(12)}


def read_quiet_hours(text: str) -> QuietHours:
    """Read two times of day, the beginning and the end: 22:00-07:00, 22h à 7h, 10pm to 7am.

    Raises:
        UserError: it is something else, or they end when they begin; the sentence says what to write.
    """
    written = " ".join(folded(clean_text(text).translate(_DASHES)).split())
    match = _HOURS.fullmatch(written)
    begins, ends = (_time(match[1]), _time(match[2])) if match else (None, None)
    if begins is None or ends is None:
        raise UserError(_("Write quiet hours as two times of day, like 22:00-07:00."))
    if begins == ends:
        raise UserError(_("Quiet hours must end at another time than they begin, like 22:00-07:00."))
    return QuietHours(begins, ends)


def quiet_text(hours: QuietHours) -> str:
    """Return quiet hours as people read them; `read_quiet_hours` reads it back."""
    return f"{hours.begins:%H:%M}–{hours.ends:%H:%M}"


def _time(text: str) -> time | None:
    if text in _WORDS:
        return _WORDS[text]
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half:
        return time(hour % 12 + (12 if half == "p" else 0), minute) if 1 <= hour <= 12 else None
    if hour == 24:
        return time() if minute == 0 else None
    return time(hour, minute)
