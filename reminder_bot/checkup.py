"""Looks at all that a guild's reminders depend on, in Discord's cache, at Discord and in the store; changes nothing."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import discord

from models.event_options import AudienceRule, Place
from models.guild_settings import GuildSettings
from models.records import EventState, TrackedEvent
from reminder_bot.channel_needs import granted_in, needed_for_event, needed_for_reminders
from reminder_bot.clock_watch import ClockWatch
from reminder_bot.delivery_seams import Audience
from reminder_bot.discord_errors import discord_errors
from reminder_bot.doctor_findings import (
    AskedFacts,
    ChannelFacts,
    Facts,
    Finding,
    MemberFacts,
    PlaceFacts,
    Topic,
    UpkeepFacts,
)
from reminder_bot.doctor_rules import find_all, is_custom, lacking
from reminder_bot.event_queries import EventQueries
from reminder_bot.member_roster import MemberRoster
from reminder_bot.place_finder import DiscordPlaceFinder
from reminder_bot.settings_book import SettingsBook
from utils.emoji import emoji_key
from utils.errors import DiscordError, MembersIncompleteError
from utils.time import Clock

log = logging.getLogger(__name__)

MOST_EVENTS = 200
"""Of how many events it is looked up whom they ask, newest first: each is a walk through the members."""

MEMBERS_SECONDS = 2.0
"""How long somebody who has asked for the members is kept waiting before they are asked for anew, and again after."""

INTENTS = ("gateway_guild_members", "Server Members Intent"), ("gateway_message_content", "Message Content Intent")
"""discord.py's names of the flags of an application that has them, and what the developer portal calls them."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found, what keeps reminders from going right first; and how much was looked at.

    ``asked`` is of how many events it is known whom they ask. ``unknown`` is what Discord could not be asked about.
    """

    findings: tuple[Finding, ...]
    events: int
    channels: int
    asked: int
    unknown: frozenset[Topic]


class Checkup:
    """Finds what is or will be wrong with reminders, for `/doctor` and for whoever else wants to know."""

    def __init__(
        self,
        *,
        client: discord.Client,
        clock: Clock,
        watch: ClockWatch,
        book: SettingsBook,
        queries: EventQueries,
        audience: Audience,
        roster: MemberRoster,
        wants_backups: bool,
    ) -> None:
        self._client = client
        self._clock = clock
        self._watch = watch
        self._book = book
        self._queries = queries
        self._audience = audience
        self._roster = roster
        self._finder = DiscordPlaceFinder(client)
        self._wants_backups = wants_backups

    async def look(self, guild: discord.Guild) -> CheckReport:
        """Return what is found in a guild; a few requests, none for most channels and events.

        Raises:
            StorageError: the database cannot be read.
        """
        settings = self._book.of(guild.id)
        events = tuple(await self._queries.watched(guild.id))
        dormant = await self._queries.dormant(guild.id)
        unknown: set[Topic] = set()
        channels = tuple(_channels(guild, events))
        places = await self._places(guild, settings, events, unknown)
        asked = await self._asked(events, unknown)
        facts = Facts(
            now=self._clock.now(), settings=settings, events=events, dormant=dormant, channels=channels, places=places,
            asked=asked, emoji=await self._emoji(guild, settings, events, unknown), members=self._members(guild),
            missing_intents=await self._intents(unknown), clock_ahead=self._watch.ahead, upkeep=await self._upkeep(),
        )  # fmt: skip
        found = find_all(facts)
        log.info("looked over guild_id=%s events=%s findings=%s", guild.id, len(events), len(found))
        return CheckReport(found, len(events), len(channels), len(asked), frozenset(unknown))

    async def fetch_members(self, guild: discord.Guild) -> bool:
        """Ask Discord for all members, and wait a moment for them; return whether they are all known."""
        for ask in (self._roster.request, self._roster.ask_anew):
            ask(guild)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MEMBERS_SECONDS):
                    while not self._roster.is_complete(guild):
                        await asyncio.sleep(0.05)
                    return True
        return False

    def _members(self, guild: discord.Guild) -> MemberFacts:
        return MemberFacts(len(guild.members), guild.member_count, self._roster.is_complete(guild))

    async def _places(
        self, guild: discord.Guild, settings: GuildSettings, events: Iterable[TrackedEvent], unknown: set[Topic]
    ) -> dict[int, PlaceFacts]:
        chosen = [(settings.place, settings.place_channel_id)]
        chosen += [(event.options.place, event.options.place_channel_id) for event in events]
        ids = dict.fromkeys(each for place, each in chosen if place is Place.ELSEWHERE and each is not None)
        if settings.log_channel_id is not None:
            ids[settings.log_channel_id] = None
        found: dict[int, PlaceFacts] = {}
        for channel_id in ids:
            try:
                problem = await self._finder.problem_of(guild, channel_id)
            except DiscordError:
                unknown.add(Topic.PLACES)
                continue
            channel = guild.get_channel_or_thread(channel_id)
            needed = () if channel is None else needed_for_reminders(channel)
            missing = () if channel is None else lacking(needed, granted_in(channel, needed))
            found[channel_id] = PlaceFacts(problem, missing)
        return found

    async def _asked(self, events: Iterable[TrackedEvent], unknown: set[Topic]) -> dict[int, AskedFacts]:
        """Return whom running events ask; a choice in a channel is looked up once, however many events have it."""
        verdicts: dict[tuple[int, AudienceRule], AskedFacts] = {}
        found: dict[int, AskedFacts] = {}
        for event in [event for event in events if event.is_running][:MOST_EVENTS]:
            key = event.channel_id, event.options.audience
            if key not in verdicts:
                try:
                    verdicts[key] = await self._asked_of(event)
                except MembersIncompleteError:
                    # That is a finding of its own, and the same for all.
                    return {}
                except DiscordError:
                    unknown.add(Topic.AUDIENCES)
                    continue
            found[event.message_id] = verdicts[key]
        return found

    async def _asked_of(self, event: TrackedEvent) -> AskedFacts:
        asked = len(await self._audience.asked(event))
        if asked or event.options.audience.is_everyone:
            return AskedFacts(asked, asked)
        everybody = replace(event, options=replace(event.options, audience=AudienceRule()))
        return AskedFacts(asked, len(await self._audience.asked(everybody)))

    async def _emoji(
        self, guild: discord.Guild, settings: GuildSettings, events: Iterable[TrackedEvent], unknown: set[Topic]
    ) -> frozenset[str] | None:
        used = [*(settings.emoji or ()), *(each for event in events for each in event.required_reactions)]
        if not any(map(is_custom, used)):
            return None
        try:
            # The cache has none: it would need an intent more.
            with discord_errors():
                return frozenset(emoji_key(str(each)) for each in await guild.fetch_emojis() if each.available)
        except DiscordError:
            unknown.add(Topic.EMOJI)
            return None

    async def _intents(self, unknown: set[Topic]) -> tuple[str, ...] | None:
        """Return which intents the portal would refuse at the next connection; its answer also tells Discord's time."""
        try:
            with discord_errors():
                flags = (await self._client.application_info()).flags
        except DiscordError:
            unknown.add(Topic.INTENTS)
            return None
        # The limited ones are those of bots in fewer than a hundred servers.
        return tuple(
            shown for name, shown in INTENTS if not (getattr(flags, name) or getattr(flags, f"{name}_limited"))
        )

    async def _upkeep(self) -> UpkeepFacts:
        health = await self._queries.health()
        return UpkeepFacts(
            health.care.failing, health.care.last_backup_at, self._wants_backups, health.started_at,
            health.is_storage_failing,
        )  # fmt: skip


def _channels(guild: discord.Guild, events: Iterable[TrackedEvent]) -> Iterable[ChannelFacts]:
    """Yield the channels of events; one that the cache lacks, as it does archived threads, says nothing."""
    needed: dict[int, dict[str, None]] = {}
    watched: Counter[int] = Counter()
    blocked: Counter[int] = Counter()
    for event in events:
        channel = guild.get_channel_or_thread(event.channel_id)
        if channel is None:
            continue
        needed.setdefault(channel.id, {}).update(dict.fromkeys(needed_for_event(channel, event.options.place)))
        watched[channel.id] += 1
        blocked[channel.id] += event.state is EventState.BLOCKED
    for channel_id, names in needed.items():
        channel = guild.get_channel_or_thread(channel_id)
        if channel is not None:
            granted = granted_in(channel, names)
            yield ChannelFacts(channel_id, tuple(names), granted, watched[channel_id], blocked[channel_id])
