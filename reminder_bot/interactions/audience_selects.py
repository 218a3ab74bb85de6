"""Selects for whom an event asks: those who are chosen are marked."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import discord

from utils.errors import UserError
from utils.i18n import _

MOST_CHOSEN = 25
"""Source: https://discord.com/developers/docs/components/reference#role-select"""

Take = Callable[[discord.Interaction[Any], Sequence[int]], Awaitable[None]]


class RolesAsked(discord.ui.RoleSelect[Any]):
    """Roles that are asked."""

    def __init__(self, guild: discord.Guild, chosen: Iterable[int], take: Take) -> None:
        # One that was deleted cannot be shown as chosen; it goes with the next choice.
        known = [each for each in chosen if guild.get_role(each)]
        super().__init__(
            custom_id="draft:roles", placeholder=_("Ask only these roles (none: everybody)"), min_values=0,
            max_values=MOST_CHOSEN, default_values=_marked(known, discord.SelectDefaultValueType.role),
        )  # fmt: skip
        self._take = take

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on the roles."""
        await self._take(interaction, [role.id for role in self.values])


class MembersAsked(discord.ui.UserSelect[Any]):
    """Members that are asked."""

    def __init__(self, guild: discord.Guild, chosen: Iterable[int], take: Take) -> None:
        known = [each for each in chosen if guild.get_member(each)]
        super().__init__(
            custom_id="draft:members", placeholder=_("Ask only these members, besides the roles"), min_values=0,
            max_values=MOST_CHOSEN, default_values=_marked(known, discord.SelectDefaultValueType.user),
        )  # fmt: skip
        self._take = take

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on the members; bots are never asked."""
        people = [user.id for user in self.values if not user.bot]
        if self.values and not people:
            # Nobody chosen would be everybody.
            raise UserError(_("Bots are never asked. Choose people, or nobody to ask everybody here."))
        await self._take(interaction, people)


def _marked(ids: Iterable[int], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    # An audience that was typed may name more, and Discord would refuse the whole message.
    return [discord.SelectDefaultValue(id=each, type=kind) for each in islice(ids, MOST_CHOSEN)]
