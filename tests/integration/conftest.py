"""A scene for each test: its own sandbox, its own bot process, its own database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.integration.scene import Scene


@pytest.fixture
async def unstarted(sandbox: Sandbox, sandbox_seed: Seed, tmp_path: Path) -> AsyncIterator[Scene]:
    """A scene whose bot has not been started."""
    scene = Scene(sandbox, sandbox_seed, tmp_path)
    yield scene
    await scene.kill()


@pytest.fixture
async def scene(unstarted: Scene) -> Scene:
    """A scene whose bot is connected and has its commands registered."""
    await unstarted.start()
    return unstarted
