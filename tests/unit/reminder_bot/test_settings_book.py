"""The settings in memory: what is chosen, else the operator's; the same after a restart."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.event_options import AnswerChoice, Meaning
from models.guild_settings import GuildSettings
from models.schema_manager import SchemaManager
from persistence import audit
from persistence.database import open_database
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.config import Settings
from reminder_bot.settings_book import SettingsBook
from tests.fakes import FakeClock
from utils.errors import StorageError

GUILD, OTHER, SOMEBODY, ROLE = 100, 101, 7, 700_000_000_000_000_000
OPERATOR = {"ADMIN_ROLES": "Raid Lead", "DEFAULT_INTERVAL_MINUTES": "90", "DEFAULT_REACTIONS": "👍,👎"}


class Shelf:
    """A database with its two threads, and books on it."""

    def __init__(self, path: Path) -> None:
        self._handle = open_database(path)
        SchemaManager(self._handle.database).initialize_database()
        self.writer, self.reader = DatabaseWriter(self._handle), DatabaseReader(self._handle)

    async def book(self, **operator: str) -> SettingsBook:
        """Open a book, as a start does."""
        settings = Settings.from_environment({**OPERATOR, **operator})
        book = SettingsBook(operator=settings, clock=FakeClock(), writer=self.writer, reader=self.reader)
        await book.load()
        return book

    async def close(self) -> None:
        """Stop both threads."""
        await self.reader.close()
        await self.writer.close()
        self._handle.close()


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = Shelf(tmp_path / "bot.db")
    await shelf.writer.start()
    await shelf.reader.start()
    yield shelf
    await shelf.close()


async def test_guild_that_has_chosen_nothing_has_what_the_operator_has_set(shelf: Shelf) -> None:
    book = await shelf.book()
    assert book.of(GUILD) == GuildSettings()
    assert book.organiser_roles(GUILD) == ("Raid Lead",)
    assert book.default_interval(GUILD) == timedelta(minutes=90)
    assert book.default_reactions(GUILD) == ("👍", "👎")


async def test_change_is_there_at_once_for_that_guild_and_after_a_restart(shelf: Shelf) -> None:
    book = await shelf.book()
    answers = (("🍕", AnswerChoice(Meaning.YES, "")), ("🥗", AnswerChoice(Meaning.NO, "")))
    changed = await book.change(GUILD, SOMEBODY, organiser_roles=(ROLE,), default_interval_minutes=30, answers=answers)
    for each in (book, await shelf.book()):
        assert each.of(GUILD) == changed
        assert each.of(OTHER) == GuildSettings()
        assert each.organiser_roles(GUILD) == ("Raid Lead", str(ROLE))
        assert each.organiser_roles(OTHER) == ("Raid Lead",)
        assert each.default_interval(GUILD) == timedelta(minutes=30)
        assert each.default_reactions(GUILD) == ("🍕", "🥗")


async def test_reset_takes_back_what_is_named_and_is_recorded_with_who_did_it(shelf: Shelf) -> None:
    book = await shelf.book()
    await book.change(GUILD, SOMEBODY, language="fr", wants_tally=True)
    assert await book.reset(GUILD, SOMEBODY, "language") == GuildSettings(wants_tally=True)
    newest = (await shelf.reader.run(audit.list_entries, GUILD, 1))[0]
    assert (newest.actor_id, dict(newest.changes)) == (SOMEBODY, {"language": ("fr", None)})


async def test_interval_outside_bounds_that_the_operator_has_moved_is_the_nearest_within(shelf: Shelf) -> None:
    book = await shelf.book()
    await book.change(GUILD, SOMEBODY, default_interval_minutes=5)
    strict = await shelf.book(MIN_INTERVAL_SECONDS="600")
    assert strict.default_interval(GUILD) == timedelta(minutes=10)


async def test_what_could_not_be_stored_is_not_shown(shelf: Shelf) -> None:
    book = await shelf.book()
    await shelf.writer.close()
    with pytest.raises(StorageError):
        await book.change(GUILD, SOMEBODY, language="fr")
    assert book.of(GUILD) == GuildSettings()
