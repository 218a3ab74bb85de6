"""Selects for whom an event asks."""

from collections.abc import Iterable
from typing import Any

import discord

from reminder_bot.interactions.people_selects import PeopleSelect, RolesSelect, Take
from utils.errors import UserError
from utils.i18n import _


class RolesAsked(RolesSelect):
    """Roles that are asked."""

    def __init__(self, guild: discord.Guild, chosen: Iterable[int], take: Take) -> None:
        super().__init__(guild, "draft:roles", _("Ask only these roles (none: everybody)"), chosen, take)


class MembersAsked(PeopleSelect):
    """Members that are asked."""

    def __init__(self, guild: discord.Guild, chosen: Iterable[int], take: Take) -> None:
        super().__init__(guild, "draft:members", _("Ask only these members, besides the roles"), chosen, take)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on the members; bots are never asked."""
        people = [user.id for user in self.values if not user.bot]
        if self.values and not people:
            # Nobody chosen would be everybody.
            raise UserError(_("Bots are never asked. Choose people, or nobody to ask everybody here."))
        await self._take(interaction, people)
