"""Which language a text is in, by the words that only one of the catalogue's languages has."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from reminder_bot.sandbox.replies import ReplyMessage
from tests.integration.doc_examples import ROOT
from utils.i18n import _, speaking

_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"https?://[^\s)]+|<[^>\s]+>|\{\w+\}")
_PO_LINE = re.compile(r'(?:(msg\w+)(?:\[\d\])?\s+)?"(.*)"')
_TEXT_INPUT = 4
_SHOWN = ("title", "label", "description", "placeholder", "content")


def wording(language: str, text: str) -> re.Pattern[str]:
    """Return what a text of the code looks like in a language, whatever stands in its braces."""
    with speaking(language):
        worded = _(text)
    return re.compile(r".+?".join(map(re.escape, re.split(r"\{\w+\}", worded))), re.DOTALL)


def foreign_words(language: str, text: str, names: list[str]) -> set[str]:
    """Return the words that only the other language has; names and titles are nobody's words."""
    for name in names:
        text = text.replace(name, " ")
    ours, theirs = _words(language), _words("en" if language == "fr" else "fr")
    return _words_in(text) & (theirs - ours)


def shown(reply: ReplyMessage, modal: Any = None) -> str:
    """Return everything that a message or a form shows: texts, buttons, what may be chosen, what is typed already."""
    return "\n".join([reply.text, *_labels(reply.components), *_labels(modal or [])])


def embed_text(embed: dict[str, Any]) -> str:
    """Return every text of a card."""
    fields = [text for each in embed.get("fields") or [] for text in (each["name"], each["value"])]
    parts = [embed.get("title"), embed.get("description"), *fields, (embed.get("footer") or {}).get("text")]
    return "\n".join(part for part in parts if part)


def _labels(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _labels(each)
    elif isinstance(part, dict):
        yield from (part[key] for key in _SHOWN if isinstance(part.get(key), str))
        if part.get("type") == _TEXT_INPUT:
            yield part.get("value") or ""
        for value in part.values():
            yield from _labels(value)


@cache
def _words(language: str) -> frozenset[str]:
    """Return the words of the catalogue: those of its texts in English, or of their translations."""
    found: set[str] = set()
    keyword = ""
    _header, _, entries = (ROOT / "utils/locales/fr.po").read_text(encoding="utf-8").partition("\n\n")
    for line in entries.splitlines():
        if match := _PO_LINE.fullmatch(line):
            keyword = match[1] or keyword
            if keyword != "msgctxt" and (keyword == "msgstr") == (language == "fr"):
                found |= _words_in(match[2].replace("\\n", " "))
    return frozenset(found)


def _words_in(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(_NO_WORDS.sub(" ", text))}
