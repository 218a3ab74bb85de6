"""What happens in a season, drawn from a seed: pure data. The same seed and scale give the same acts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.season.facts import CHANNEL, DIRECT, EMOJI, MAYBE, NEVER, NO, OFF, YES, Schedule, Topic

ROLES = 3
"""Roles in each guild; every member has one or two of them."""

MINUTES = (11, 17, 23, 37, 43, 49)
"""Acts happen at these, quiet hours end at full and half hours: so it is plain which message came why."""


@dataclass(frozen=True)
class GuildPlan:
    """A guild as it begins."""

    name: str
    language: str
    zone: str
    quiet: str | None
    has_log: bool


@dataclass(frozen=True)
class MemberPlan:
    """A member; ``roles`` by number, and whether they ever agree to direct messages."""

    guild: int
    roles: frozenset[int]
    takes_direct: bool


@dataclass(frozen=True)
class EventPlan:
    """An event; ``roles`` by number, empty for everybody."""

    guild: int
    title: str
    made: datetime
    interval_hours: int
    schedule: Schedule
    in_thread: bool
    roles: frozenset[int]


@dataclass(frozen=True)
class Act:
    """What somebody does; ``what`` is a topic, or a word of its own (create, cancel, kill, ...)."""

    at: datetime
    what: str
    guild: int | None = None
    who: int | None = None
    event: int | None = None
    value: Any = None


@dataclass(frozen=True)
class Scale:
    """How long it is and how much happens."""

    begins: datetime
    days: int
    events: int
    members: int
    rounds_a_day: int
    acts_a_round: int
    shortest_days: int
    longest_days: int
    restart_every_days: int
    intervals: tuple[int, ...]
    made_hours: tuple[int, int] = (8, 18)
    are_together: bool = False
    """Whether events that begin on near days do so at near hours, and fall due in the same quiet hours."""


FULL = Scale(datetime(2031, 3, 3, 6, tzinfo=UTC), 92, 12, 40, 2, 5, 14, 30, 9, (12, 24, 36), (8, 23), True)
SHORT = Scale(datetime(2031, 3, 28, 6, tzinfo=UTC), 11, 4, 14, 1, 10, 5, 8, 4, (24, 36))
"""Both see the clocks of Paris jump on 30 March, and those of Sydney and Santiago on 6 April; the long one also those
of New York on 9 March."""

GUILDS = (
    GuildPlan("Raid Night", "en", "America/New_York", "22:00-07:00", True),
    GuildPlan("Club du jeudi", "fr", "Europe/Paris", None, False),
)
ZONES = (
    "Europe/Paris", "America/New_York", "Australia/Sydney", "America/Santiago", "Asia/Tokyo", "Asia/Kolkata",
    "Europe/London", "Pacific/Auckland",
)  # fmt: skip
QUIET = ("22:00-07:00", "23:30-06:30", "21:00-08:30", "01:30-09:00", "02:30-10:00", "13:00-14:30")
TITLES = (
    "Raid", "Tournoi", "Potluck", "Randonnée", "Board games", "Répétition", "Picnic", "Assemblée", "Quiz", "Concert",
    "Hike", "Soirée crêpes",
)  # fmt: skip


@dataclass
class Plan:
    """Everything by number; acts in order."""

    seed: int
    scale: Scale
    guilds: tuple[GuildPlan, ...] = GUILDS
    members: list[MemberPlan] = field(default_factory=list)
    events: list[EventPlan] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.scale.begins + timedelta(days=self.scale.days)

    def organiser(self, guild: int) -> int:
        """Return the number of the member who makes a guild's events."""
        return next(number for number, member in enumerate(self.members) if member.guild == guild)


def make_plan(seed: int, scale: Scale) -> Plan:
    """Draw a season."""
    chance, plan = Random(seed), Plan(seed, scale)
    for number in range(scale.members):
        roles = frozenset(chance.sample(range(ROLES), chance.choice((1, 1, 2))))
        plan.members.append(MemberPlan(number % len(plan.guilds), roles, number % 7 in (0, 2, 3)))
    plan.events += _events(chance, plan)
    acts = [
        *_settings(plan),
        *_wishes(chance, plan),
        *_lives(chance, plan),
        *_everyday(chance, plan),
        *_ends(chance, plan),
    ]
    plan.acts += sorted(acts, key=lambda act: act.at)
    return plan


