"""The stage: guilds, people, channels and events of a plan, made in the sandbox's world."""

from dataclasses import dataclass, field

from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import SANDBOX_TOKEN
from reminder_bot.sandbox.world import World
from tests.chaos.plan import BOTS_PER_GUILD, ORGANISERS, ChannelPlan, Place, Plan

BOT_MAY = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS


@dataclass(frozen=True, slots=True)
class StagedGuild:
    """A guild's ids; ``people`` and ``teams`` by the plan's numbers."""

    guild_id: int
    people: tuple[int, ...]
    teams: tuple[int, ...]
    organiser_role: int


@dataclass(frozen=True, slots=True)
class StagedEvent:
    """An event's ids; ``lock_id`` is the channel whose permissions decide, a thread's parent."""

    event_id: int
    channel_id: int
    guild: int
    lock_id: int
    interval: int
    place: Place


@dataclass(slots=True)
class Stage:
    """Everything by the plan's numbers."""

    world: World
    bot_id: int
    guilds: list[StagedGuild] = field(default_factory=list)
    channels: list[int] = field(default_factory=list)
    events: list[StagedEvent] = field(default_factory=list)
    bots: set[int] = field(default_factory=set)


def set_stage(plan: Plan) -> Stage:
    """Make the world of a plan; nobody is told, as nobody is there yet."""
    world = World()
    bot = world.add_bot(SANDBOX_TOKEN)
    stage = Stage(world, bot.id, bots={bot.id})
    for number in range(len(plan.guilds)):
        _add_guild(stage, plan, number)
    for channel in plan.channels:
        stage.channels.append(_add_channel(stage, channel))
    for index, event in enumerate(plan.events):
        channel, channel_id = plan.channels[event.channel], stage.channels[event.channel]
        author = stage.guilds[channel.guild].people[0]
        message = world.add_message(channel_id, author, f"Event {index}\nAnswer, please.")
        lock_id = world.channel(channel_id).parent_id if world.channel(channel_id).kind.is_thread else None
        staged = StagedEvent(
            message.id, channel_id, channel.guild, lock_id or channel_id, event.interval, channel.place
        )
        stage.events.append(staged)
    return stage


def _add_guild(stage: Stage, plan: Plan, number: int) -> None:
    world, guild_plan = stage.world, plan.guilds[number]
    owner = world.add_user(f"Owner {number}")
    guild = world.add_guild(f"Guild {number}", owner_id=owner.id)
    organisers = world.add_role(guild.id, "Organiser", Permission.MANAGE_EVENTS)
    teams = [world.add_role(guild.id, f"Team {team}").id for team in range(guild_plan.team_count)]
    people: list[int] = []
    for person, team in enumerate(guild_plan.teams):
        user = world.add_user(f"Person {number}-{person}")
        roles = [teams[team], *([organisers.id] if person < ORGANISERS else [])]
        world.add_member(guild.id, user.id, roles=roles)
        people.append(user.id)
    for index in range(BOTS_PER_GUILD):
        other = world.add_user(f"Machine {number}-{index}", is_bot=True)
        world.add_member(guild.id, other.id, roles=teams)
        stage.bots.add(other.id)
    world.add_member(guild.id, stage.bot_id)
    stage.guilds.append(StagedGuild(guild.id, tuple(people), tuple(teams), organisers.id))


def _add_channel(stage: Stage, plan: ChannelPlan) -> int:
    world, guild = stage.world, stage.guilds[plan.guild]
    name = f"{plan.place}-{len(stage.channels)}"
    overwrites = [Overwrite(stage.bot_id, OverwriteKind.MEMBER, int(BOT_MAY))]
    if plan.team is not None:
        overwrites.append(Overwrite(guild.guild_id, OverwriteKind.ROLE, 0, int(Permission.VIEW_CHANNEL)))
        for role_id in (guild.teams[plan.team], guild.organiser_role):
            overwrites.append(Overwrite(role_id, OverwriteKind.ROLE, int(Permission.VIEW_CHANNEL)))
    if plan.place is Place.THREAD and plan.parent is not None:
        return world.add_thread(stage.channels[plan.parent], name, guild.people[0]).id
    kinds = {Place.VOICE: ChannelType.VOICE, Place.FORUM: ChannelType.FORUM}
    kind = kinds.get(plan.place, ChannelType.TEXT)
    channel = world.add_channel(guild.guild_id, name, kind, overwrites=overwrites)
    if plan.place is Place.FORUM:
        return world.add_thread(channel.id, f"post-{name}", guild.people[0]).id
    if plan.place is Place.PRIVATE:
        thread = world.add_thread(channel.id, f"secret-{name}", guild.people[0], ChannelType.PRIVATE_THREAD)
        for user_id in (*(guild.people[person] for person in plan.people), stage.bot_id):
            thread.thread_member_ids[user_id] = world.now()
        return thread.id
    return channel.id
