"""Which messages of an event must exist, with which pings: worked out from the written rules, docs/commands.md.

Nothing of the application is imported. What goes in is what people did and when; what is judged is what was posted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

YES, NO, MAYBE = "✅", "❌", "❓"
DECIDE_BEFORE = timedelta(hours=24)
AT_ONCE = timedelta(seconds=60)
"""How long after its moment a message may come; no two things of a story are so near to each other."""

BEHIND = timedelta(seconds=1)
"""How far the bot's clock may be behind the calendar: it is told the time, and being told takes a while."""

LEADS = {
    "silent": "Réponse attendue : ",
    "decide": "Merci de trancher : ",
    "before": "Ça commence bientôt : ",
    "moved": "Nouvel horaire : ",
    "tally": "",
}
FIELDS = {
    "silent": ["Réponses", "Sans réponse"],
    "decide": ["Réponses"],
    "before": ["Réponses"],
    "moved": ["Réponses"],
    "tally": ["Réponses", "Sans réponse", "Présents"],
}
"""The fields of each message's card; a silent reminder has one more, where another one is to come."""


@dataclass(frozen=True)
class Answered:
    """Somebody's only answer from a moment on; None when it was withdrawn."""

    at: datetime
    who: int
    emoji: str | None


@dataclass(frozen=True)
class Sight:
    """From when on a person can see the event's channel, or cannot any more."""

    at: datetime
    who: int
    sees: bool


@dataclass(frozen=True)
class Schedule:
    """What the organiser typed, in the zone by whose clock it was typed, and when it was saved."""

    at: datetime
    start: datetime
    until: datetime


@dataclass(frozen=True)
class Message:
    """A message as it was posted; ``due`` is the moment that it says it was for."""

    at: datetime
    due: datetime
    content: str
    title: str
    text: str
    footer: str
    fields: tuple[tuple[str, str], ...]
    pinged: tuple[int, ...]


@dataclass
class Story:
    """What happened around one event."""

    zone: ZoneInfo
    interval: timedelta
    before: tuple[timedelta, ...]
    title: str = ""
    url: str = ""
    schedules: list[Schedule] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)

    def held(self, at: datetime) -> dict[int, str]:
        """Return who held which answer at a moment."""
        latest = {each.who: each.emoji for each in self.answers if each.at <= at}
        return {who: emoji for who, emoji in latest.items() if emoji is not None}

    def seeing(self, at: datetime) -> set[int]:
        """Return who could see the channel at a moment."""
        latest = {each.who: each.sees for each in self.sights if each.at <= at}
        return {who for who, sees in latest.items() if sees}

    def holding(self, at: datetime, *emoji: str) -> frozenset[int]:
        """Return those who held one of these answers, as far as they could see the channel."""
        return frozenset(who for who, held in self.held(at).items() if held in emoji) & self.seeing(at)

    def missing(self, at: datetime) -> frozenset[int]:
        """Return who was asked and had not answered."""
        return frozenset(self.seeing(at) - set(self.held(at)))

    def schedule_at(self, at: datetime) -> Schedule:
        """Return what was in force at a moment."""
        return [each for each in self.schedules if each.at <= at][-1]


@dataclass(frozen=True)
class Due:
    """A message that must be there; ``slack`` is how far from ``at`` the moment may lie that it names."""

    kind: str
    at: datetime
    people: frozenset[int]
    slack: timedelta = timedelta(0)


def in_utc(wall: datetime) -> datetime:
    """Return the moment at which the clocks of a zone show something; only so do intervals count what really passes."""
    return wall.astimezone(UTC)


def expected(story: Story) -> list[Due]:
    """Return every message that the rules ask for, in order; one for nobody is none, but for the tally."""
    end = in_utc(story.schedules[-1].start)
    found = [*_silent(story, end), *_planned(story, end)]
    wanted = [due for due in found if due.people]
    wanted.append(Due("tally", end, frozenset()))
    return sorted(wanted, key=lambda due: due.at)


def _planned(story: Story, end: datetime) -> Iterator[Due]:
    """Yield what hangs on start and deadline, for as long as each schedule was in force."""
    for number, schedule in enumerate(story.schedules):
        later = story.schedules[number + 1 :]
        over = later[0].at if later else end
        start, closes = in_utc(schedule.start), in_utc(schedule.until)
        if number and schedule.start != story.schedules[number - 1].start:
            yield Due("moved", schedule.at, story.holding(schedule.at, YES, MAYBE), AT_ONCE)
        decide, slack = closes - DECIDE_BEFORE, timedelta(0)
        if decide <= schedule.at:
            decide, slack = schedule.at + (closes - schedule.at) / 2, AT_ONCE
        if decide < over:
            yield Due("decide", decide, story.holding(decide, MAYBE), slack)
        for offset in story.before:
            at = start - offset
            if schedule.at < at < over:
                yield Due("before", at, story.holding(at, YES))


def _silent(story: Story, end: datetime) -> Iterator[Due]:
    """Yield a reminder for every interval from when somebody was missing, until nobody is or answers close."""
    acts: list[Schedule | Answered | Sight] = [*story.schedules, *story.answers, *story.sights]
    turns = sorted({each.at for each in acts} | {end})
    armed: datetime | None = None
    for turn in (turn for turn in turns if story.schedules[0].at <= turn <= end):
        while armed is not None and armed < turn:
            yield Due("silent", armed, story.missing(armed), AT_ONCE)
            armed = _next(story, armed, armed)
        armed = _next(story, turn, turn) if armed is None else armed
        if not story.missing(turn) or (armed is not None and armed >= _closes(story, turn)):
            armed = None


