"""What will happen in a run, drawn from the seed alone: the same seed gives the same plan, whatever the bot does."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ANSWERS = ("✅", "❌", "❓")
NOISE = "🎉"
BIG_GUILDS = (270, 140, 90)
BOTS_PER_GUILD = 4
ORGANISERS = 3
"""The first people of each guild; they see every channel."""
TEAM_SIZE = 30
ACTS_PER_SECOND = 14.0
QUIET_END_SECONDS = 5.0
"""No fault begins so shortly before the end of the storm."""


class Place(StrEnum):
    """What kind of channel an event is in."""

    ALL = "all"
    TEAM = "team"
    THREAD = "thread"
    VOICE = "voice"
    FORUM = "forum"
    PRIVATE = "private"


class ActKind(StrEnum):
    """What people do."""

    REACT = "react"
    UNREACT = "unreact"
    CLEAR = "clear"
    CLEAR_EMOJI = "clear_emoji"
    EVERYBODY = "everybody"
    LEAVE_TEAM = "leave_team"
    JOIN_TEAM = "join_team"
    LEAVE = "leave"
    JOIN = "join"


class FaultKind(StrEnum):
    """What goes wrong."""

    KILL = "kill"
    KILL_IN_SEND = "kill_in_send"
    TERM = "term"
    STOP = "stop"
    CUT_RESUME = "cut_resume"
    CUT_NEW = "cut_new"
    LOSE_ANSWER = "lose_answer"
    RESET = "reset"
    STORM = "storm_5xx"
    LIMIT = "limit_429"
    LIMIT_GLOBAL = "limit_global"
    FORBID = "forbid"
    DELETE_MESSAGE = "delete_message"
    DELETE_CHANNEL = "delete_channel"
    MEMBERS = "members_refused"
    DISK = "disk_full"
    SLOW_READS = "slow_reads"


DECK: tuple[FaultKind, ...] = (
    *[FaultKind.KILL] * 7,
    *[FaultKind.KILL_IN_SEND] * 3,
    FaultKind.TERM,
    *[FaultKind.STOP] * 2,
    *[FaultKind.CUT_RESUME] * 3,
    FaultKind.CUT_NEW,
    *[FaultKind.LOSE_ANSWER] * 3,
    FaultKind.RESET,
    *[FaultKind.STORM] * 2,
    FaultKind.LIMIT,
    FaultKind.LIMIT_GLOBAL,
    *[FaultKind.FORBID] * 3,
    FaultKind.DELETE_MESSAGE,
    FaultKind.DELETE_CHANNEL,
    FaultKind.MEMBERS,
    *[FaultKind.DISK] * 2,
    FaultKind.SLOW_READS,
)
"""Dealt shuffled, so that every kind comes up even in a short run."""

MOST_DELETED_MESSAGES = 4
MOST_DELETED_CHANNELS = 2


@dataclass(frozen=True, slots=True)
class GuildPlan:
    """A guild: each person's team, by the person's number."""

    teams: tuple[int, ...]
    team_count: int


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A channel; the people (numbers in the guild) who see it at the beginning; ``parent`` is a channel's number."""

    guild: int
    place: Place
    team: int | None
    people: tuple[int, ...]
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class EventPlan:
    """A watched message."""

    channel: int
    interval: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something people do, so many seconds after the beginning."""

    at: float
    kind: ActKind
    event: int
    person: int
    emoji: str


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Something that goes wrong; what ``seconds``, ``amount`` and ``mode`` mean is up to the kind."""

    at: float
    kind: FaultKind
    seconds: float
    event: int
    amount: int
    mode: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run."""

    seed: int
    seconds: float
    guilds: tuple[GuildPlan, ...]
    channels: tuple[ChannelPlan, ...]
    events: tuple[EventPlan, ...]
    acts: tuple[Act, ...]
    faults: tuple[FaultPlan, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    seconds: float
    events: int = 60
    people: int = 500
    kinds: Sequence[FaultKind] = ()
    gap: tuple[float, float] = (3.5, 6.5)
    acts_per_second: float = ACTS_PER_SECOND


def make_plan(seed: int, scale: Scale) -> Plan:
    """Draw a run."""
    chance = random.Random(f"chaos {seed}")
    guilds = tuple(_guild(size * scale.people // 500) for size in BIG_GUILDS)
    channels, events = _stage(chance, guilds, scale.events)
    acts = _acts(chance, guilds, channels, events, scale)
    faults = _faults(random.Random(f"faults {seed}"), events, scale)
    return Plan(seed, scale.seconds, guilds, channels, events, acts, faults)


def _guild(people: int) -> GuildPlan:
    teams = max(1, round(people / TEAM_SIZE))
    return GuildPlan(tuple(person % teams for person in range(people)), teams)


def _stage(
    chance: random.Random, guilds: Sequence[GuildPlan], wanted: int
) -> tuple[tuple[ChannelPlan, ...], tuple[EventPlan, ...]]:
    """Lay out channels so that Discord's five messages in five seconds are enough for each of them."""
    channels: list[ChannelPlan] = []
    always: list[EventPlan] = []
    rest: list[EventPlan] = []
    for number, guild in enumerate(guilds):
        everybody = tuple(range(len(guild.teams)))
        channels.append(ChannelPlan(number, Place.ALL, None, everybody))
        always.append(EventPlan(len(channels) - 1, 8 if len(everybody) > 160 else 6))
        for team in range(guild.team_count):
            people = tuple(p for p in everybody if guild.teams[p] == team or p < ORGANISERS)
            channels.append(ChannelPlan(number, Place.TEAM, team, people))
            parent = len(channels) - 1
            rest += [EventPlan(parent, interval) for interval in chance.choice(((3, 5), (4, 6), (3, 7), (5, 8)))]
            channels.append(ChannelPlan(number, Place.THREAD, team, people, parent))
            rest.append(EventPlan(len(channels) - 1, chance.randint(2, 8)))
        for place in (Place.VOICE, Place.FORUM, Place.PRIVATE):
            team = chance.randrange(guild.team_count)
            people = tuple(p for p in everybody if guild.teams[p] == team or p < ORGANISERS)
            shown = people[: ORGANISERS + 5] if place is Place.PRIVATE else people
            channels.append(ChannelPlan(number, place, team, shown))
            always.append(EventPlan(len(channels) - 1, chance.randint(2, 6)))
    chance.shuffle(rest)
    return tuple(channels), tuple((always + rest)[:wanted])


