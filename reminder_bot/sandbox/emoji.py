"""Telling a unicode emoji from other text."""

from __future__ import annotations

import unicodedata

_KEYCAP = "\u20e3"
_JOINERS = frozenset("\u200d\ufe0f\u20e3")
_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_MARKS_AS_LETTERS = frozenset("©®™ℹ〰〽㊗㊙‼⁉Ⓜ")
_KEYCAP_BASES = frozenset("0123456789#*")


def is_unicode_emoji(text: str) -> bool:
    """Whether a text is one emoji: the standard library has no emoji table, so symbols (category So) stand for it."""
    if not text or len(text) > 16:
        return False
    if text[0] in _KEYCAP_BASES:
        return text[-1] == _KEYCAP and len(text) in (2, 3)
    bases = [char for char in text if not _is_attachment(char)]
    if all(ord(char) in _REGIONAL for char in bases):
        return len(bases) == 2
    if not all(_is_symbol(char) for char in bases):
        return False
    return len(bases) == 1 + text.count("\u200d")


def _is_attachment(char: str) -> bool:
    return char in _JOINERS or ord(char) in _MODIFIERS or ord(char) in _TAGS


def _is_symbol(char: str) -> bool:
    is_symbol = unicodedata.category(char) in ("So", "Sm", "Cn") and ord(char) > 0x2000
    return is_symbol or char in _MARKS_AS_LETTERS
