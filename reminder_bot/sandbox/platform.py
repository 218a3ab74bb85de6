"""The parts of a sandbox, wired together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reminder_bot.sandbox.anti_spam import AntiSpam
from reminder_bot.sandbox.behaviour import Behaviour
from reminder_bot.sandbox.commands import CommandRegistry
from reminder_bot.sandbox.faults import Faults
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.guild_service import GuildService
from reminder_bot.sandbox.interaction_service import InteractionService
from reminder_bot.sandbox.message_service import MessageService
from reminder_bot.sandbox.nonces import Nonces
from reminder_bot.sandbox.ratelimit import RateLimiter
from reminder_bot.sandbox.reaction_service import ReactionService
from reminder_bot.sandbox.record import Record
from reminder_bot.sandbox.uploads import Uploads
from reminder_bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything REST handlers and people act on."""

    world: World
    behaviour: Behaviour
    record: Record
    faults: Faults
    gateway: Gateway
    limiter: RateLimiter
    anti_spam: AntiSpam
    commands: CommandRegistry
    messages: MessageService
    reactions: ReactionService
    guilds: GuildService
    interactions: InteractionService
    nonces: Nonces
    uploads: Uploads

    @property
    def now(self) -> Callable[[], float]:
        """The clock, in seconds since 1970."""
        return self.world.now

    @classmethod
    def build(cls, world: World, behaviour: Behaviour) -> Platform:
        """Wire the parts around a world."""
        record = Record()
        gateway = Gateway(world, record, behaviour)
        messages = MessageService(world, gateway)
        return cls(
            world=world,
            behaviour=behaviour,
            record=record,
            faults=Faults(),
            gateway=gateway,
            limiter=RateLimiter(behaviour.rate_limits, record, world.steady),
            anti_spam=AntiSpam(behaviour.direct_limits, world.steady),
            commands=CommandRegistry(world.snowflakes, gateway.watchers),
            messages=messages,
            reactions=ReactionService(world, gateway),
            guilds=GuildService(world, gateway),
            interactions=InteractionService(world, gateway, messages, behaviour),
            nonces=Nonces(behaviour.nonce_seconds, world.steady),
            uploads=Uploads(world.snowflakes),
        )
