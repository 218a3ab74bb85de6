"""What a guild's settings are called, and what each is; a further setting is a line here and one in `setting_words`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.guild_settings import GuildSettings, default_of
from utils.i18n import _, mark


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting as people see it: ``parts`` are the names in `GuildSettings` that it is made of."""

    title: str
    what: str
    must_be: str
    parts: tuple[str, ...]


SHOWN: Mapping[str, ShownSetting] = MappingProxyType(
    {
        "zone": ShownSetting(
            mark("Time zone"),
            mark("The clock of the times that people type, and of quiet hours."),
            mark("the name of a time zone, such as Europe/Paris"),
            ("zone",),
        ),
        "language": ShownSetting(
            mark("Language"),
            mark("What I post for everybody is in it. Each of you reads my answers in your own."),
            mark("a language that I speak: en or fr"),
            ("language",),
        ),
        "organiser_roles": ShownSetting(
            mark("Organiser roles"),
            mark("Who has one of them may organise, as with Manage Server or Manage Events."),
            mark("a list of at most 25 role ids, each in quotes"),
            ("organiser_roles",),
        ),
        "log_channel_id": ShownSetting(
            mark("Log channel"),
            mark("Where I tell organisers what happened and what they can do. I ping nobody there."),
            mark("a channel's id in quotes"),
            ("log_channel_id",),
        ),
        "quiet_hours": ShownSetting(
            mark("Quiet hours"),
            mark("When I ping nobody: what falls due then waits for their end. Members may choose their own."),
            mark("two times such as 22:00-07:00"),
            ("quiet_hours",),
        ),
        "is_silent": ShownSetting(
            mark("Silent reminders"),
            mark("Whether reminders arrive without sound and without a push notification."),
            mark("true or false"),
            ("is_silent",),
        ),
        "escalate_after": ShownSetting(
            mark("Unanswered reminders"),
            mark("After how many I stop pinging somebody about an event, and tell its organiser instead."),
            mark("a whole number from 1 to 20"),
            ("escalate_after",),
        ),
        "default_interval_minutes": ShownSetting(
            mark("Interval"),
            mark("The time between two reminders, where `/watch` names none."),
            mark("a number of minutes"),
            ("default_interval_minutes",),
        ),
        "answers": ShownSetting(
            mark("Answers"),
            mark("The reactions under a new event, and what each of them says."),
            mark("a list of 2 to 10 answers, each with emoji, meaning (yes, no, maybe or other) and label"),
            ("answers",),
        ),
        "audience": ShownSetting(
            mark("Who is asked"),
            mark("Of those who see the channel, who is to answer a new event."),
            mark("lists of at most 25 ids: roles, members, excluded_roles, excluded_members"),
            ("audience",),
        ),
        "place": ShownSetting(
            mark("Where reminders go"),
            mark("The channel or thread in which a new event's reminders are posted."),
            mark("channel, thread, or elsewhere with a channel's id in place_channel_id"),
            ("place", "place_channel_id"),
        ),
        "before_minutes": ShownSetting(
            mark("Before the start"),
            mark("How long before an event's start those who come are reminded of it."),
            mark("a list of at most 5 numbers of minutes"),
            ("before_minutes",),
        ),
        "deletes_older": ShownSetting(
            mark("Only the latest reminder"),
            mark("Whether a new reminder takes the place of the one before, which is deleted."),
            mark("true or false"),
            ("deletes_older",),
        ),
        "delete_after_minutes": ShownSetting(
            mark("Delete reminders"),
            mark("The age at which a reminder is deleted."),
            mark("a whole number of minutes"),
            ("delete_after_minutes",),
        ),
        "wants_tally": ShownSetting(
            mark("Final tally"),
            mark("Whether I post who answered what when an event is over."),
            mark("true or false"),
            ("wants_tally",),
        ),
    }
)
"""The settings by their names, in the order in which they are shown."""


def shown_under(name: str) -> str:
    """Return the setting under which people see a part of one; a name that is not known is its own."""
    return next((shown for shown, setting in SHOWN.items() if name in setting.parts), name)


def title_of(name: str) -> str:
    """Return what a setting is called in the language in force."""
    return _(SHOWN[name].title)


def is_chosen(name: str, settings: GuildSettings) -> bool:
    """Whether a setting differs from what it is when nothing was chosen."""
    return any(getattr(settings, part) != default_of(part) for part in SHOWN[name].parts)
