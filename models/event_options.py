"""What an organiser may choose for an event beyond its message and its interval: frozen, with its form in JSON.

Only what differs from the default is stored, so that an event of which nobody has chosen anything stores ``{}``.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from utils.errors import ValidationError

BEFORE_MINUTES = (60,)
"""How long before the start those who said yes are reminded, where nobody has chosen otherwise."""

BEFORE_LIMIT = 5
"""How many reminders before the start one event may have."""

DECIDE_MINUTES = 24 * 60
"""How long before answers close those on maybe are asked to decide."""

LONGEST_MINUTES = 366 * 24 * 60

LABEL_LIMIT = 40
"""How many letters an answer's label may have: ten of them fit into one field of an embed."""

NOBODY = 0
"""Stands in an audience for those who were chosen and are forgotten: no id of Discord's is 0.

Without it, a rule whose last chosen member is gone would choose nobody any more, and so ask everybody.
"""


class Meaning(StrEnum):
    """What an answer says about coming."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"
    OTHER = "other"


class Place(StrEnum):
    """Where an event's reminders are posted."""

    CHANNEL = "channel"
    """Where its message is."""
    THREAD = "thread"
    """In the thread of its message, made when it is first needed."""
    ELSEWHERE = "elsewhere"
    """In a channel that was chosen."""


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Who is asked of those who can see the channel: all, or those with a role or chosen by name; less the excluded.

    Ids are in ascending order.
    """

    roles: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    excluded_roles: tuple[int, ...] = ()
    excluded_members: tuple[int, ...] = ()

    @property
    def is_everyone(self) -> bool:
        """Whether it leaves nobody out."""
        return not (self.roles or self.members or self.excluded_roles or self.excluded_members)

    @property
    def is_choosing(self) -> bool:
        """Whether only those with a role or chosen by name are asked."""
        return bool(self.roles or self.members)

    @property
    def people(self) -> frozenset[int]:
        """Everybody it names, chosen or excluded."""
        return frozenset((*self.members, *self.excluded_members)) - {NOBODY}

    def without(self, user_ids: Container[int]) -> Self:
        """Return the rule without the names of some people; one that has chosen only them chooses nobody."""
        members = tuple(one for one in self.members if one not in user_ids)
        if self.members and not members and not self.roles:
            members = (NOBODY,)
        excluded = tuple(one for one in self.excluded_members if one not in user_ids)
        return replace(self, members=members, excluded_members=excluded)

    def to_json(self) -> dict[str, Any]:
        """Return the parts that are not empty; ids are strings."""
        return {
            part.name: [str(one) for one in getattr(self, part.name)]
            for part in fields(self)
            if getattr(self, part.name)
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `to_json` has returned.

        Raises:
            ValidationError: it is something else.
        """
        names = {part.name for part in fields(cls)}
        if not isinstance(value, Mapping) or not names.issuperset(value):
            raise ValidationError("audience", f"{value!r} is no audience")
        return cls(**{name: _ids(name, ids) for name, ids in value.items()})


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """What one of an event's emoji stands for."""

    meaning: Meaning
    label: str


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """One answer that people may give: its emoji, what it says about coming, and what it is called, if anything."""

    emoji: str
    meaning: Meaning
    label: str = ""


def choices_of(answers: Iterable[OfferedAnswer]) -> tuple[tuple[str, AnswerChoice], ...]:
    """Return what is stored of answers besides their emoji: nothing of one without a label that means the usual."""
    return tuple(
        (answer.emoji, AnswerChoice(answer.meaning, answer.label))
        for answer in answers
        if answer.label or answer.meaning is not USUAL_MEANINGS.get(answer.emoji, Meaning.OTHER)
    )


@dataclass(frozen=True, slots=True)
class EventOptions:
    """The choices of one event; every default is what an event has of which nobody has chosen anything.

    ``choices`` says of the event's emoji what they mean, where that was chosen. ``place_channel_id`` is the channel for
    `Place.ELSEWHERE`. ``delete_after_minutes`` is the age at which a reminder is deleted, None for never.
    """

    before_minutes: tuple[int, ...] = BEFORE_MINUTES
    decide_minutes: int = DECIDE_MINUTES
    audience: AudienceRule = AudienceRule()
    choices: tuple[tuple[str, AnswerChoice], ...] = ()
    place: Place = Place.CHANNEL
    place_channel_id: int | None = None
    deletes_older: bool = False
    delete_after_minutes: int | None = None
    wants_tally: bool = False
    is_own_post: bool = False

    def meaning_of(self, emoji: str) -> Meaning:
        """Return what an answer says: as chosen, else what ✅, ❌ and ❓ say everywhere, else OTHER."""
        for known, choice in self.choices:
            if known == emoji:
                return choice.meaning
        return USUAL_MEANINGS.get(emoji, Meaning.OTHER)

    def label_of(self, emoji: str) -> str | None:
        """Return what the organiser calls an answer, or None."""
        return next((choice.label or None for known, choice in self.choices if known == emoji), None)

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        return {
            part.name: _WRITTEN.get(part.name, _plain)(getattr(self, part.name))
            for part in fields(self)
            if getattr(self, part.name) != part.default
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `to_json` has returned; what is missing has its default.

        Raises:
            ValidationError: a name is unknown, or a value is none of that option's.
        """
        if not isinstance(value, Mapping):
            raise ValidationError("options", f"{value!r} is no JSON object")
        read = {}
        for name, given in value.items():
            reader = _READ.get(name)
            if reader is None:
                raise ValidationError("options", f"there is no option {name!r}")
            try:
                read[name] = reader(given)
            except (TypeError, ValueError, KeyError) as error:
                raise ValidationError(name, f"{given!r} is not possible here") from error
        return cls(**read)


NO_OPTIONS = EventOptions()
"""What an event has of which nobody has chosen anything."""

USUAL_MEANINGS: Mapping[str, Meaning] = {"✅": Meaning.YES, "❌": Meaning.NO, "❓": Meaning.MAYBE}
"""What these emoji say where nobody has chosen what they mean."""


def _plain(value: Any) -> Any:
    return value


def _ids(name: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.isdecimal() for one in value):
        raise ValidationError(name, f"{value!r} is no list of ids")
    return tuple(sorted({int(one) for one in value}))


def _minutes(value: Any) -> int:
    if type(value) is not int or not 0 < value <= LONGEST_MINUTES:
        raise ValueError
    return value


def _offsets(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > BEFORE_LIMIT:
        raise ValueError
    return tuple(sorted({_minutes(one) for one in value}, reverse=True))


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _choices(value: Any) -> tuple[tuple[str, AnswerChoice], ...]:
    return tuple((str(emoji), AnswerChoice(Meaning(meaning), str(label))) for emoji, meaning, label in value)


_WRITTEN: Mapping[str, Any] = {
    "before_minutes": list,
    "audience": AudienceRule.to_json,
    "choices": lambda choices: [[emoji, choice.meaning.value, choice.label] for emoji, choice in choices],
    "place_channel_id": str,
}

_READ: Mapping[str, Any] = {
    "before_minutes": _offsets,
    "decide_minutes": _minutes,
    "audience": AudienceRule.from_json,
    "choices": _choices,
    "place": Place,
    "place_channel_id": int,
    "deletes_older": _flag,
    "delete_after_minutes": _minutes,
    "wants_tally": _flag,
    "is_own_post": _flag,
}
