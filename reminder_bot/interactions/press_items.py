"""Buttons whose meaning is in their id, so that they work as long as their message stands, whatever was restarted."""

import re
from typing import Any, Protocol, Self

import discord

from reminder_bot.reminder_buttons import TEMPLATE, Press

PRESSING = "PressingCog"
"""The cog that presses are handed to."""


class Pressed(Protocol):
    """Hears of presses."""

    async def pressed(self, interaction: discord.Interaction, press: Press) -> None:
        """Do what was pressed, and answer."""
        ...


class ReminderItem(discord.ui.DynamicItem[Any], template=TEMPLATE):
    """A button or a select under a reminder, or under the answer to one."""

    def __init__(self, item: discord.ui.Item[Any], press: Press) -> None:
        super().__init__(item)
        self._press = press

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make it again from what Discord tells of it."""
        return cls(item, Press.of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on."""
        cog: Pressed | None = interaction.client.get_cog(PRESSING)
        if cog is not None:
            await cog.pressed(interaction, self._press)


def press_view(*items: tuple[Press, str]) -> discord.ui.View:
    """Return buttons, each with its label."""
    view = discord.ui.View(timeout=None)
    for press, label in items:
        button: discord.ui.Button[Any] = discord.ui.Button(label=label, custom_id=press.custom_id)
        view.add_item(ReminderItem(button, press))
    # discord.py keeps what it knows of a view that is sent, unless it is stopped; these are found by their ids.
    view.stop()
    return view


def choice_view(press: Press, placeholder: str, options: list[discord.SelectOption]) -> discord.ui.View:
    """Return a select of one among some options."""
    view = discord.ui.View(timeout=None)
    select: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=press.custom_id, placeholder=placeholder, options=options
    )
    view.add_item(ReminderItem(select, press))
    view.stop()
    return view
