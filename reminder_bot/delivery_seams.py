"""What delivery needs of the world around it: who is asked, where to post, a way to, a sign of life, who to tell."""

from collections.abc import Callable, Collection, Set
from datetime import datetime
from typing import Protocol

from models.held_records import Gathered
from models.records import Claim, TrackedEvent
from reminder_bot.gathered_letter import Letter
from reminder_bot.place_finder import FoundPlace
from reminder_bot.reminder_message import Tally
from reminder_bot.reminder_sender import Posted
from utils.errors import BlockedError, DiscordError, GoneError


class Audience(Protocol):
    """Tells who is asked."""

    async def asked(self, event: TrackedEvent) -> Set[int]:
        """Return the ids of all whom the event asks: who sees its channel and is no bot; or raise a DiscordError."""
        ...

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> Set[int]:
        """Return those of some people who can see the event's channel and are not left out, or raise a DiscordError."""
        ...

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether this person is among them, or raise a DiscordError."""
        ...


class Sender(Protocol):
    """Posts one batch, or finds it."""

    async def post(
        self,
        event: TrackedEvent,
        claim: Claim,
        tally: Tally,
        next_at: datetime | None,
        *,
        late: bool,
        softly: bool,
        may_leave: Callable[[], bool],
    ) -> Posted:
        """Send one message to the claim's recipients and return it, or raise a DiscordError.

        ``softly``: nobody's device makes a sound for it.
        ``may_leave`` is asked when nothing is left to wait for; after a no, nothing is sent.
        """
        ...

    async def find(self, event: TrackedEvent, claim: Claim, known: Collection[int]) -> Posted | None:
        """Return the batch's message when it was posted before, or raise a DiscordError."""
        ...


class GatheredSender(Protocol):
    """Posts one gathered message, or finds it."""

    async def post(self, letter: Letter, *, may_leave: Callable[[], bool]) -> Posted:
        """Send one message and return it with whom it reached, or raise a DiscordError.

        ``may_leave`` as a `Sender`'s.
        """
        ...

    async def find(self, message: Gathered, known: Collection[int]) -> Posted | None:
        """Return the message when it was posted before, or raise a DiscordError."""
        ...


class PlaceFinder(Protocol):
    """Knows the place that was chosen for an event's reminders."""

    async def find(self, event: TrackedEvent, *, makes: bool) -> FoundPlace:
        """Return where they can go, or raise a DiscordError; with ``makes`` a thread is opened where one is wanted."""
        ...


class Remover(Protocol):
    """Deletes messages of the bot's own."""

    async def remove(self, guild_id: int, channel_id: int, message_id: int) -> None:
        """Delete one, or raise a DiscordError; a GoneError proves that it is not there any more."""
        ...


class Liveness(Protocol):
    """Knows whether the gateway has told everything that happened until now."""

    @property
    def is_recent(self) -> bool:
        """Whether the last sign of life is recent enough for a message to leave."""
        ...

    async def prove(self, guild_id: int) -> None:
        """Wait for a sign of life, or raise a DiscordError."""
        ...


class Incidents(Protocol):
    """Hears what delivery finds out about an event."""

    async def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Take note that the bot may not."""
        ...

    async def gone(self, event: TrackedEvent, reason: str) -> None:
        """Take note that the message or its channel may not exist any more."""
        ...


async def report_refusal(incidents: Incidents, event: TrackedEvent, error: DiscordError) -> None:
    """Tell of an event what a refusal of Discord's means for it; most mean nothing for the event."""
    if isinstance(error, BlockedError):
        await incidents.blocked(event, str(error))
    elif isinstance(error, GoneError):
        await incidents.gone(event, str(error))
