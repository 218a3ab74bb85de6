"""Texts in the language in force: the reader's while they are answered, a guild's while something is posted there.

English is in the code; each other language is a catalogue in ``utils/locales``, read when it is first needed. English
is in force unless `speak` or `speaking` has set another language; a task inherits that of the task that started it. So
what is logged or stored must not depend on it: such texts are only marked (`mark`), kept in English, and put into the
reader's language when they are shown (`utils.reasons`).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from utils.catalogue import Catalogue

log = logging.getLogger(__name__)

SOURCE = "en"
"""The language of the texts in the code, of the log, of the terminal, and of everything that is stored."""

FOLDER = Path(__file__).with_name("locales")
"""Holds ``fr.po`` and its like, named by the language as Discord names it, or by its first part."""

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def _(text: str) -> str:
    """Return the text in the language in force; in English where that language does not have it."""
    return pgettext("", text)


def pgettext(context: str, text: str) -> str:
    """Return a text whose translation depends on what it is: a command's name has the context ``command``."""
    language = _language.get()
    if language == SOURCE:
        return text
    return _catalogue(language).texts.get((context, text), (text,))[0]


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of the text that goes with the number, by the rule of the language in force."""
    language = _language.get()
    if language != SOURCE:
        catalogue = _catalogue(language)
        forms = catalogue.texts.get(("", one))
        if forms is not None:
            return forms[catalogue.plural(count)] if len(forms) > 1 else forms[0]
    return one if count == 1 else many


def mark(text: str) -> str:
    """Return the text as it is, and have it in the catalogues: it is translated where it is shown."""
    return text


def speak(language: str) -> None:
    """Put a language in force for the rest of the present task, and for the tasks it starts."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Put a language in force inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language_in_force() -> str:
    """Return the language that texts come in."""
    return _language.get()


@cache
def languages() -> frozenset[str]:
    """Return the languages there are."""
    return frozenset({SOURCE, *(path.stem for path in FOLDER.glob("*.po"))})


def language_for(locale: str) -> str:
    """Return the language for a locale such as ``fr`` or ``pt-BR``: its own, or its language's, or English."""
    return next((tag for tag in (locale, locale.partition("-")[0]) if tag in languages()), SOURCE)


@cache
def _catalogue(language: str) -> "Catalogue":
    # Not needed before the bot has told Discord who it is: the start is measured.
    from utils.catalogue import empty_catalogue, read_catalogue

    path = FOLDER / f"{language}.po"
    try:
        return read_catalogue(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        # A slip in a translation is no reason to stop reminding: people read English instead.
        log.error("catalogue not read, its language is shown in English path=%s error=%s", path, error)
        return empty_catalogue()
