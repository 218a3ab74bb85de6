"""What whoever runs an import may choose, and how they hear how far it is."""

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The rules of one import; ``guild_id`` is for events that name none, intervals are in minutes."""

    zone: ZoneInfo
    guild_id: int | None
    default_interval: float
    least_interval: float
    most_interval: float
    default_reactions: tuple[str, ...]


class Progress(Protocol):
    """Shows how far a step is; steps come one after another."""

    def begin(self, step: str, total: int, unit: str) -> None:
        """Start a step of so many units of work."""
        ...

    def advance(self, count: int) -> None:
        """Note that so many more units are done."""
        ...

    def end(self) -> None:
        """End the step."""
        ...
