"""Reads a gettext catalogue as translators keep it, a ``.po`` file, so that nothing has to be compiled.

Source: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from gettext import c2py
from types import MappingProxyType

Key = tuple[str, str]
"""Context, which is empty for most, and text."""

_LINE = re.compile(r'(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr)(?:\[(?P<form>[0-9])\])?\s+)?"(?P<text>.*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_PLURAL = re.compile(r"nplurals\s*=\s*(?P<count>[0-9]+)\s*;\s*plural\s*=(?P<rule>[^;]+)")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language: a key → its form, or its plural forms; ``plural`` says which form goes with a number.

    Texts that are not translated yet, or marked as fuzzy, are not in it.
    """

    texts: Mapping[Key, tuple[str, ...]]
    plural: Callable[[int], int]


@dataclass(slots=True)
class _Entry:
    line: int
    parts: dict[str, str] = field(default_factory=dict)
    """A keyword, with its number for plural forms, and the text so far."""
    is_fuzzy: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(text for keyword, text in sorted(self.parts.items()) if keyword.startswith("msgstr"))


def read_catalogue(text: str) -> Catalogue:
    """Read the text of a ``.po`` file.

    Raises:
        ValueError: it is malformed; says in which line.
    """
    entries = {(entry.parts.get("msgctxt", ""), entry.parts["msgid"]): entry for entry in _entries(text)}
    header = entries.pop(("", ""), None)
    count, plural = _plural_forms(header.forms[0] if header is not None else "")
    texts = {}
    for key, entry in entries.items():
        if entry.is_fuzzy or not all(entry.forms):
            continue
        if len(entry.forms) != (count if "msgid_plural" in entry.parts else 1):
            raise ValueError(f"line {entry.line}: {len(entry.forms)} forms where the language has {count}")
        texts[key] = entry.forms
    return Catalogue(MappingProxyType(texts), plural)


def _plural_forms(header: str) -> tuple[int, Callable[[int], int]]:
    """Return how many forms a language has, and which goes with a number; English's where the header does not say."""
    found = _PLURAL.search(header)
    count, rule = (int(found["count"]), found["rule"].strip()) if found else (2, "n != 1")
    plural = c2py(rule)
    if not all(0 <= plural(number) < count for number in range(200)):
        raise ValueError(f"the rule for plurals names a form beyond its {count}: {rule}")
    return count, plural


def empty_catalogue() -> Catalogue:
    """Return a catalogue without texts, which leaves all in English."""
    return read_catalogue("")


def _entries(text: str) -> Iterator[_Entry]:
    entry, keyword, is_fuzzy = _Entry(0), "", False
    for number, line in enumerate(map(str.strip, text.split("\n")), start=1):
        if not line or line.startswith("#"):
            is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number}: {line[:40]!r} is no line of a catalogue")
        if match["keyword"] in ("msgctxt", "msgid") and entry.forms:
            yield _whole(entry)
            entry = _Entry(number)
        if match["keyword"]:
            keyword = match["keyword"] + (match["form"] or "")
            entry.parts[keyword] = ""
            entry.is_fuzzy, is_fuzzy = entry.is_fuzzy or is_fuzzy, False
        if not keyword:
            raise ValueError(f"line {number}: a text that belongs to nothing")
        entry.parts[keyword] += _ESCAPE.sub(_unescape, match["text"])
    if entry.parts:
        yield _whole(entry)


def _whole(entry: _Entry) -> _Entry:
    if "msgid" not in entry.parts or not entry.forms:
        raise ValueError(f"line {entry.line}: an entry without a text or its translation")
    return entry


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[0])
