"""Guilds and the people in them, as the bot meets them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from peewee import EXCLUDED, SQL, Select, fn

from models.database_models import Guild, User
from models.records import Person
from persistence.forgotten import not_forgotten
from persistence.statements import Statement, param, row_list


def upsert_guild(guild_id: int, name: str | None, now: datetime) -> None:
    """Store a guild, or its new name; without a name, keep the one that is known."""
    _upsert_guild().change(guild_id=guild_id, name=name, now=now)


def insert_guilds(guild_ids: Iterable[int], now: datetime) -> None:
    """Make the rows of guilds that have none, without a name."""
    _insert_guild().change_many({"guild_id": guild_id, "now": now} for guild_id in guild_ids)


def get_guild_name(guild_id: int) -> str | None:
    """Return the last known name of a guild."""
    row = _select_name().row(guild_id=guild_id)
    return None if row is None else row[0]


def upsert_people(guild_id: int, people: Sequence[Person], now: datetime) -> None:
    """Store people of a guild, their names and that they were seen now; make the guild's row when it is missing.

    Who asked to be forgotten is left out.
    """
    known = set(not_forgotten(person.user_id for person in people))
    people = [person for person in people if person.user_id in known]
    if not people:
        return
    _insert_guild().change(guild_id=guild_id, now=now)
    upsert_met([(guild_id, person) for person in people], now)


def upsert_met(met: Iterable[tuple[int, Person]], now: datetime) -> None:
    """Store people who are not forgotten, each once, of guilds whose rows are there."""
    rows = [(guild_id, person.user_id, person.name, person.is_bot) for guild_id, person in met]
    if rows:
        _upsert_people().change(people=rows, now=now)


def get_people(guild_id: int) -> list[Person]:
    """Return the people of a guild that the bot has met, by id; one whose name is unknown is named by their id."""
    return [
        Person(user_id, str(user_id) if name is None else name, is_bot)
        for user_id, name, is_bot in _select_people().rows(guild_id=guild_id)
    ]


@cache
def _upsert_guild() -> Statement:
    now = param(Guild.created_at, "now")
    insert = Guild.insert(guild_id=param(Guild.guild_id), name=param(Guild.name), created_at=now, updated_at=now)
    return Statement(
        insert.on_conflict(
            conflict_target=[Guild.guild_id],
            preserve=[Guild.updated_at],
            update={Guild.name: fn.COALESCE(EXCLUDED.name, Guild.name)},
        )
    )


@cache
def _insert_guild() -> Statement:
    now = param(Guild.created_at, "now")
    insert = Guild.insert(guild_id=param(Guild.guild_id), created_at=now, updated_at=now)
    return Statement(insert.on_conflict(action="IGNORE"))


@cache
def _select_name() -> Statement:
    return Statement(Guild.select(Guild.name).where(Guild.guild_id == param(Guild.guild_id)))


@cache
def _upsert_people() -> Statement:
    fields = (User.guild, User.user_id, User.username, User.is_bot)
    met = row_list("people", *fields)
    now = param(User.last_seen, "now")
    # Without a WHERE, SQLite would read ON CONFLICT as the join's ON.
    rows = Select([met], [*(met.c[field.column_name] for field in fields), now, now, now]).where(SQL("1"))
    insert = User.insert_from(rows, [*fields, User.last_seen, User.created_at, User.updated_at])
    return Statement(
        insert.on_conflict(
            conflict_target=[User.guild, User.user_id],
            preserve=[User.username, User.is_bot, User.last_seen, User.updated_at],
        )
    )


@cache
def _select_people() -> Statement:
    return Statement(
        User.select(User.user_id, User.username, User.is_bot)
        .where(User.guild == param(User.guild))
        .order_by(User.user_id)
    )
