"""A JSON document read piece by piece, so that a file may be larger than memory; any spacing is understood."""

import json
from collections.abc import Iterator
from typing import IO, Any

from utils.errors import ValidationError

_CHUNK = 1 << 16
_LONGEST_VALUE = 1 << 24
"""Characters; so that a broken file is not read whole in search of the end of a value."""

_SPACE = " \t\n\r"
_AFTER_A_VALUE = _SPACE + ",:]}"


class JsonReader:
    """Walks a text stream; every method stands where the one before has ended.

    Raises, from every method, ValidationError: the text is not the JSON that was asked for.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._place = 0
        self._is_at_end = False

    def keys(self) -> Iterator[str]:
        """Walk an object: yield each key, and expect its value to be read before the next is asked for."""
        self._expect("{")
        if self._took("}"):
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self._wrong("a key was expected")
            self._expect(":")
            yield key
            if self._took("}"):
                return
            self._expect(",")

    def items(self) -> Iterator[Any]:
        """Walk an array: yield each value whole."""
        self._expect("[")
        if self._took("]"):
            return
        while True:
            yield self.value()
            if self._took("]"):
                return
            self._expect(",")

    def value(self) -> Any:
        """Read one value whole."""
        self._skip_space()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                if self._read_on():
                    continue
                raise self._wrong(error.msg) from error
            except RecursionError as error:
                raise self._wrong("it is nested too deeply") from error
            # A number may go on in the next chunk; its end, as far as it is known, is no sign.
            if self._text[end : end + 1] in (*_AFTER_A_VALUE,) or not self._read_on():
                self._place = end
                return value

    def end(self) -> None:
        """Make sure that nothing follows."""
        self._skip_space()
        if self._place < len(self._text):
            raise self._wrong("something follows the end")

    def _expect(self, char: str) -> None:
        if not self._took(char):
            raise self._wrong(f"{char!r} was expected")

    def _took(self, char: str) -> bool:
        self._skip_space()
        if self._text[self._place : self._place + 1] != char:
            return False
        self._place += 1
        return True

    def _skip_space(self) -> None:
        while True:
            while self._place < len(self._text) and self._text[self._place] in _SPACE:
                self._place += 1
            if self._place < len(self._text) or not self._read_on():
                return

    def _read_on(self) -> bool:
        if self._is_at_end:
            return False
        # At least as much again as is there: a value of any length is decoded a few times, not once for each chunk.
        left = self._text[self._place :]
        if len(left) > _LONGEST_VALUE:
            return False
        try:
            more = self._stream.read(max(_CHUNK, len(left)))
        except UnicodeDecodeError as error:
            raise ValidationError("file", "it is not UTF-8 text") from error
        self._is_at_end = not more
        self._text, self._place = left + more, 0
        return bool(more)

    def _wrong(self, reason: str) -> ValidationError:
        near = self._text[self._place : self._place + 20]
        return ValidationError("file", f"it is not the JSON of an export: {reason} near {near!r}")