def _at(chance: Random, day: datetime, hours: tuple[int, int] = (7, 21)) -> datetime:
    return day.replace(hour=chance.randint(*hours), minute=chance.choice(MINUTES), second=0, microsecond=0)


def _events(chance: Random, plan: Plan) -> Iterator[EventPlan]:
    """Spread the beginnings over the season, four near to each other, so that the two of a guild run side by side.

    Of four, each is of another sort.
    """
    scale, hour = plan.scale, 0
    room = scale.days - scale.longest_days - 1
    for number in range(scale.events):
        day = scale.begins + timedelta(days=room * (number - number % 4 * 0.7) / max(1, scale.events - 1))
        hours = scale.made_hours
        if scale.are_together:
            hour = hour if number % 4 else chance.randint(hours[0], hours[1] - 2)
            hours = (hour, hour + 2)
        made = _at(chance, day, hours)
        length = timedelta(days=chance.randint(scale.shortest_days, scale.longest_days))
        end = _at(chance, made + length, (10, 20))
        sort = number % 4
        until = end - timedelta(days=chance.choice((1, 2))) if sort == 2 else None
        schedule = Schedule(None, end) if sort == 1 else Schedule(end, until)
        roles = frozenset(chance.sample(range(ROLES), 2)) if sort == 2 else frozenset[int]()
        yield EventPlan(
            (number + number // 4) % len(plan.guilds), f"{TITLES[number % len(TITLES)]} {number + 1}", made,
            chance.choice(scale.intervals), schedule, sort == 3, roles,
        )  # fmt: skip


def _settings(plan: Plan) -> Iterator[Act]:
    """Have the organisers choose what holds for their guild, and change it as the season goes on."""
    first, days = plan.scale.begins + timedelta(minutes=3), plan.scale.days
    for number, guild in enumerate(plan.guilds):
        chosen = {
            Topic.QUIET: guild.quiet,
            Topic.ZONE: guild.zone,
            Topic.LANGUAGE: guild.language,
            Topic.ESCALATE: (2, 4)[number],
        }
        yield Act(first, "settings", number, value=chosen)

    def later(share: float, guild: int, **chosen: Any) -> Act:
        day = plan.scale.begins + timedelta(days=round(days * share))
        return Act(day.replace(hour=14, minute=5), "settings", guild, value={Topic(k): v for k, v in chosen.items()})

    yield later(0.3, 1, silent=True, quiet="22:30-06:30")
    yield later(0.5, 1, silent=False)
    yield later(0.55, 0, silent=True)
    yield later(0.7, 0, silent=False, language="fr", escalate=3)
    yield later(0.85, 0, language="en", escalate=None)


def _wishes(chance: Random, plan: Plan) -> Iterator[Act]:
    """Have most members choose something before the first event."""
    at = plan.scale.begins + timedelta(minutes=17)
    for number, member in enumerate(plan.members):
        if number % 3:
            yield Act(at, Topic.ZONE, who=number, value=ZONES[number % len(ZONES)])
        if number % 4 == 1:
            yield Act(at, Topic.QUIET, who=number, value=QUIET[number % len(QUIET)])
        elif number % 11 == 4:
            yield Act(at, Topic.QUIET, who=number, value=NEVER)
        if member.takes_direct:
            is_direct = number % 7 == 3
            yield Act(
                at, Topic.CONTACT if is_direct else Topic.WANTS_DIRECT, who=number, value=DIRECT if is_direct else True
            )
        elif number % 9 == 8:
            yield Act(at, Topic.CONTACT, who=number, value=OFF)
        elif number % 9 == 5:
            yield Act(at, Topic.ONLY_ROLES, who=number, value=frozenset(chance.sample(range(ROLES), 1)))


def _lives(chance: Random, plan: Plan) -> Iterator[Act]:
    """Yield what organisers do with each event: make it, move some of them, cancel some."""
    for number, event in enumerate(plan.events):
        yield Act(event.made, "create", event.guild, event=number)
        length = (event.schedule.ends or plan.ends) - event.made
        if number % 4 in (0, 2):
            yield from _moves(chance, number, event, length)
        if number % 6 == 4 or (number == 3 and plan.scale.events < 6):
            yield Act(_at(chance, event.made + length * 0.8, (7, 9)), "cancel", event.guild, event=number)


def _moves(chance: Random, number: int, event: EventPlan, length: timedelta) -> Iterator[Act]:
    """Move an event's start once or twice, by day and by night."""
    shift, schedule = timedelta(0), event.schedule
    assert schedule.start is not None
    for share, hours in ((0.3, (12, 16)), (0.6, (1, 4)))[: chance.choice((1, 2))]:
        shift += timedelta(hours=chance.choice((-5, 3, 26)))
        moved = Schedule(schedule.start + shift, schedule.until and schedule.until + shift)
        yield Act(_at(chance, event.made + length * share, hours), "move", event.guild, event=number, value=moved)


def _ends(chance: Random, plan: Plan) -> Iterator[Act]:
    """Have the bot stopped, killed, killed while it sends, and be down for hours."""
    for number, day in enumerate(range(2, plan.scale.days - 1, plan.scale.restart_every_days)):
        at = _at(chance, plan.scale.begins + timedelta(days=day), (0, 23)) + timedelta(minutes=1)
        sort = ("kill_in_send", "stop", "kill", "outage")[number % 4]
        yield Act(at, sort, value=timedelta(hours=chance.choice((2, 9))) if sort == "outage" else None)


def _everyday(chance: Random, plan: Plan) -> Iterator[Act]:
    """Yield what members do, in rounds: several of them within a minute."""
    for day in range(plan.scale.days):
        for part in range(plan.scale.rounds_a_day):
            share = 14 // plan.scale.rounds_a_day
            hours = (7 + part * share, 6 + (part + 1) * share)
            at = _at(chance, plan.scale.begins + timedelta(days=day), hours) + timedelta(minutes=2)
            running = [
                number
                for number, event in enumerate(plan.events)
                if event.made < at < (event.schedule.ends or plan.ends) + timedelta(days=1)
            ]
            for _ in range(plan.scale.acts_a_round if running else 1):
                yield from _act(chance, plan, at, running)


_WEIGHTS = {
    "answer": 9, "withdraw": 1, Topic.SNOOZE: 3, Topic.NOT_THIS: 1, "undo": 1, Topic.AWAY: 2, "back": 1,
    Topic.CONTACT: 1, Topic.WANTS_DIRECT: 1, Topic.ONLY_ROLES: 1, Topic.ZONE: 1, Topic.QUIET: 1, Topic.DMS: 2,
}  # fmt: skip


def _act(chance: Random, plan: Plan, at: datetime, running: list[int]) -> Iterator[Act]:
    what = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    event = chance.choice(running) if running else None
    guild = plan.events[event].guild if event is not None else chance.randrange(len(plan.guilds))
    who = chance.choice([number for number, member in enumerate(plan.members) if member.guild == guild])
    member = plan.members[who]
    match what:
        case "answer" | "withdraw" | Topic.NOT_THIS | "undo" | Topic.SNOOZE if event is not None:
            value: Any = {
                "answer": chance.choice((YES, YES, NO, MAYBE)),
                Topic.SNOOZE: chance.choice(("hour", "evening", "morning")),
            }.get(what)
            yield Act(at, what, guild, who, event, value)
        case Topic.AWAY:
            until = _at(chance, at + timedelta(days=chance.randint(1, 6)), (6, 20))
            yield Act(at, what, guild, who, value=until)
        case "back":
            yield Act(at, what, guild, who)
        case Topic.CONTACT:
            yield Act(
                at, what, guild, who, value=chance.choice((CHANNEL, DIRECT if member.takes_direct else CHANNEL, OFF))
            )
        case Topic.WANTS_DIRECT if member.takes_direct:
            yield Act(at, what, guild, who, value=chance.random() < 0.7)
        case Topic.DMS if member.takes_direct:
            yield Act(at, what, guild, who, value=chance.random() < 0.5)
        case Topic.ONLY_ROLES:
            yield Act(at, what, guild, who, value=frozenset(chance.sample(range(ROLES), chance.choice((0, 0, 1)))))
        case Topic.ZONE:
            yield Act(at, what, guild, who, value=chance.choice((*ZONES, None)))
        case Topic.QUIET:
            yield Act(at, what, guild, who, value=chance.choice((*QUIET, NEVER, None)))


assert set(EMOJI) == {YES, NO, MAYBE}
