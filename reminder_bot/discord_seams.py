"""The core's seams with the real Discord behind each."""

from reminder_bot.assembly import Seams
from reminder_bot.bot import ReminderBot
from reminder_bot.delivery_seams import Audience
from reminder_bot.gathered_sender import DiscordGatheredSender
from reminder_bot.guild_finder import DiscordGuildFinder
from reminder_bot.guild_language import ChosenSettings
from reminder_bot.liveness import GatewayLiveness
from reminder_bot.message_remover import DiscordMessageRemover
from reminder_bot.notices import DiscordNotices
from reminder_bot.person_sorter import MemberChoicesBook
from reminder_bot.place_finder import DiscordPlaceFinder
from reminder_bot.places import Places
from reminder_bot.reaction_source import DiscordReactionSource
from reminder_bot.reminder_sender import DiscordSender
from utils.time import SystemClock


def discord_seams(
    bot: ReminderBot, chosen: ChosenSettings, members: MemberChoicesBook, audience: Audience, notices: DiscordNotices
) -> Seams:
    """Return the seams of a client; nothing is asked of Discord yet."""
    return Seams(
        audience=audience,
        sender=DiscordSender(bot, chosen),
        places=Places(audience, DiscordPlaceFinder(bot), notices.placed),
        remover=DiscordMessageRemover(bot),
        liveness=GatewayLiveness(bot, SystemClock()),
        source=DiscordReactionSource(bot),
        notices=notices,
        finder=DiscordGuildFinder(bot),
        gathered=DiscordGatheredSender(bot, chosen),
        members=members,
        chosen=chosen,
    )
