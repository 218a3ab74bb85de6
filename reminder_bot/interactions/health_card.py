"""The card of `/health`: how the bot is, in the language of whoever asks."""

import math
import re
from collections.abc import Iterator
from datetime import datetime

import discord

from reminder_bot.event_requests import Health
from reminder_bot.ledger import while_away
from utils.embeds import FIELD_VALUE_LIMIT, GREEN, RED, card
from utils.formatting import listing, number, plural, truncate
from utils.i18n import _
from utils.time import timestamp_tag

_SNOWFLAKE = re.compile(r"[0-9]{15,20}")


def health_card(health: Health, latency_seconds: float) -> discord.Embed:
    """Return how the bot is; ``latency_seconds`` is NaN or infinite before the first heartbeat was answered."""
    is_well = health.is_online and not (health.is_storage_failing or health.counts.blocked or health.care.failing)
    embed = card(_("Health"), _("All is well.") if is_well else _("Look at what is not as it should be."))
    embed.colour = GREEN if is_well else RED
    for name, value in _facts(health, latency_seconds):
        embed.add_field(name=name, value=value)
    for name, value in _remarks(health):
        embed.add_field(name=name, value=value, inline=False)
    return embed


def _facts(health: Health, latency_seconds: float) -> Iterator[tuple[str, str]]:
    latency = _("not known yet")
    if math.isfinite(latency_seconds):
        latency = _("{count} ms").format(count=number(latency_seconds * 1000))
    events = _("{active} active, {paused} paused, {blocked} blocked").format(
        active=number(health.counts.active),
        paused=number(health.counts.paused),
        blocked=number(health.counts.blocked),
    )
    yield _("Connected"), _("yes") if health.is_online else _("no")
    yield _("Up since"), timestamp_tag(health.started_at)
    yield _("Gateway latency"), latency
    yield _("Database"), _("{count} MiB").format(count=number(health.database_bytes / 1024 / 1024, 1))
    yield _("Last backup"), _moment(health.care.last_backup_at)
    yield _("Waiting to be written"), number(health.writer_queue)
    yield _("Events"), events
    yield _("Being sent"), number(health.sending)
    yield _("Next wake-up"), _moment(health.next_due_at)
    yield _("Last wake-up late by"), _("{count} s").format(count=number(health.lateness.total_seconds(), 3))


def _remarks(health: Health) -> Iterator[tuple[str, str]]:
    if health.is_storage_failing:
        yield _("Storage"), _("The database cannot be written; see the log.")
    if health.care.failing:
        jobs = listing([_(job) for job in health.care.failing])
        yield _("Upkeep"), _("Failed, and will be tried again: {jobs}. The log says why.").format(jobs=jobs)
    if health.untold:
        untold = _("{events} from the old bot, and no list of them could be sent yet. `/list` shows them.")
        yield _("Paused by the import"), untold.format(events=plural(health.untold, "event", "events"))
    if health.away is not None:
        yield _("While I was away"), while_away(health.away)
    # It may have happened in another server, whose ids are nobody's business here; the log has them.
    last_error = _("none") if health.last_error is None else _SNOWFLAKE.sub("…", health.last_error)
    yield _("Last error"), truncate(last_error, FIELD_VALUE_LIMIT)


def _moment(at: datetime | None) -> str:
    return _("none") if at is None else timestamp_tag(at)
