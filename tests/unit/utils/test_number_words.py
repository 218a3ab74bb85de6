"""Text folded, and numbers in words as digits."""

import pytest

from utils.folding import folded
from utils.number_words import with_digits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Après-demain  À  20\u202fh ", "apres-demain a 20 h"),
        ("aujourd’hui", "aujourd'hui"),
        ("Week‑end", "week-end"),
        ("Straße", "strasse"),
        ("2½", "2½"),
        ("", ""),
    ],
)
def test_text_is_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twenty-one days", "21 days"),
        ("twenty one", "21"),
        ("dix-huit heures", "18 heures"),
        ("vingt et une heures trente", "21 heures 30"),
        ("une", "1"),
        ("commune sixty tone", "commune sixty tone"),
        ("sept", "7"),
    ],
)
def test_numbers_in_words_become_digits_but_not_within_words(text: str, expected: str) -> None:
    assert with_digits(text) == expected
