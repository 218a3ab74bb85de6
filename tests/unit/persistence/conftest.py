"""A fresh database file for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import opened


@pytest.fixture
def handle(tmp_path: Path) -> Iterator[DatabaseHandle]:
    with opened(tmp_path / "bot.db") as database:
        yield database


@pytest.fixture
def store(handle: DatabaseHandle) -> DatabaseHandle:
    """For tests that use the store functions only: they find the database by themselves."""
    return handle
