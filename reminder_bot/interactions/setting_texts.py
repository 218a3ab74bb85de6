"""What a guild's settings are called, what each is, and how its value reads; a further setting is a line here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import discord

from models.event_options import AudienceRule, Meaning, Place
from models.guild_settings import Answers, GuildSettings, default_of
from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.place_text import place_text
from reminder_bot.settings_book import SettingsBook
from utils.audience_text import audience_text
from utils.durations import format_duration
from utils.formatting import escape_text, listing, number, plural, truncate
from utils.i18n import _, mark, pgettext

VALUE_LIMIT = 700
"""Ten custom emoji with their meanings; no other value comes near."""

MOST_NAMED = 4
"""How many roles or people a line names; the selects show them all."""

LANGUAGE_NAMES = MappingProxyType({"en": "English", "fr": "Français"})
"""Each in itself, for those who read it; a further language goes by its tag."""


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
            mark("The clock by which times that people type are read."),
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


def value_text(name: str, guild: discord.Guild, book: SettingsBook) -> str:
    """Return what a setting is at present in a guild, also where that is not the guild's own choice."""
    settings = book.of(guild.id)
    if name == "language" and settings.language is None:
        language = _language(guild_language(guild, book))
        return _("{language}, as this server has it in Discord").format(language=language)
    if name == "default_interval_minutes" and settings.default_interval_minutes is None:
        interval = format_duration(book.default_interval(guild.id))
        return _("{value}, as the operator of the bot has it").format(value=interval)
    if name == "answers" and settings.answers is None:
        emoji = " ".join(book.default_reactions(guild.id))
        return _("{value}, as the operator of the bot has it").format(value=emoji)
    return settings_text(name, settings)


def settings_text(name: str, settings: GuildSettings) -> str:
    """Return what a setting is by what was chosen, in one line that pings nobody."""
    if name == "place":
        return place_text(settings.place, settings.place_channel_id)
    value = getattr(settings, name)
    if value is None:
        return _(_NOTHING_CHOSEN[name])
    return truncate(_WORDS[name](value), VALUE_LIMIT)


def stored_text(name: str, value: Any) -> str:
    """Return how one part of a setting reads that is known by its JSON value alone."""
    if name == "place_channel_id" and value is not None:
        return f"<#{value}>"
    if name == "place" and value == Place.ELSEWHERE:
        return _("in another channel")
    if name in SHOWN:
        return settings_text(name, GuildSettings.from_stored({name: value}))
    return _("none") if value is None else str(value)


def is_chosen(name: str, settings: GuildSettings) -> bool:
    """Whether a setting differs from what it is when nothing was chosen."""
    return any(getattr(settings, part) != default_of(part) for part in SHOWN[name].parts)


def answers_text(answers: Answers) -> str:
    """Write answers as the form has them, one to a line: emoji, meaning and label."""
    return "\n".join(f"{emoji} {meaning_word(choice.meaning)} {choice.label}".strip() for emoji, choice in answers)


def meaning_word(meaning: Meaning) -> str:
    """Return the word for a meaning in the language in force."""
    words = {
        Meaning.YES: pgettext("meaning", "yes"),
        Meaning.NO: pgettext("meaning", "no"),
        Meaning.MAYBE: pgettext("meaning", "maybe"),
        Meaning.OTHER: pgettext("meaning", "other"),
    }
    return words[meaning]


def role_mention(role_id: int) -> str:
    """Write the mention of a role."""
    return f"<@&{role_id}>"


def _language(tag: str) -> str:
    return LANGUAGE_NAMES.get(tag, tag)


def _roles(role_ids: Iterable[int]) -> str:
    return _some([role_mention(each) for each in role_ids]) or _("none")


def _some(names: list[str]) -> str:
    left = len(names) - MOST_NAMED
    shown = names if left <= 0 else [*names[:MOST_NAMED], _("{count} more").format(count=number(left))]
    return listing(shown)


def _answers(answers: Answers) -> str:
    # Custom emoji are shown as they are; what people have written is not.
    plain = [f"{emoji} {meaning_word(choice.meaning)}" for emoji, choice in answers]
    labels = [f" ({escape_text(truncate(choice.label, 16))})" if choice.label else "" for _emoji, choice in answers]
    told = " · ".join(each + label for each, label in zip(plain, labels, strict=True))
    # Cut short, it might end within an emoji.
    return told if len(told) <= VALUE_LIMIT else " · ".join(plain)


def short_audience(rule: AudienceRule) -> str:
    """Return whom a rule asks, or how many it names where that would be too long for a line."""
    told = audience_text(rule)
    if len(told) <= VALUE_LIMIT:
        return told
    # Cut short, it might end within a mention.
    named = (*rule.roles, *rule.excluded_roles, *rule.members, *rule.excluded_members)
    return _("a choice of {names}").format(names=plural(len(named), "role or member", "roles and members"))


def _minutes(minutes: float) -> str:
    return format_duration(timedelta(minutes=minutes))


def _before(minutes: tuple[int, ...]) -> str:
    return listing([_minutes(each) for each in minutes]) or _("none")


def _switch(value: object) -> str:
    return _("on") if value else _("off")


_NOTHING_CHOSEN: Mapping[str, str] = MappingProxyType(
    {
        "zone": "UTC",
        "language": mark("as in Discord"),
        "default_interval_minutes": mark("as the operator of the bot has it"),
        "answers": mark("as the operator of the bot has it"),
        "delete_after_minutes": mark("never"),
    }
)

_WORDS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "zone": str,
        "language": _language,
        "organiser_roles": _roles,
        "default_interval_minutes": _minutes,
        "answers": _answers,
        "audience": short_audience,
        "before_minutes": _before,
        "deletes_older": _switch,
        "delete_after_minutes": _minutes,
        "wants_tally": _switch,
    }
)
