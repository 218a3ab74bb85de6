"""What a setting is, and how the kinds of values are read that several settings have."""

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class Secret:
    """A text that shows itself as ``***`` wherever it is printed, logged or formatted."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens; ``host`` is a name or an IP address, without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting: the texts its documentation shows, and how its value is read.

    ``parse`` raises ValueError when the value is not ``allowed``.
    """

    name: str
    default: str
    meaning: str
    allowed: str
    parse: Callable[[str], object]
    is_secret: bool = False


def one_of(*names: str) -> Callable[[str], str]:
    """Return a parser of one of some names, in any case."""
    by_lower_case = {name.lower(): name for name in names}

    def parse(text: str) -> str:
        if text.lower() not in by_lower_case:
            raise ValueError
        return by_lower_case[text.lower()]

    return parse


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of a whole number within bounds, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return parse


def path_of(text: str) -> Path:
    """Read a path, with ``~`` for the home folder.

    Raises:
        ValueError: no file system takes it.
    """
    if "\0" in text:
        raise ValueError
    # RuntimeError: the home folder is not known.
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError from error
    if _is_too_long(path):
        raise ValueError
    return path


def _is_too_long(path: Path) -> bool:
    # The files that SQLite and the lock put beside it have longer names than the database itself.
    try:
        path.with_name(f"{path.name}-journal").lstat()
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def address(text: str) -> Address | None:
    """Read ``host:port``, or a port of this machine alone; None when nothing is set.

    Raises:
        ValueError: it is neither.
    """
    if not text:
        return None
    match = re.fullmatch(r"(?:(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+)):)?([0-9]{1,5})", text, re.ASCII)
    if match is None or not 1 <= int(match[3]) <= 65_535:
        raise ValueError
    # A name that no resolver would take is a ValueError here, and would be a strange one there.
    (match[2] or "").encode("idna")
    # Without a host nobody but this machine can ask.
    return Address(match[1] or match[2] or "127.0.0.1", int(match[3]))
