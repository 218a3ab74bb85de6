"""How many commands one person may use in a minute, since every answer costs calls of the bot's share at Discord."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

import discord

from reminder_bot.interactions.answers import answer_error
from utils.checks import RolesOf, is_organiser
from utils.errors import UserError
from utils.i18n import _
from utils.time import timestamp_tag

WINDOW = timedelta(minutes=1)
ORGANISER_COMMANDS = 60
MEMBER_COMMANDS = 20


class Cooldown:
    """Remembers the moments of everybody's commands for a minute; organisers and others have an allowance each."""

    def __init__(self) -> None:
        self._used: OrderedDict[tuple[int, int], deque[datetime]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many people are remembered."""
        return len(self._used)

    def take(self, user_id: int, allowance: int, at: datetime) -> datetime | None:
        """Count a command used at a moment and return None; with the allowance used up, return when one is free again.

        What is refused is not counted: waiting is enough, however often somebody has tried.
        """
        self._forget_before(at - WINDOW)
        key = (user_id, allowance)
        used = self._used.setdefault(key, deque())
        self._used.move_to_end(key)
        while used and used[0] <= at - WINDOW:
            used.popleft()
        if len(used) >= allowance:
            return used[0] + WINDOW
        used.append(at)
        return None

    def _forget_before(self, moment: datetime) -> None:
        while self._used:
            key, used = next(iter(self._used.items()))
            if used and used[-1] > moment:
                return
            del self._used[key]


async def is_within_allowance(cooldown: Cooldown, interaction: discord.Interaction, organiser_roles: RolesOf) -> bool:
    """Count a command, a click or a choice of its caller, and return True; over the allowance, tell them when to go on.

    The moment is Discord's own, so that a burst held up on its way here is not taken for haste. Suggestions are asked
    for by Discord at every letter, and count for nothing.
    """
    if interaction.type is discord.InteractionType.autocomplete:
        return True
    allowance = ORGANISER_COMMANDS if _is_organiser(interaction.user, organiser_roles) else MEMBER_COMMANDS
    free_at = cooldown.take(interaction.user.id, allowance, interaction.created_at)
    if free_at is None:
        return True
    # Discord shows whole seconds, cut: without the second more it would say "now" a moment too early.
    when = timestamp_tag(free_at + timedelta(seconds=1))
    sentence = _("You have used {count} commands within a minute, which is the most I take. Try again {when}.")
    await answer_error(interaction, UserError(sentence.format(count=allowance, when=when)))
    return False


def _is_organiser(user: discord.User | discord.Member, organiser_roles: RolesOf) -> bool:
    if not isinstance(user, discord.Member):
        return False
    return is_organiser(user.guild_permissions, user.roles, organiser_roles(user.guild.id))
