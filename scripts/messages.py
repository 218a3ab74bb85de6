"""Bring the catalogues up to date with the texts in the code: ``make messages``; needs Babel, a tool for development.

What is translated stays. What is new comes in untranslated, what is gone goes, and what was reworded is kept with the
mark ``fuzzy`` until somebody has looked at it. The bot reads the files as they are.
"""

import importlib
import io
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from discord import Locale, app_commands
from discord.ext import commands

import reminder_bot.cogs
from reminder_bot.interactions.command_translator import CHOICE, COMMAND, OPTION
from utils.i18n import FOLDER, SOURCE

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("reminder_bot", "utils")
WIDTH = 110

KEYWORDS = MappingProxyType(
    {"_": None, "mark": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "plural": (2, 3)},
)
"""What marks a text, and which of its arguments the texts are."""


def template() -> Catalog:
    """Return every text that people read on Discord, untranslated, and the names of commands and options."""
    found = Catalog(project="reminder-bot", charset="utf-8")
    for path in sources():
        texts = extract_from_file("python", path, keywords=KEYWORDS)
        for _line, message, _comments, context in texts:
            found.add(message, context=context, locations=[(str(path.relative_to(ROOT)), 0)])
    for context, name in sorted(set(command_names())):
        found.add(name, context=context)
    return found


def sources() -> list[Path]:
    """Return the files whose texts are read on Discord; what is written to the terminal stays English."""
    files = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return [path for path in files if "sandbox" not in path.parts and not _is_for_terminal(path)]


def command_names() -> Iterator[tuple[str, str]]:
    """Return the names of all slash commands, of their options and choices, each behind its context."""
    for module in pkgutil.iter_modules(reminder_bot.cogs.__path__, "reminder_bot.cogs."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, commands.Cog):
                for command in value.__cog_app_commands__:
                    yield from _names(command)


def update(language: str) -> Catalog:
    """Bring one catalogue up to date and return it; one that does not exist yet is begun."""
    path = FOLDER / f"{language}.po"
    known = load(path) if path.exists() else _begun(language)
    known.update(template(), update_creation_date=False)
    path.write_bytes(_written(known))
    return known


def load(path: Path) -> Catalog:
    """Read a catalogue with all its entries."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"))


def known_languages() -> frozenset[str]:
    """Return what a catalogue may be called: the locales that Discord has, and their languages."""
    tags = [locale.value for locale in Locale]
    return frozenset({*tags, *(tag.partition("-")[0] for tag in tags)}) - {SOURCE}


def untranslated(catalogue: Catalog) -> list[Message]:
    """Return the entries that people would read in English."""
    return [entry for entry in catalogue if entry.id and (entry.fuzzy or not all(forms(entry)))]


@click.command()
@click.argument("language", nargs=-1)
def main(language: tuple[str, ...]) -> None:
    """Update the catalogues there are, and begin one for each LANGUAGE that has none, such as de or pt-BR."""
    if unknown := set(language) - known_languages():
        has = ", ".join(sorted(known_languages()))
        raise click.BadParameter(f"Discord has no language {', '.join(sorted(unknown))}. It has {has}.")
    for each in sorted({*(path.stem for path in FOLDER.glob("*.po")), *language}):
        catalogue = update(each)
        click.echo(f"{each}: {len(catalogue)} texts, {len(untranslated(catalogue))} to translate")


def _is_for_terminal(path: Path) -> bool:
    return "\nimport click\n" in path.read_text(encoding="utf-8")


def _names(command: app_commands.Command[Any, ..., Any] | app_commands.Group) -> Iterator[tuple[str, str]]:
    yield COMMAND, command.name
    if isinstance(command, app_commands.Group):
        for child in command.commands:
            yield from _names(child)
        return
    for option in command.parameters:
        yield OPTION, option.name
        yield from ((CHOICE, choice.name) for choice in option.choices)


def forms(entry: Message) -> tuple[str, ...]:
    """Return the translation of an entry: one, or one for each plural form; empty where there is none."""
    strings = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
    return tuple(text or "" for text in strings)


def _begun(language: str) -> Catalog:
    return Catalog(
        locale=language.replace("-", "_"),
        project="reminder-bot",
        version="1",
        header_comment=f"# The texts of reminder-bot in the language {language}.",
        charset="utf-8",
        fuzzy=False,
    )


def _written(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


if __name__ == "__main__":
    main()
