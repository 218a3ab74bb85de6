"""Where an event's messages go, and who gets them in the event's own channel instead: decided when they are claimed."""

import logging
from collections.abc import Collection, Set
from dataclasses import dataclass, replace

from models.event_options import Place
from models.records import Claim, TrackedEvent
from reminder_bot.delivery_seams import Audience, PlaceFinder
from reminder_bot.reminder_message import split_up
from utils.errors import DiscordError, TransientDiscordError
from utils.i18n import mark

log = logging.getLogger(__name__)

NOT_SEEN = mark("They cannot see the channel chosen for reminders.")


@dataclass(frozen=True, slots=True)
class Split:
    """People in batches, and where each batch is posted: None is the event's own channel."""

    batches: tuple[tuple[int, ...], ...] = ()
    channels: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacePreview:
    """Where reminders would go now: ``left_behind`` of those asked get them in the event's own channel, ``why``.

    ``why`` is a sentence for `utils.reasons`. ``exists`` is False for a thread that the first reminder opens, which
    will have the id ``channel_id``.
    """

    channel_id: int
    left_behind: int = 0
    why: str | None = None
    exists: bool = True


class Places:
    """Spreads people over the chosen place and the event's own channel; nobody is left out by it."""

    def __init__(self, audience: Audience, finder: PlaceFinder) -> None:
        self._audience = audience
        self._finder = finder

    async def split(self, event: TrackedEvent, people: Set[int], *, is_final: bool = False) -> Split:
        """Put people into batches for a message about an event; may open the thread of its message.

        With ``is_final`` there is one batch at least: the channel is told as well.

        Raises:
            DiscordError: where the message is to go cannot be told at the moment.
        """
        if not people and not is_final:
            return Split()
        found = await self._finder.find(event, makes=True)
        if found.problem is not None:
            log.warning("place not used event_id=%s reason=%s", event.message_id, found.problem)
        inside = await self._inside(event, found.channel_id, people)
        there, here = await split_up(inside), await split_up(people - inside)
        if not there and not here:
            return Split(((),), (found.channel_id,))
        return Split((*there, *here), (*[found.channel_id] * len(there), *[None] * len(here)))

    async def still_hold(self, event: TrackedEvent, claim: Claim, people: Collection[int]) -> bool:
        """Whether all these people of a batch can see the place that was chosen for it.

        Raises:
            DiscordError: it cannot be told at the moment.
        """
        wanted = set(people)
        return wanted <= await self._inside(event, claim.channel_id, wanted)

    async def seen_by(self, event: TrackedEvent, channel_id: int, people: Set[int]) -> Set[int]:
        """Return who of some people, all of whom see the event's own channel, can see another one.

        Raises:
            DiscordError: it cannot be told at the moment.
        """
        return people if channel_id == event.channel_id else await self._inside(event, channel_id, people)

    async def preview(self, event: TrackedEvent) -> PlacePreview:
        """Return where reminders of an event would go now; nothing is made.

        Raises:
            DiscordError: it, or who is asked, cannot be told at the moment.
        """
        if event.options.place is Place.CHANNEL:
            return PlacePreview(event.channel_id)
        found = await self._finder.find(event, makes=False)
        asked = await self._audience.asked(event)
        if found.problem is not None:
            return PlacePreview(event.channel_id, len(asked), found.problem)
        left_behind = len(asked - await self._inside(event, found.channel_id, asked))
        why = NOT_SEEN if left_behind else None
        return PlacePreview(found.channel_id or event.channel_id, left_behind, why, found.exists)

    async def _inside(self, event: TrackedEvent, channel_id: int | None, people: Set[int]) -> Set[int]:
        """Return who of some people, all of whom see the event's channel, can see a place."""
        if channel_id is None or channel_id == event.message_id:
            # The thread of a message is as public as its channel.
            return people
        try:
            return await self._audience.reachable(replace(event, channel_id=channel_id), people)
        except TransientDiscordError:
            raise
        except DiscordError as error:
            log.warning("place not seen event_id=%s channel_id=%s reason=%s", event.message_id, channel_id, error)
            return frozenset()
