"""What controls of settings are made of: a button, a select of words, and the message they are on."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import discord

from models.guild_settings import GuildSettings
from reminder_bot.interactions.setting_forms import Form
from reminder_bot.services import Services

Changes = Mapping[str, Any]
Read = Callable[[str], Awaitable[Changes]]
Clicked = discord.Interaction[Any]

PLACES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]
"""Where messages can be posted."""


class SettingPage(Protocol):
    """The message on which a setting is shown."""

    @property
    def services(self) -> Services:
        """The application's parts."""
        ...

    @property
    def guild(self) -> discord.Guild:
        """Whose settings they are."""
        ...

    @property
    def settings(self) -> GuildSettings:
        """The settings as they are."""
        ...

    async def apply(self, clicked: Clicked, changes: Changes) -> None:
        """Change settings, and show them."""
        ...

    async def open_form(self, clicked: Clicked, form: Form, read: Read) -> None:
        """Ask for a text, and apply what is read from it."""
        ...


class Press(discord.ui.Button[Any]):
    """A button that does one thing."""

    def __init__(self, custom_id: str, label: str, act: Callable[[Clicked], Awaitable[None]], **look: Any) -> None:
        super().__init__(custom_id=f"settings:{custom_id}", label=label, **look)
        self._act = act

    async def callback(self, interaction: Clicked) -> None:
        """Do it."""
        await self._act(interaction)


class WordSelect(discord.ui.Select[Any]):
    """A select of one among a few words; ``take`` gets the value."""

    def __init__(
        self,
        custom_id: str,
        placeholder: str,
        options: list[discord.SelectOption],
        take: Callable[[Clicked, str], Awaitable[None]],
    ) -> None:
        super().__init__(custom_id=f"settings:{custom_id}", placeholder=placeholder, options=options)
        self._take = take

    async def callback(self, interaction: Clicked) -> None:
        """Hand on what was chosen."""
        await self._take(interaction, self.values[0])


class ChannelChoice(discord.ui.ChannelSelect[Any]):
    """A channel or thread that messages are posted in; ``take`` gets its id."""

    def __init__(self, placeholder: str, take: Callable[[Clicked, int], Awaitable[None]]) -> None:
        super().__init__(custom_id="settings:channel", placeholder=placeholder, channel_types=PLACES)
        self._take = take

    async def callback(self, interaction: Clicked) -> None:
        """Hand on the channel."""
        await self._take(interaction, self.values[0].id)
