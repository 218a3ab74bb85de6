"""A world to begin with: a guild of friends, a channel for events, and the bot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.world import World

SANDBOX_TOKEN = "sandbox-token"

_PEOPLE = ("Mara", "Jonas", "Priya", "Tomás", "Aiko", "Lena", "Kofi", "Ingrid", "Samir", "Noor", "Felix")


@dataclass(frozen=True, slots=True)
class Seed:
    """The seeded world and its ids; ``member_ids`` are the eleven people, the organiser first."""

    world: World
    token: str
    guild_id: int
    channel_id: int
    organiser_id: int
    organiser_role_id: int
    member_ids: tuple[int, ...]
    bot_id: int


def seed_world(*, now: Callable[[], float] = time.time, steady: Callable[[], float] | None = None) -> Seed:
    """Make the guild "Raid Night": eleven people and the bot, #events and #general, and the role Organiser."""
    world = World(now, steady)
    bot = world.add_bot(SANDBOX_TOKEN)
    people = [world.add_user(name) for name in _PEOPLE]
    # The last one owns the guild, so that the organiser's rights come from the role alone.
    guild = world.add_guild("Raid Night", owner_id=people[-1].id)
    role = world.add_role(guild.id, "Organiser", Permission.MANAGE_EVENTS)
    for person in people[:-1]:
        world.add_member(guild.id, person.id, roles=[role.id] if person is people[0] else [])
    world.add_member(guild.id, bot.id)
    channel = world.add_channel(guild.id, "events")
    world.add_channel(guild.id, "general")
    return Seed(
        world=world,
        token=SANDBOX_TOKEN,
        guild_id=guild.id,
        channel_id=channel.id,
        organiser_id=people[0].id,
        organiser_role_id=role.id,
        member_ids=tuple(person.id for person in people),
        bot_id=bot.id,
    )
