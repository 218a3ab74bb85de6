"""Selects of roles and of members, any number of them: those that are chosen are marked."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import discord

from models.setting_json import MOST_CHOSEN

Take = Callable[[discord.Interaction[Any], Sequence[int]], Awaitable[None]]
"""Gets the ids of what was chosen."""


class RolesSelect(discord.ui.RoleSelect[Any]):
    """Roles of a guild."""

    def __init__(
        self, guild: discord.Guild, custom_id: str, placeholder: str, chosen: Iterable[int], take: Take
    ) -> None:
        # One that was deleted cannot be shown as chosen; it goes with the next choice.
        known = (each for each in chosen if guild.get_role(each))
        super().__init__(
            custom_id=custom_id, placeholder=placeholder, min_values=0, max_values=MOST_CHOSEN,
            default_values=_marked(known, discord.SelectDefaultValueType.role),
        )  # fmt: skip
        self._take = take

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on the roles."""
        await self._take(interaction, [role.id for role in self.values])


class PeopleSelect(discord.ui.UserSelect[Any]):
    """Members of a guild."""

    def __init__(
        self, guild: discord.Guild, custom_id: str, placeholder: str, chosen: Iterable[int], take: Take
    ) -> None:
        known = (each for each in chosen if guild.get_member(each))
        super().__init__(
            custom_id=custom_id, placeholder=placeholder, min_values=0, max_values=MOST_CHOSEN,
            default_values=_marked(known, discord.SelectDefaultValueType.user),
        )  # fmt: skip
        self._take = take

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on the people."""
        await self._take(interaction, [user.id for user in self.values])


def _marked(ids: Iterable[int], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    # An audience that was typed may name more, and Discord would refuse the whole message.
    return [discord.SelectDefaultValue(id=each, type=kind) for each in islice(ids, MOST_CHOSEN)]
