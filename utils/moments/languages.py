"""The languages that moments are read and written in; another one is a file of its own and a line here."""

from utils.moments.english import ENGLISH
from utils.moments.french import FRENCH
from utils.moments.language import Language

_LANGUAGES = {"en": ENGLISH, "fr": FRENCH}


def language_of(code: str) -> Language:
    """Return a language by its code, as ``fr`` or Discord's ``en-GB``; English for any other."""
    return _LANGUAGES.get(code.replace("_", "-").partition("-")[0].lower(), ENGLISH)


def languages_from(code: str) -> list[Language]:
    """Return all languages, that of the code first."""
    first = language_of(code)
    return [first, *(other for other in _LANGUAGES.values() if other is not first)]
