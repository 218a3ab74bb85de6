"""Numbers in words, English and French, as digits: ``twenty-one``, ``dix-huit``."""

import re
from functools import cache

_ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_FRENCH = (
    *("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    *("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_ENGLISH_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_FRENCH_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50}


def with_digits(text: str) -> str:
    """Return the text with the numbers from zero to fifty-nine in digits; it must be `folded` already."""
    return _words().sub(lambda match: str(_values()[match[0].replace(" ", "-")]), text)


# Made when first needed: the bot's start need not wait for them.
@cache
def _values() -> dict[str, int]:
    values = {word: number for words in (_ENGLISH, _FRENCH) for number, word in enumerate(words)}
    values |= {"une": 1} | _ENGLISH_TENS | _FRENCH_TENS
    for ten, tens in _ENGLISH_TENS.items():
        values |= {f"{ten}-{_ENGLISH[one]}": tens + one for one in range(1, 10)}
    for ten, tens in _FRENCH_TENS.items():
        values |= {f"{ten}-{_FRENCH[one]}": tens + one for one in range(2, 10)}
        values |= {f"{ten}-et-un": tens + 1, f"{ten}-et-une": tens + 1}
    return values


@cache
def _words() -> re.Pattern[str]:
    longest_first = sorted(_values(), key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![a-z-])(?:{'|'.join(longest_first).replace('-', '[- ]')})(?![a-z-])")
