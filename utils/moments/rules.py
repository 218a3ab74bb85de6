"""How words become pieces: rules for words at a place in a text, and the search for rules that read all of it."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from utils.moments.pieces import Piece

Pieces = tuple[Piece, ...]
Found = dict[type[Piece], Piece]
"""At most one piece of each kind."""
Rule = Callable[[str, int], Iterator[tuple[int, Pieces]]]
"""Yields where its words end, and what they say, for each way to read the text from the given place."""

_SEPARATORS = " ,;"


def rule(pattern: str, build: Callable[[re.Match[str]], Pieces | Piece | None]) -> Rule:
    """Return a rule for whole words; ``build`` returns None when they say nothing after all."""

    # Compiled when the first moment is read: all the rules together take a while that the bot's start need not wait.
    @cache
    def compiled() -> re.Pattern[str]:
        # What follows may not be the rest of a word, a time or a decimal number.
        return re.compile(rf"(?:{pattern})(?![a-z0-9:]|[.,][0-9])")

    def read(text: str, start: int) -> Iterator[tuple[int, Pieces]]:
        match = compiled().match(text, start)
        built = build(match) if match else None
        if match and built is not None:
            yield match.end(), built if isinstance(built, tuple) else (built,)

    return read


def words(pattern: str, *pieces: Piece) -> Rule:
    """Return a rule for words that always say the same."""
    return rule(pattern, lambda _match: pieces)


def read_pieces(text: str, rules: Sequence[Rule], fillers: re.Pattern[str]) -> Found | None:
    """Return the pieces that all of the text says, at most one of a kind, or None; longer readings go first."""
    return _Search(text, rules, fillers).from_place(0, {})


class _Search:
    """Looks for rules that read a text from one end to the other, going back where a reading leads nowhere."""

    def __init__(self, text: str, rules: Sequence[Rule], fillers: re.Pattern[str]) -> None:
        self._text = text
        self._rules = rules
        self._fillers = fillers
        self._readings: dict[int, list[tuple[int, Pieces]]] = {}

    def from_place(self, start: int, found: Found) -> Found | None:
        """Return what is found and what the text says from there on; None when that cannot be read."""
        while start < len(self._text) and self._text[start] in _SEPARATORS:
            start += 1
        if start == len(self._text):
            return found or None
        for end, pieces in self._readings_at(start):
            added = {type(piece): piece for piece in pieces}
            if found.keys().isdisjoint(added):
                whole = self.from_place(end, found | added)
                if whole is not None:
                    return whole
        # A filler may also begin a rule's words, as "at" does; so it is passed over only when that led nowhere.
        filler = self._fillers.match(self._text, start)
        return self.from_place(filler.end(), found) if filler else None

    def _readings_at(self, start: int) -> list[tuple[int, Pieces]]:
        if start not in self._readings:
            readings = (reading for read in self._rules for reading in read(self._text, start))
            self._readings[start] = sorted(readings, key=lambda reading: -reading[0])
        return self._readings[start]