def _acts(
    chance: random.Random,
    guilds: Sequence[GuildPlan],
    channels: Sequence[ChannelPlan],
    events: Sequence[EventPlan],
    scale: Scale,
) -> tuple[Act, ...]:
    held: dict[tuple[int, int], set[str]] = {}
    away: set[tuple[int, int]] = set()
    acts: list[Act] = []
    at = 0.0
    while (at := at + chance.expovariate(scale.acts_per_second)) < scale.seconds:
        event = chance.randrange(len(events))
        channel = channels[events[event].channel]
        person = chance.choice(channel.people)
        roll = chance.random()
        if roll < 0.02 and channel.team is not None and person >= ORGANISERS and channel.place is not Place.PRIVATE:
            acts += _come_and_go(chance, away, at, event, channel.guild, person)
        elif roll < 0.032:
            kind = chance.choice((ActKind.CLEAR, ActKind.CLEAR_EMOJI, ActKind.EVERYBODY, ActKind.EVERYBODY))
            acts.append(Act(at, kind, event, person, chance.choice(ANSWERS)))
        elif roll < 0.05:
            acts.append(Act(at, ActKind.REACT, event, person, NOISE))
        else:
            acts.append(_answer(chance, held.setdefault((event, person), set()), at, event, person))
    return tuple(acts)


def _come_and_go(
    chance: random.Random, away: set[tuple[int, int]], at: float, event: int, guild: int, person: int
) -> list[Act]:
    """Leave the team or the guild, and come back after a while."""
    if (guild, person) in away:
        return []
    kinds = chance.choice(((ActKind.LEAVE_TEAM, ActKind.JOIN_TEAM), (ActKind.LEAVE, ActKind.JOIN)))
    away.add((guild, person))
    return [Act(at, kinds[0], event, person, ""), Act(at + chance.uniform(1, 12), kinds[1], event, person, "")]


def _answer(chance: random.Random, held: set[str], at: float, event: int, person: int) -> Act:
    if held and chance.random() < 0.65:
        emoji = chance.choice(sorted(held))
        held.discard(emoji)
        return Act(at, ActKind.UNREACT, event, person, emoji)
    emoji = chance.choice(ANSWERS)
    held.add(emoji)
    return Act(at, ActKind.REACT, event, person, emoji)


def _faults(chance: random.Random, events: Sequence[EventPlan], scale: Scale) -> tuple[FaultPlan, ...]:
    deck: list[FaultKind] = []
    left = {FaultKind.DELETE_MESSAGE: MOST_DELETED_MESSAGES, FaultKind.DELETE_CHANNEL: MOST_DELETED_CHANNELS}
    faults: list[FaultPlan] = []
    at = chance.uniform(1.5, 3.0)
    while at < scale.seconds - QUIET_END_SECONDS:
        if not deck:
            deck = list(scale.kinds or DECK)
            chance.shuffle(deck)
        kind = deck.pop()
        if left.get(kind, 1):
            if kind in left:
                left[kind] -= 1
            faults.append(
                FaultPlan(
                    at, kind, chance.uniform(0.0, 1.0), chance.randrange(len(events)), chance.randint(1, 4),
                    chance.random(),
                )
            )  # fmt: skip
            at += chance.uniform(*scale.gap)
    return tuple(faults)
