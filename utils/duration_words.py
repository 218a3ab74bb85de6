"""Durations in words, English and French, as numbers with units: ``une demi-heure`` becomes ``0.5 heure``."""

import re
from collections.abc import Callable

from utils.folding import folded
from utils.number_words import with_digits


def _quarters(match: re.Match[str]) -> str:
    return f"{15 * int(match[1] or 1)} min"


_NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,3})?"
# In this order: "two and a half hours" is read before the "half hours" in it.
_REWRITES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<=[0-9])\s*½"), ".5"),
    (re.compile(r"½"), "0.5"),
    (re.compile(r"\ban? (?=half|quarter|couple|sec|min|hour|day|week|fortnight|month|year)"), "1 "),
    (re.compile(r"\b1 couple (?:of )?"), "2 "),
    (re.compile(r"\b([0-9]{1,9}) and (?:1 )?half (?=[a-z])"), r"\1.5 "),
    (re.compile(r"\b(?:([0-9]{1,3}) )?quarters?(?: of)?(?: an?| 1)?[ -]hours?\b"), _quarters),
    (re.compile(r"\b(?:([0-9]{1,3}) )?quarts? d'heure\b"), _quarters),
    (re.compile(r"\b(?:1 )?half(?: of)?(?: an?| 1)?[ -](?=hour|day|week|year)"), "0.5 "),
    (re.compile(r"\b(?:1 )?demie?[- ](?=heure|journee|semaine)"), "0.5 "),
    (re.compile(rf"\b({_NUMBER}) ?([a-z]+) (?:and (?:1 )?half|et demie?)\b"), r"\1 \2 0.5 \2"),
    (re.compile(rf"\b({_NUMBER}) ?([a-z]+) (?:and 1 quarter|et (?:1 )?quart)\b"), r"\1 \2 0.25 \2"),
)


def plain_duration(text: str) -> str:
    """Return a duration with digits and units only, as far as its words are known; the rest stays as it is."""
    plain = with_digits(folded(text))
    for pattern, by in _REWRITES:
        plain = pattern.sub(by, plain)
    return plain
