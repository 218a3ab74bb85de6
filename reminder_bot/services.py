"""What every cog is handed: the parts of the application, wired once by the runner."""

from dataclasses import dataclass

from reminder_bot.config import Settings
from reminder_bot.event_manager import EventManager
from reminder_bot.event_queries import EventQueries
from reminder_bot.member_desk import MemberDesk
from reminder_bot.personal_data import PersonalData
from reminder_bot.settings_book import SettingsBook
from utils.time import Clock


@dataclass(frozen=True, slots=True)
class Services:
    """The application's parts as cogs see them."""

    settings: Settings
    book: SettingsBook
    clock: Clock
    manager: EventManager
    queries: EventQueries
    desk: MemberDesk
    personal: PersonalData
