"""The composition root: build the parts, run them, close them in the right order; the only place that wires objects."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from persistence import bot_state
from persistence.database import DatabaseHandle
from persistence.early_check import EarlyCheck
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.assembly import build_manager
from reminder_bot.audience import DiscordAudience
from reminder_bot.bot import ReminderBot
from reminder_bot.care_jobs import CareJobs
from reminder_bot.caretaker import Caretaker
from reminder_bot.carried_cogs import carried_cogs
from reminder_bot.checkup import Checkup
from reminder_bot.clock_watch import ClockWatch
from reminder_bot.config import Settings
from reminder_bot.daily_checkup import DailyCheckup
from reminder_bot.directory import Directory
from reminder_bot.discord_seams import discord_seams
from reminder_bot.dormant_notice import DormantNotice
from reminder_bot.error_memory import ErrorMemory
from reminder_bot.event_manager import EventManager
from reminder_bot.event_queries import EventQueries
from reminder_bot.excused_audience import ExcusedAudience
from reminder_bot.followed_clock import FollowedClock
from reminder_bot.forgetting import AudienceWithoutForgotten
from reminder_bot.health_check import HealthCheck
from reminder_bot.interactions.command_sync import CommandSync
from reminder_bot.legacy_files import tell_of_legacy_files
from reminder_bot.login import stay_connected
from reminder_bot.member_book import MemberBook
from reminder_bot.member_desk import MemberDesk
from reminder_bot.member_roster import MemberRoster
from reminder_bot.notices import DiscordNotices
from reminder_bot.opened_store import open_store
from reminder_bot.ownership import claim_database
from reminder_bot.pace import RequestBudget
from reminder_bot.person_sorter import PersonSorter
from reminder_bot.personal_data import PersonalData
from reminder_bot.pulse import Pulse
from reminder_bot.services import Services
from reminder_bot.setting_values import Secret
from reminder_bot.settings_book import SettingsBook
from utils.time import PacedClock, SystemClock

log = logging.getLogger(__name__)

CLOSE_SECONDS = 1.5
"""How long Discord may take to say goodbye; the process is to be gone 5 seconds after SIGTERM."""


async def run(settings: Settings, clock_url: str | None = None, early: EarlyCheck | None = None) -> None:
    """Run the bot until SIGINT, SIGTERM or SIGHUP, or until it cannot go on.

    Args:
        settings: what a person has chosen.
        clock_url: the sandbox's clock, to go by it instead of the machine's.
        early: a check of the database file that was begun before.

    Raises:
        StorageError: the database cannot be used.
        ConfigurationError: Discord refuses the token or the intents, or is not at the address that is set.
    """
    token = settings.require_token()
    stop = _stop_event()
    errors = ErrorMemory()
    logging.getLogger().addHandler(errors)
    try:
        async with _clock(clock_url) as clock, open_store(settings, early) as (handle, writer, reader):
            await tell_of_legacy_files(settings.database_path, reader)
            await _run_bot(settings, token, clock, handle, writer, reader, errors, stop)
    finally:
        logging.getLogger().removeHandler(errors)
    log.info("stopped")


def _stop_event() -> asyncio.Event:
    """Return what is set by the signals that ask the bot to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Under nohup the end of a terminal is to be survived.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, stop.set)
    return stop


@asynccontextmanager
async def _clock(url: str | None) -> AsyncIterator[PacedClock]:
    if url is None:
        yield SystemClock()
        return
    async with FollowedClock(url) as clock:
        yield clock


async def _run_bot(
    settings: Settings,
    token: Secret,
    clock: PacedClock,
    handle: DatabaseHandle,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    errors: ErrorMemory,
    stop: asyncio.Event,
) -> None:
    budget = RequestBudget()
    bot = ReminderBot(settings.discord_api_url, budget, ClockWatch(clock))
    jobs = CareJobs(settings=settings, clock=clock, writer=writer, reader=reader)
    book = SettingsBook(operator=settings, clock=clock, writer=writer, reader=reader)
    dormant = DormantNotice(clock=clock, writer=writer, reader=reader, client=bot, chosen=book)
    notices = DiscordNotices(client=bot, chosen=book, clock=clock, writer=writer, tell_dormant=dormant.tell)
    caretaker = Caretaker(
        settings=settings, clock=clock, jobs=jobs, writer=writer, reader=reader,
        on_outcome=lambda job, problem: notices.upkeep(job, is_failing=problem is not None),
    )  # fmt: skip
    members = MemberBook(clock=clock, writer=writer, reader=reader)
    await book.load()
    await members.load()
    manager, checkup = _wire(
        bot, settings, book, members, clock, handle, writer, reader, errors, budget, caretaker, notices, jobs
    )
    await manager.start()
    await caretaker.start(manager.scheduler)
    daily = DailyCheckup(
        client=bot, checkup=checkup, notices=notices, book=book, clock=clock, writer=writer, reader=reader
    )
    daily.start(manager.scheduler)
    _tell_when_ready(bot, manager)
    async with _watched_over(bot, settings, manager, handle, writer, reader, caretaker):
        await _until_stopped(bot, settings, token, manager, caretaker, stop)
    await daily.close()
    await notices.close()


