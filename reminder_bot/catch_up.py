"""What happens to the session and to who is asked, and what has to be caught up with because of it."""

import asyncio
import logging
import random
from collections.abc import Callable
from itertools import groupby

from models.records import Claim
from persistence import reminder_log
from persistence.reader import DatabaseReader
from reminder_bot import reminder_policy as policy
from reminder_bot.attention import Attention
from reminder_bot.event_index import EventIndex
from reminder_bot.ledger import Ledger, while_away
from reminder_bot.notices import Notices
from reminder_bot.reminder_pump import ReminderPump
from reminder_bot.restoration import Restoration
from reminder_bot.session import GatewaySession
from reminder_bot.unresolved_events import UnresolvedEvents
from utils.errors import StorageError
from utils.i18n import SOURCE, speaking

log = logging.getLogger(__name__)

SETTLE_SECONDS = 30.0
"""How long reminders may take after a start to be counted as part of catching up."""


class CatchUp:
    """Keeps the events true to Discord through starts, new sessions, outages and changes of who may see what."""

    def __init__(
        self,
        *,
        reader: DatabaseReader,
        session: GatewaySession,
        index: EventIndex,
        unresolved: UnresolvedEvents,
        restoration: Restoration,
        attention: Attention,
        pump: ReminderPump,
        ledger: Ledger,
        notices: Notices,
    ) -> None:
        self._reader = reader
        self._session = session
        self._index = index
        self._unresolved = unresolved
        self._restoration = restoration
        self._attention = attention
        self._pump = pump
        self._ledger = ledger
        self._notices = notices
        self._task: asyncio.Task[None] | None = None
        self._resolving: asyncio.Task[None] | None = None
        self._away: Ledger | None = None

    @property
    def away(self) -> Ledger | None:
        """What was caught up with after the last start or new session; None before it is known."""
        return self._away

    def session_ready(self) -> None:
        """Take note that guilds and members of a new session are here, and start catching up."""
        self._session.members_arrived()
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._restore_at_last())

    def resumed(self) -> None:
        """Go on in the same session: Discord has sent everything that was missed."""
        self._session.resumed()
        self._attention.look_again()
        self._pump.wake()

    async def restore(self) -> None:
        """Settle what was being sent when the process ended, reconcile every event, send what fell due meanwhile."""
        before = self._ledger.copy()
        pending = await self._reader.run(reminder_log.list_pending)
        for _event_id, claims in groupby(sorted(pending, key=_claim_order), key=lambda claim: claim.event_id):
            self._pump.settle(list(claims))
        await self._pump.settle_gathered()
        await self._unresolved.resolve_all()
        await self._restoration.restore_all()
        await self._pump.send_due_reminders()
        await self._pump.settled(SETTLE_SECONDS)
        self._away = self._ledger.since(before)
        with speaking(SOURCE):
            log.info("while I was away: %s", while_away(self._away))
        await self._notices.dormant()

    def audience_changed(self, guild_id: int) -> None:
        """Look again at a guild's events, because other people may see their channels now."""
        for item in self._index.in_guild(guild_id):
            if not item.is_blocked:
                self._attention.mark(guild_id, item.message_id)

    def access_changed(self, guild_id: int, is_affected: Callable[[int], bool] = lambda _channel_id: True) -> None:
        """Read a guild's events again, because the bot itself may see other channels now, or write in others.

        What people answered in a channel that the bot could not see was never told, not even afterwards. Events of
        channels that are not affected are looked at only: other people may see them.
        """
        for item in self._index.in_guild(guild_id):
            if is_affected(item.channel_id):
                self._session.distrust(item.message_id)
                self._restoration.restore_soon(guild_id, item.message_id)
            elif not item.is_blocked:
                self._attention.mark(guild_id, item.message_id)

    def guild_lost(self, guild_id: int) -> None:
        """Send nothing in a guild that is unavailable: its reactions are not heard."""
        for item in self._index.in_guild(guild_id):
            self._session.distrust(item.message_id)

    def guild_back(self, guild_id: int) -> None:
        """Read a guild's events again, unless the session is only starting and reads them all anyway."""
        if not self._session.has_members:
            return
        for item in self._index.in_guild(guild_id):
            self._session.distrust(item.message_id)
            self._restoration.restore_soon(guild_id, item.message_id)

    def recheck_blocked(self) -> None:
        """Try again all blocked events, and those whose server was not found."""
        if self._session.is_online and (self._resolving is None or self._resolving.done()):
            self._resolving = asyncio.create_task(self._resolve_again())
        for item in self._index:
            if item.is_blocked:
                self._restoration.restore_soon(item.guild_id, item.message_id)

    async def _resolve_again(self) -> None:
        try:
            for event in await self._unresolved.resolve_all():
                self._restoration.restore_soon(event.guild_id, event.message_id)
            await self._notices.dormant()
        except StorageError as error:
            log.warning("servers of imported events not looked for error=%s", error)

    async def _restore_at_last(self) -> None:
        failures = 0
        while True:
            try:
                await self.restore()
            except StorageError as error:
                failures += 1
                log.warning("cannot catch up yet error=%s", error)
                await asyncio.sleep(policy.retry_delay(failures, random.random()).total_seconds())
            else:
                return

    async def close(self) -> None:
        """Stop catching up."""
        tasks = [task for task in (self._task, self._resolving) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._restoration.close()
        await self._attention.close()


def _claim_order(claim: Claim) -> tuple[int, int]:
    return claim.event_id, claim.log_id
