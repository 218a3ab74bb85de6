"""The cogs that the bot carries, in the order in which they are loaded."""

from discord.ext import commands

from reminder_bot.bot import ReminderBot
from reminder_bot.checkup import Checkup
from reminder_bot.cogs.absence import AbsenceCog
from reminder_bot.cogs.audience import AudienceCog
from reminder_bot.cogs.auditing import AuditingCog
from reminder_bot.cogs.cooldowns import CooldownsCog
from reminder_bot.cogs.dead_buttons import DeadButtonsCog
from reminder_bot.cogs.deliveries import DeliveriesCog
from reminder_bot.cogs.doctor import DoctorCog
from reminder_bot.cogs.errors import ErrorsCog
from reminder_bot.cogs.events import EventsCog
from reminder_bot.cogs.exporting import ExportingCog
from reminder_bot.cogs.figures import FiguresCog
from reminder_bot.cogs.members import MembersCog
from reminder_bot.cogs.menus import MenusCog
from reminder_bot.cogs.organising import OrganisingCog
from reminder_bot.cogs.pressing import PressingCog
from reminder_bot.cogs.reactions import ReactionsCog
from reminder_bot.cogs.resuming import ResumingCog
from reminder_bot.cogs.searching import SearchingCog
from reminder_bot.cogs.session import SessionCog
from reminder_bot.cogs.settings import SettingsCog
from reminder_bot.cogs.setup_offers import SetupOffersCog
from reminder_bot.cogs.upkeep import UpkeepCog
from reminder_bot.cogs.viewing import ViewingCog
from reminder_bot.cogs.watching import WatchingCog
from reminder_bot.directory import Directory
from reminder_bot.interactions.command_sync import CommandSync
from reminder_bot.member_roster import MemberRoster
from reminder_bot.services import Services


def carried_cogs(
    bot: ReminderBot,
    services: Services,
    directory: Directory,
    roster: MemberRoster,
    checkup: Checkup,
    sync: CommandSync,
) -> list[commands.Cog]:
    """Return every cog; those that stand around the commands come first."""
    return [
        ErrorsCog(bot, services),
        CooldownsCog(bot, services),
        DeadButtonsCog(bot, services),
        ReactionsCog(bot, services),
        SessionCog(bot, services, directory, roster),
        AudienceCog(bot, services, directory),
        WatchingCog(bot, services),
        EventsCog(bot, services),
        OrganisingCog(bot, services),
        ResumingCog(bot, services),
        ViewingCog(bot, services),
        SearchingCog(bot, services),
        DeliveriesCog(bot, services),
        ExportingCog(bot, services),
        FiguresCog(bot, services),
        MenusCog(bot, services),
        AuditingCog(bot, services),
        SettingsCog(bot, services),
        SetupOffersCog(bot, services),
        DoctorCog(bot, services, checkup),
        MembersCog(bot, services),
        AbsenceCog(bot, services),
        PressingCog(bot, services),
        UpkeepCog(bot, services, sync),
    ]
