"""The pieces of SQL that the tables' rules are made of."""

from enum import StrEnum

from peewee import SQL, Node


def sql_default(literal: str) -> list[Node]:
    """Return a column constraint that gives rows written by hand a value; ``literal`` is SQL."""
    return [SQL(f"DEFAULT {literal}")]


def one_of(column: str, enum: type[StrEnum]) -> str:
    """Return the condition that a column holds one of an enumeration's values."""
    return f"{column} IN ({', '.join(repr(member.value) for member in enum)})"
