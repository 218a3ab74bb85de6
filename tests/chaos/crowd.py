"""The people: they do what the plan says, where that is still possible, and the truth takes note."""

import asyncio
from collections.abc import Awaitable

from tests.chaos.plan import ANSWERS, NOISE, Act, ActKind, Place
from tests.chaos.stage import Stage, StagedEvent, StagedGuild
from tests.chaos.truth import Truth


class Crowd:
    """Performs acts."""

    def __init__(self, stage: Stage, truth: Truth) -> None:
        self._stage = stage
        self._truth = truth
        self._director = truth.sandbox.director
        self.acts = 0

    async def perform(self, act: Act) -> None:
        """Do something, unless the person or the message is gone."""
        event = self._stage.events[act.event]
        guild = self._stage.guilds[event.guild]
        user_id = guild.people[act.person]
        is_member = user_id in self._stage.world.guild(guild.guild_id).members
        if act.kind is ActKind.JOIN and not is_member:
            await self._join(guild, user_id)
        elif not is_member or not self._truth.exists(event.event_id):
            return
        elif act.kind is ActKind.LEAVE:
            await self._move(guild, user_id, self._director.remove_member(guild.guild_id, user_id))
        elif act.kind in (ActKind.LEAVE_TEAM, ActKind.JOIN_TEAM):
            await self._change_team(act, guild, user_id)
        else:
            await self._touch(act, event, user_id)
        self.acts += 1

    async def answer_everything(self) -> None:
        """Have everybody answer every event that is not over."""
        for event in self._stage.events:
            if self._truth.exists(event.event_id):
                await self._everybody(event)
                # The gateway sends what it has been given so far.
                await asyncio.sleep(0)

    async def _touch(self, act: Act, event: StagedEvent, user_id: int) -> None:
        message_id = event.event_id
        if act.kind is ActKind.EVERYBODY:
            await self._everybody(event)
        elif act.kind is ActKind.CLEAR:
            holders = list(self._truth.held(message_id))
            await self._change(message_id, holders, self._director.clear_reactions(message_id))
        elif act.kind is ActKind.CLEAR_EMOJI:
            holders = list(self._truth.held(message_id))
            await self._change(message_id, holders, self._director.clear_reactions(message_id, act.emoji))
        elif act.kind is ActKind.UNREACT:
            await self._change(message_id, [user_id], self._director.unreact(message_id, user_id, act.emoji))
        elif self._sees(event, user_id):
            await self._change(message_id, [user_id], self._director.react(message_id, user_id, act.emoji))
            if act.emoji == NOISE:
                await self._director.react(message_id, self._machine(event), ANSWERS[0])

    async def _everybody(self, event: StagedEvent) -> None:
        held = self._truth.held(event.event_id)
        for user_id in list(self._stage.world.guild(self._stage.guilds[event.guild].guild_id).members):
            if user_id not in self._stage.bots and user_id not in held and self._sees(event, user_id):
                reacting = self._director.react(event.event_id, user_id, ANSWERS[0])
                await self._change(event.event_id, [user_id], reacting)

    async def _change(self, message_id: int, user_ids: list[int], doing: Awaitable[None]) -> None:
        before = self._truth.position()
        await doing
        self._truth.note_answers(message_id, user_ids, self._truth.mark(before))

    async def _move(self, guild: StagedGuild, user_id: int, doing: Awaitable[object]) -> None:
        before = self._truth.position()
        await doing
        self._truth.note_sight(guild.guild_id, [user_id], self._truth.mark(before))

    async def _join(self, guild: StagedGuild, user_id: int) -> None:
        team = guild.teams[guild.people.index(user_id) % len(guild.teams)]
        joining = self._director.add_member(guild.guild_id, user_id=user_id, roles=[team])
        await self._move(guild, user_id, joining)

    async def _change_team(self, act: Act, guild: StagedGuild, user_id: int) -> None:
        team = guild.teams[act.person % len(guild.teams)]
        change = self._director.add_role if act.kind is ActKind.JOIN_TEAM else self._director.remove_role
        await self._move(guild, user_id, change(guild.guild_id, user_id, team))

    def _sees(self, event: StagedEvent, user_id: int) -> bool:
        noted = self._truth.sees.get((event.channel_id, user_id))
        return bool(noted) and noted is not None and noted[-1][1]

    def _machine(self, event: StagedEvent) -> int:
        members = self._stage.world.guild(self._stage.guilds[event.guild].guild_id).members
        return next(user_id for user_id in members if user_id in self._stage.bots and user_id != self._stage.bot_id)


def is_deletable(event: StagedEvent) -> bool:
    """Whether an event's channel may be deleted without taking too much with it."""
    return event.place in (Place.TEAM, Place.THREAD)
