"""What a language has to say for moments to be read and written in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from utils.moments.rules import Rule


@dataclass(frozen=True, slots=True)
class Language:
    """The rules and words of one language; its words are written `folded`, but those of labels as they are."""

    rules: tuple[Rule, ...]
    fillers: re.Pattern[str]
    """Words that say nothing by themselves; each match takes at least one character."""
    weekdays: tuple[str, ...]
    """Short names for labels, from Monday."""
    months: tuple[str, ...]
    """Names for labels, from January."""
    first_of_month: str
    """The number of a month's first day, for labels."""
    examples: tuple[str, str]
    """What a refusal shows."""


def numbered(names: Iterable[str], first: int) -> dict[str, int]:
    """Return the number of each spelling: ``names`` has one text for each number, with spaces between spellings."""
    return {spelling: number for number, spellings in enumerate(names, first) for spelling in spellings.split()}


def any_of(spellings: Iterable[str]) -> str:
    """Return a pattern for any of the spellings, a longer one before what it begins with."""
    return "|".join(sorted(spellings, key=lambda spelling: (-len(spelling), spelling)))
