"""Text without what people leave out when they type: capitals, accents, curly apostrophes, unusual spaces."""

import unicodedata

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


def folded(text: str) -> str:
    """Return the text in small letters, without accents, with straight apostrophes and single spaces."""
    # Dashes and apostrophes first: the decomposition would turn an acute accent that stands alone into a space.
    decomposed = unicodedata.normalize("NFD", text.translate(_STRAIGHT).casefold())
    return " ".join("".join(mark for mark in decomposed if not unicodedata.combining(mark)).split())