@asynccontextmanager
async def _watched_over(
    bot: ReminderBot,
    settings: Settings,
    manager: EventManager,
    handle: DatabaseHandle,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    caretaker: Caretaker,
) -> AsyncIterator[None]:
    """Serve health and metrics meanwhile, where that is asked for."""
    if settings.metrics_address is None:
        yield
        return
    # Prometheus and the web server take a fifth of a second to load: only those wait who want them.
    from reminder_bot.metrics import Metrics, Sources
    from reminder_bot.metrics_server import MetricsServer

    pulse = Pulse(lambda: manager.session.is_online)
    check = HealthCheck(pulse=pulse, handle=handle, writer=writer, reader=reader)
    sources = Sources(
        clock=SystemClock(), manager=manager, handle=handle, writer=writer, reader=reader, pulse=pulse,
        latency=lambda: bot.latency, last_backup_at=lambda: caretaker.report.last_backup_at,
    )  # fmt: skip
    server = MetricsServer(settings.metrics_address, Metrics(sources), check)
    pulse.start()
    server.start()
    try:
        yield
    finally:
        await server.close()
        pulse.stop()


async def _until_stopped(
    bot: ReminderBot,
    settings: Settings,
    token: Secret,
    manager: EventManager,
    caretaker: Caretaker,
    stop: asyncio.Event,
) -> None:
    """Stay connected until somebody asks the bot to end, or it cannot go on; then stop in order."""
    connecting = asyncio.create_task(stay_connected(bot, settings, token))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if connecting.done():
            connecting.result()
    finally:
        log.info("stopping")
        stopping.cancel()
        await manager.drain()
        await caretaker.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bot.close(), CLOSE_SECONDS)
        connecting.cancel()
        await asyncio.gather(connecting, stopping, return_exceptions=True)


def _tell_when_ready(bot: ReminderBot, manager: EventManager) -> None:
    async def tell() -> None:
        # Once: a new session after an outage is no start.
        bot.remove_listener(tell, "on_ready")
        log.info("ready servers=%s events=%s", len(bot.guilds), len(manager.index))

    bot.add_listener(tell, "on_ready")


def _wire(
    bot: ReminderBot,
    settings: Settings,
    book: SettingsBook,
    members: MemberBook,
    clock: PacedClock,
    handle: DatabaseHandle,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    errors: ErrorMemory,
    budget: RequestBudget,
    caretaker: Caretaker,
    notices: DiscordNotices,
    jobs: CareJobs,
) -> tuple[EventManager, Checkup]:
    roster = MemberRoster(bot)
    sorter = PersonSorter(members, book)
    everybody = DiscordAudience(bot, roster)
    audience = ExcusedAudience(AudienceWithoutForgotten(everybody, reader), sorter, clock)
    seams = discord_seams(bot, book, members, audience, notices)
    manager = build_manager(clock=clock, writer=writer, reader=reader, seams=seams, sorter=sorter, budget=budget)
    queries = EventQueries(
        manager=manager, writer=writer, reader=reader, audience=audience, clock=clock,
        database_size=lambda: handle.size_bytes, care=lambda: caretaker.report,
        errors=errors, started_at=clock.now(),
    )  # fmt: skip
    services = Services(
        settings, book, clock, manager, queries,
        MemberDesk(
            clock=clock, writer=writer, reader=reader, manager=manager, members=members, book=book, audience=everybody
        ),
        PersonalData(clock=clock, writer=writer, reader=reader, jobs=jobs, members=members, manager=manager),
    )  # fmt: skip
    checkup = Checkup(
        client=bot, clock=clock, watch=bot.clock_watch, book=book, queries=queries, audience=audience, roster=roster,
        wants_backups=settings.backup_time is not None,
    )  # fmt: skip
    _carry(bot, services, roster, checkup, clock, writer, reader)
    return manager, checkup


def _carry(
    bot: ReminderBot,
    services: Services,
    roster: MemberRoster,
    checkup: Checkup,
    clock: PacedClock,
    writer: DatabaseWriter,
    reader: DatabaseReader,
) -> None:
    load, save = _bot_state(clock, writer, reader)
    directory, sync = Directory(clock=clock, writer=writer), CommandSync(bot, load=load, save=save)
    cogs = carried_cogs(bot, services, directory, roster, checkup, sync)
    bot.carry(cogs, on_login=lambda application_id: claim_database(application_id, load, save))


def _bot_state(
    clock: PacedClock, writer: DatabaseWriter, reader: DatabaseReader
) -> tuple[Callable[[str], Awaitable[str | None]], Callable[[str, str], Awaitable[None]]]:
    """Return what reads and what writes a value that the bot keeps for itself, by its name."""

    async def load(key: str) -> str | None:
        return await reader.run(bot_state.get_value, key)

    async def save(key: str, value: str) -> None:
        await writer.run(bot_state.set_value, key, value, clock.now())

    return load, save
