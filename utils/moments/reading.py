"""A moment as somebody writes it, as a moment in UTC; or why it cannot be used, and what to write instead."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from utils.errors import InvalidMomentError, MomentNotUnderstoodError
from utils.folding import folded
from utils.i18n import _
from utils.moments import numerals
from utils.moments.languages import language_of, languages_from
from utils.moments.meaning import Setting, is_moment, moments_meant
from utils.moments.rules import Found, read_pieces
from utils.number_words import with_digits
from utils.time import require_aware

MOST_CHARACTERS = 100
"""Longer texts than this are not read: Discord's suggestions are no longer either."""

_REWRITES = (
    (re.compile(r"(?<![a-z])([ap]) ?\. ?m\b\.?"), r"\1m"),
    # The month, not the number seven; both languages know it by this spelling.
    (re.compile(r"(?<=[0-9] )sept\b(?! ?h)|(?<=[0-9]er )sept\b|\bsept\b(?=\.? [0-9]{1,2}\b(?! ?h))"), "septembre"),
    (re.compile(r"(?<=[a-z])\.|[.!?]+$"), " "),
    (re.compile(r",(?![0-9])|(?<![0-9]),| - "), " "),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text means: ``at``, in UTC; where the clocks show that time twice, ``again`` is the second of the two."""

    at: datetime
    again: datetime | None = None


def read_moment(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> Moment:
    """Read a moment later than ``now``, at most five years away, as somebody in that zone writes it.

    The language's own words are tried first, the other languages' after them. `utils.moments.days` says which day is
    meant, `utils.moments.times` which time. Takes up to a few milliseconds of the processor, and no files or network.

    Raises:
        MomentNotUnderstoodError: nothing is known that the text could mean.
        MomentWithoutTimeError: it says a day, but no time of day.
        MomentPastError: it is not later than ``now``.
        MomentSkippedError: the clocks never show that time.
        MomentTooFarError: it is more than five years away.
        InvalidMomentError: there is no such date, or it is not that day of the week.
    """
    require_aware(now)
    moments = moments_meant(_found(text, language), Setting(now, zone, language))
    return Moment(moments[0], moments[1] if len(moments) > 1 else None)


def _found(text: str, language: str) -> Found:
    phrase = _plain(text) if len(text) <= MOST_CHARACTERS else ""
    refusal: InvalidMomentError | None = None
    for words in languages_from(language):
        try:
            found = read_pieces(phrase, (*words.rules, *numerals.RULES), words.fillers) if phrase else None
        except InvalidMomentError as error:
            refusal = refusal or error
            continue
        if found is not None and is_moment(found):
            return found
    if refusal is not None:
        raise refusal
    examples = language_of(language).examples
    raise MomentNotUnderstoodError(
        _("That is no date and time. Write it like “{one}” or “{other}”.").format(one=examples[0], other=examples[1])
    )


def _plain(text: str) -> str:
    plain = folded(text)
    for pattern, by in _REWRITES:
        plain = pattern.sub(by, plain)
    return " ".join(with_digits(plain).split())
