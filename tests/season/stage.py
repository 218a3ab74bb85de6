"""The stage of a season: guilds, members, roles and channels of a plan, made in the sandbox's world."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import SANDBOX_TOKEN, Seed
from reminder_bot.sandbox.world import World
from tests.season.facts import Event, Guild, Person, Story
from tests.season.plan import ROLES, EventPlan, Plan

LOCALES = {"en": "en-US", "fr": "fr"}


@dataclass(frozen=True)
class StagedGuild:
    """A guild's ids; roles by number."""

    guild_id: int
    channel_id: int
    log_id: int | None
    organiser_id: int
    roles: tuple[int, ...]


@dataclass
class Stage:
    """Everything by the plan's numbers; ``people`` are user ids, ``events`` message ids once they are made."""

    seed: Seed
    guilds: list[StagedGuild] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    events: dict[int, int] = field(default_factory=dict)


def set_stage(plan: Plan, story: Story, now: Callable[[], float]) -> Stage:
    """Make a plan's world, and tell the story who is in it.

    Each guild belongs to its organiser, the first of its members.
    """
    world = World(now, time.monotonic)
    bot = world.add_bot(SANDBOX_TOKEN)
    people = [world.add_user(f"Person {number}").id for number in range(len(plan.members))]
    guilds = [_add_guild(world, plan, number, people, bot.id) for number in range(len(plan.guilds))]
    for number, guild in enumerate(guilds):
        mine = [who for who, member in zip(people, plan.members, strict=True) if member.guild == number]
        story.guilds[guild.guild_id] = Guild(guild.guild_id, plan.guilds[number].name, guild.log_id, frozenset(mine))
    for who, member in zip(people, plan.members, strict=True):
        guild = guilds[member.guild]
        roles = frozenset(guild.roles[number] for number in member.roles)
        story.people[who] = Person(who, guild.guild_id, roles)
    first = guilds[0]
    seed = Seed(
        world=world, token=SANDBOX_TOKEN, guild_id=first.guild_id, channel_id=first.channel_id,
        organiser_id=first.organiser_id, organiser_role_id=first.roles[0], member_ids=tuple(people), bot_id=bot.id,
    )  # fmt: skip
    return Stage(seed, guilds, people)


def _add_guild(world: World, plan: Plan, number: int, people: list[int], bot_id: int) -> StagedGuild:
    chosen = plan.guilds[number]
    owner = people[plan.organiser(number)]
    world.user(owner).locale = LOCALES[chosen.language]
    guild = world.add_guild(chosen.name, owner_id=owner, preferred_locale=LOCALES[chosen.language])
    roles = tuple(world.add_role(guild.id, f"Team {team}").id for team in range(ROLES))
    for who, member in zip(people, plan.members, strict=True):
        if member.guild != number:
            continue
        given = [roles[team] for team in sorted(member.roles)]
        if who == owner:
            guild.members[who].role_ids.extend(given)
        else:
            world.add_member(guild.id, who, roles=given)
    organisers = world.add_role(guild.id, "Bot", Permission.MANAGE_MESSAGES)
    world.add_member(guild.id, bot_id, roles=[organisers.id])
    channel = world.add_channel(guild.id, "events")
    log = world.add_channel(guild.id, "organisers").id if chosen.has_log else None
    return StagedGuild(guild.id, channel.id, log, owner, roles)


def staged_event(stage: Stage, planned: EventPlan, event_id: int, made: datetime) -> Event:
    """Return an event that has been made, as the story knows it."""
    guild = stage.guilds[planned.guild]
    place = event_id if planned.in_thread else guild.channel_id
    roles = frozenset(guild.roles[number] for number in planned.roles)
    interval = timedelta(hours=planned.interval_hours)
    return Event(
        event_id, guild.guild_id, planned.title, guild.organiser_id, made, interval, guild.channel_id, place, roles
    )