def _next(story: Story, after: datetime, known: datetime) -> datetime | None:
    upcoming = after + story.interval
    return upcoming if story.missing(known) and upcoming < _closes(story, known) else None


def _closes(story: Story, at: datetime) -> datetime:
    return in_utc(story.schedule_at(at).until)


def judge(story: Story, messages: Sequence[Message]) -> list[str]:
    """Return what is wrong with the messages, in words; nothing where they are what the rules ask for."""
    wrong, left = [], list(messages)
    for due in expected(story):
        match = next((each for each in left if _kind(each) == due.kind and _is_for(each, due)), None)
        if match is None:
            wrong.append(f"missing: {_told(story, due.kind, due.at)} to {sorted(due.people)}")
            continue
        left.remove(match)
        wrong += [f"{_told(story, due.kind, due.at)}: {fault}" for fault in _faults(story, due, match)]
    wrong += [f"too many: {_told(story, _kind(each) or each.content, each.at)} to {each.pinged}" for each in left]
    return wrong


def _told(story: Story, kind: str, at: datetime) -> str:
    return f"{kind} of {at.astimezone(story.zone):%a %d %b %H:%M:%S %Z}"


def _is_for(message: Message, due: Due) -> bool:
    early = BEHIND if due.slack else timedelta(0)
    return -early <= message.due - due.at <= due.slack


def _kind(message: Message) -> str | None:
    return next((kind for kind, lead in LEADS.items() if lead and message.content.startswith(lead)), None) or (
        "tally" if message.content == "" else None
    )


def _faults(story: Story, due: Due, message: Message) -> Iterator[str]:
    if not timedelta(0) <= message.at - message.due <= AT_ONCE:
        yield f"was posted {message.at - message.due} after its moment"
    if sorted(message.pinged) != sorted(due.people):
        yield f"pinged {sorted(message.pinged)} instead of {sorted(due.people)}"
    people = " ".join(f"<@{who}>" for who in sorted(due.people))
    if message.content != LEADS[due.kind] + people:
        yield f"says {message.content!r}"
    if message.title != story.title or message.footer != "prévu":
        yield f"is headed {message.title!r}, {message.footer!r} below"
    if _without_lateness(message) != (text := _text(story, due)):
        yield f"tells {message.text!r} instead of {text!r}"
    yield from _wrong_fields(story, due, message)


def _without_lateness(message: Message) -> str:
    """Take from a card the line that it is late; what left at once may have none."""
    if message.at - message.due <= BEHIND:
        return message.text
    return message.text.removesuffix(f"\nEn retard : ce rappel était prévu <t:{int(message.due.timestamp())}:R>.")


def _text(story: Story, due: Due) -> str:
    """Return what the card must say, in French, with the moments that were in force."""
    schedule = story.schedule_at(due.at)
    start, closes = _tag(schedule.start), _tag(schedule.until)
    match due.kind:
        case "silent":
            return f"Pour répondre, réagir [au message]({story.url}) avec {YES} {NO} {MAYBE}."
        case "before":
            return f"Présence annoncée. Début : {start} ({_beside(start)})."
        case "decide":
            wanted = f"Les réponses sont attendues jusqu’au {closes} ({_beside(closes)})."
            yours = f"Réagir [au message]({story.url}) pour répondre."
            return f"La réponse est encore « peut-être ». {wanted}\n{yours}"
        case "moved":
            old = _tag(story.schedules[story.schedules.index(schedule) - 1].start)
            change = f"Si la réponse change, la modifier [sur le message]({story.url})."
            return f"~~{old}~~ → **{start} ({_beside(start)})**\n{change}"
        case _:
            return "Les réponses sont closes. Voici ce qu’il en est :"


def _tag(wall: datetime) -> str:
    return f"<t:{int(in_utc(wall).timestamp())}:F>"


def _beside(tag: str) -> str:
    return tag.replace(":F>", ":R>")


def _is_near(tag: str, moment: datetime) -> bool:
    told = datetime.fromtimestamp(int(tag.removeprefix("<t:").removesuffix(":R>")), UTC)
    return -2 * BEHIND <= told - moment <= AT_ONCE


def _wrong_fields(story: Story, due: Due, message: Message) -> Iterator[str]:
    names = [name for name, _ in message.fields]
    following = _next(story, due.at, due.at) if due.kind == "silent" else None
    if names != FIELDS[due.kind] + ["Prochain rappel"] * (following is not None):
        yield f"has the fields {names}"
        return
    values = dict(message.fields)
    if following is not None and not _is_near(values["Prochain rappel"], following):
        yield f"announces {values['Prochain rappel']!r} instead of {following}"
    held = list(story.held(due.at).values())
    counts = " · ".join(f"{emoji} {held.count(emoji)}" for emoji in (YES, NO, MAYBE))
    if values["Réponses"] != counts:
        yield f"counts {values['Réponses']!r} instead of {counts!r}"
    missing = len(story.missing(due.at))
    if "Sans réponse" in values and values["Sans réponse"] != f"{missing} personne{'s' * (missing > 1)}":
        yield f"counts {values['Sans réponse']!r} without an answer instead of {missing}"
    coming = " ".join(f"<@{who}>" for who in sorted(story.holding(due.at, YES))) or "personne"
    if values.get("Présents", coming) != coming:
        yield f"names {values['Présents']!r} instead of {coming!r}"
