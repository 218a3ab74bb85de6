"""The bot, hurried where Discord would make it wait, and asked at its end how full the writer's queue was.

As ``python -m tests.bench.observed_bot``: catching up with thousands of events takes minutes at Discord's pace, and is
not what memory and idling are about.
"""

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from persistence.writer import DatabaseWriter
from reminder_bot import opened_store, runner
from reminder_bot.cli import main
from reminder_bot.pace import RequestBudget

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

HURRIED = (1_000, 0.0)
"""Twenty thousand requests a second."""

log = logging.getLogger(__name__)


class ObservedWriter(DatabaseWriter):
    """Remembers the longest queue."""

    deepest = 0

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self.deepest = max(self.deepest, self.queue_depth + 1)
        return await super().run(fn, *args, **kwargs)

    def submit_together(
        self, fn: Callable[[list[Item]], Sequence[T]], item: Item, tell: Callable[[Item, Any], None]
    ) -> None:
        self.deepest = max(self.deepest, self.queue_depth + 1)
        super().submit_together(fn, item, tell)

    async def close(self) -> None:
        log.info("deepest=%s", self.deepest)
        await super().close()


if __name__ == "__main__":
    # There is no other door to either.
    runner.RequestBudget = functools.partial(RequestBudget, *HURRIED)  # type: ignore[assignment, attr-defined]
    opened_store.DatabaseWriter = ObservedWriter  # type: ignore[attr-defined]
    main(["run", "--no-dotenv"])
