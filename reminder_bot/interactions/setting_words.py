"""How the value of a guild's setting reads, in the language in force."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import discord

from models.event_options import AudienceRule, Meaning, Place
from models.guild_settings import GuildSettings
from models.quiet_hours import QuietHours
from models.setting_json import Answers
from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.place_text import place_text
from reminder_bot.interactions.quiet_text import quiet_text
from reminder_bot.interactions.setting_texts import SHOWN
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


def _channel(channel_id: int) -> str:
    return f"<#{channel_id}>"


def _quiet(text: str) -> str:
    return quiet_text(QuietHours.read(text))


def _pings(count: int) -> str:
    return _("after {reminders}").format(reminders=plural(count, "reminder", "reminders"))


def _switch(value: object) -> str:
    return _("on") if value else _("off")


_NOTHING_CHOSEN: Mapping[str, str] = MappingProxyType(
    {
        "zone": "UTC",
        "language": mark("as in Discord"),
        "default_interval_minutes": mark("as the operator of the bot has it"),
        "answers": mark("as the operator of the bot has it"),
        "delete_after_minutes": mark("never"),
        "quiet_hours": mark("none"),
        "escalate_after": mark("I never stop"),
        "log_channel_id": mark("none"),
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
        "quiet_hours": _quiet,
        "is_silent": _switch,
        "escalate_after": _pings,
        "log_channel_id": _channel,
    }
)
