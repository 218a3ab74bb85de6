"""The list of imported events that are paused for their age: what it says, and its buttons."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Self

import discord

from models.records import EventState, TrackedEvent
from utils.embeds import YELLOW, card, event_link
from utils.i18n import _
from utils.pagination import paginate
from utils.time import timestamp_tag

MOST_BUTTONS = 25
"""In one message. Source: https://discord.com/developers/docs/components/reference#action-row"""

MOST_CHARACTERS = 3_800
"""Leaves room for the sentences above the list; an embed's description holds 4,096."""

PRESSED = "resume_pressed"
"""The event of the client's that a press becomes, with its interaction, the guild's id and the event's."""

TEMPLATE = re.compile(r"resume:(?P<guild>[0-9]{1,20}):(?P<event>[0-9]{1,20})")


class ResumeButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button that works as long as its message is there: all it needs is in its id."""

    def __init__(self, guild_id: int, event_id: int, button: discord.ui.Button[Any]) -> None:
        super().__init__(button)
        self._ids = guild_id, event_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Take the button from the message it is pressed in."""
        assert isinstance(item, discord.ui.Button), "the template is a button's"
        return cls(int(match["guild"]), int(match["event"]), item)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Tell whoever listens to the client."""
        interaction.client.dispatch(PRESSED, interaction, *self._ids)


def is_waiting(event: TrackedEvent | None) -> bool:
    """Whether an event can be resumed: watched, and paused still."""
    return event is not None and event.state in (EventState.ACTIVE, EventState.BLOCKED) and event.is_paused


def list_pages(guild: discord.Guild, channel_id: int, events: Sequence[TrackedEvent]) -> list[list[TrackedEvent]]:
    """Cut events into those of one message each, in order."""
    lines = [_line(guild, channel_id, number, event) for number, event in enumerate(events, start=1)]
    rest = iter(events)
    return [list(islice(rest, len(page))) for page in paginate(lines, MOST_BUTTONS, MOST_CHARACTERS)]


def list_card(guild: discord.Guild, channel_id: int, events: Mapping[int, TrackedEvent | None]) -> discord.Embed:
    """Return the list as it is now, for a channel of the guild or a direct message; None stands for a removed event.

    The title of an event in a hidden channel is not told where everybody can read it.
    """
    intro = _(
        "They came from the old bot, and their last reminder was more than 14 days ago. Nobody is reminded about them "
        "until an organiser presses Resume; then the next reminder is one interval away. `/resume` does the same."
    )
    lines = [
        _line(guild, channel_id, number, event) if event is not None else f"{number}. {_('not watched any more')}"
        for number, event in enumerate(events.values(), start=1)
    ]
    return card(_("Imported events that are paused"), "\n".join([intro, "", *lines]), YELLOW)


def list_buttons(guild_id: int, events: Mapping[int, TrackedEvent | None]) -> discord.ui.View:
    """Return a numbered button for each event, greyed out where there is nothing to resume any more."""
    view = discord.ui.View(timeout=None)
    for number, (event_id, event) in enumerate(events.items(), start=1):
        can_resume = is_waiting(event)
        button: discord.ui.Button[Any] = discord.ui.Button(
            label=_("Resume {number}").format(number=number),
            style=discord.ButtonStyle.primary if can_resume else discord.ButtonStyle.secondary,
            disabled=not can_resume,
            custom_id=f"resume:{guild_id}:{event_id}",
        )
        view.add_item(ResumeButton(guild_id, event_id, button))
    return view


def listed_events(message: discord.Message) -> list[int]:
    """Return the ids of the events that a message of the bot's has buttons for, in their order; none in any other."""
    buttons = [
        button for row in message.components if isinstance(row, discord.ActionRow)
        for button in row.children if isinstance(button, discord.Button)
    ]  # fmt: skip
    matches = (TEMPLATE.fullmatch(button.custom_id or "") for button in buttons)
    return [int(match["event"]) for match in matches if match is not None]


def _line(guild: discord.Guild, channel_id: int, number: int, event: TrackedEvent) -> str:
    link = event_link(event)
    if _is_public(guild, channel_id) and not _is_public(guild, event.channel_id):
        link = f"[{event.message_id}]({event.jump_url})"
    return f"{number}. **{link}** · {_state(event)}"


def _state(event: TrackedEvent) -> str:
    if event.state not in (EventState.ACTIVE, EventState.BLOCKED):
        return _("not watched any more")
    if not event.is_paused:
        return _("✅ resumed")
    if event.last_reminder is None:
        return _("never reminded about")
    return _("last reminder {when}").format(when=timestamp_tag(event.last_reminder))


def _is_public(guild: discord.Guild, channel_id: int) -> bool:
    """Whether all members of the guild can see a channel, as far as its roles tell."""
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None or (isinstance(channel, discord.Thread) and channel.is_private()):
        return False
    return channel.permissions_for(guild.default_role).view_channel
