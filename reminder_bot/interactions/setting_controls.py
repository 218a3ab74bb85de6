"""The components with which one setting is changed; each hands on the changes it stands for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import discord

from models.event_options import USUAL_MEANINGS, AnswerChoice, Meaning, Place
from models.guild_settings import GuildSettings
from reminder_bot.interactions.options import read_interval
from reminder_bot.interactions.people_selects import PeopleSelect, RolesSelect, Take
from reminder_bot.interactions.quiet_text import read_quiet_hours
from reminder_bot.interactions.setting_components import (
    Changes,
    ChannelChoice,
    Clicked,
    Press,
    Read,
    SettingPage,
    WordSelect,
)
from reminder_bot.interactions.setting_forms import Form, read_answers, read_before, read_minutes
from reminder_bot.interactions.setting_texts import title_of
from reminder_bot.interactions.setting_words import LANGUAGE_NAMES, answers_text, settings_text
from utils.durations import format_duration
from utils.i18n import _, languages

OFFERED_PINGS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20)
"""How many reminders in vain are offered; 0 stands for no limit. A file may name others."""

ToChanges = Callable[[tuple[int, ...]], Changes]
Item = discord.ui.Item[Any]


def controls_of(name: str, page: SettingPage) -> list[Item]:
    """Return the components for one setting, at most four rows; none for one that a command changes."""
    if name in _SWITCHES:
        return [_switch(name, page)]
    make = _MAKERS.get(name)
    return [] if make is None else make(page)


def _language(page: SettingPage) -> list[Item]:
    chosen = page.settings.language
    options = [
        discord.SelectOption(label=LANGUAGE_NAMES.get(tag, tag), value=tag, default=tag == chosen)
        for tag in sorted(languages())
    ]

    async def take(clicked: Clicked, value: str) -> None:
        await page.apply(clicked, {"language": value})

    return [WordSelect("language", _("Choose a language"), options, take)]


def _organisers(page: SettingPage) -> list[Item]:
    chosen = page.settings.organiser_roles
    return [
        _roles(page, "organisers", _("Choose who organises"), chosen, lambda ids: {"organiser_roles": ids}),
    ]


def _audience(page: SettingPage) -> list[Item]:
    rule = page.settings.audience

    def changed(part: str) -> ToChanges:
        # Of the rule as it is then: somebody else may have changed another part meanwhile.
        return lambda ids: {"audience": replace(page.settings.audience, **{part: ids})}

    return [
        _roles(page, "roles", _("Only these roles"), rule.roles, changed("roles")),
        _people(page, "members", _("Only these members"), rule.members, changed("members")),
        _roles(page, "not_roles", _("Without these roles"), rule.excluded_roles, changed("excluded_roles")),
        _people(page, "not_members", _("Without these members"), rule.excluded_members, changed("excluded_members")),
    ]


def _place(page: SettingPage) -> list[Item]:
    chosen = page.settings.place
    labels = {
        Place.CHANNEL: _("In the channel of the event"),
        Place.THREAD: _("In a thread of the event's message"),
    }
    options = [
        discord.SelectOption(label=label, value=place.value, default=place is chosen) for place, label in labels.items()
    ]

    async def take(clicked: Clicked, value: str) -> None:
        await page.apply(clicked, {"place": Place(value), "place_channel_id": None})

    async def post_elsewhere(clicked: Clicked, channel_id: int) -> None:
        await page.apply(clicked, {"place": Place.ELSEWHERE, "place_channel_id": channel_id})

    elsewhere = ChannelChoice(_("In another channel or thread"), post_elsewhere)
    return [WordSelect("place", _("Choose where"), options, take), elsewhere]


def _log_channel(page: SettingPage) -> list[Item]:
    async def take(clicked: Clicked, channel_id: int) -> None:
        await page.apply(clicked, {"log_channel_id": channel_id})

    return [ChannelChoice(_("Choose a channel or thread"), take)]


def _quiet_hours(page: SettingPage) -> list[Item]:
    async def read(text: str) -> Changes:
        return {"quiet_hours": read_quiet_hours(text).text if text.strip() else None}

    hint = _("Such as 22:00-07:00, on this server's clock; nothing for none")
    form = Form(
        title_of("quiet_hours"), _("From when to when"), hint, page.settings.quiet_hours or "", is_required=False
    )
    return _form(page, form, read)


def _escalation(page: SettingPage) -> list[Item]:
    chosen = page.settings.escalate_after
    counts = sorted({*OFFERED_PINGS, chosen or 0})
    labels = {count: settings_text("escalate_after", GuildSettings(escalate_after=count or None)) for count in counts}
    options = [
        discord.SelectOption(label=label, value=str(count), default=count == (chosen or 0))
        for count, label in labels.items()
    ]

    async def take(clicked: Clicked, value: str) -> None:
        await page.apply(clicked, {"escalate_after": int(value) or None})

    return [WordSelect("escalation", _("Choose a number of reminders"), options, take)]


def _switch(name: str, page: SettingPage) -> Item:
    is_on = bool(getattr(page.settings, name))

    async def turn(clicked: Clicked) -> None:
        await page.apply(clicked, {name: not is_on})

    style = discord.ButtonStyle.secondary if is_on else discord.ButtonStyle.success
    return Press("switch", _("Turn off") if is_on else _("Turn on"), turn, style=style)


def _form(page: SettingPage, form: Form, read: Read) -> list[Item]:
    async def ask(clicked: Clicked) -> None:
        await page.open_form(clicked, form, read)

    return [Press("form", _("Change"), ask, style=discord.ButtonStyle.primary)]


def _interval(page: SettingPage) -> list[Item]:
    async def read(text: str) -> Changes:
        minutes = read_interval(text, page.services.settings).total_seconds() / 60
        return {"default_interval_minutes": int(minutes) if minutes == int(minutes) else minutes}

    given = format_duration(page.services.book.default_interval(page.guild.id))
    form = Form(title_of("default_interval_minutes"), _("Time between reminders"), _("Such as 30m, 2h30m or 1d"), given)
    return _form(page, form, read)


def _delete_after(page: SettingPage) -> list[Item]:
    async def read(text: str) -> Changes:
        return {"delete_after_minutes": read_minutes(text)}

    minutes = page.settings.delete_after_minutes
    given = "" if minutes is None else _duration(minutes)
    form = Form(title_of("delete_after_minutes"), _("Delete after"), _("Such as 30m, 2h30m or 1d"), given)
    return _form(page, form, read)


def _before(page: SettingPage) -> list[Item]:
    async def read(text: str) -> Changes:
        return {"before_minutes": read_before(text)}

    given = ", ".join(map(_duration, page.settings.before_minutes))
    hint = _("At most five, such as 1d, 1h; nothing for none")
    return _form(page, Form(title_of("before_minutes"), _("Before the start"), hint, given, is_required=False), read)


def _answers(page: SettingPage) -> list[Item]:
    async def read(text: str) -> Changes:
        return {"answers": await read_answers(text, page.guild)}

    usual = page.services.book.default_reactions(page.guild.id)
    answers = page.settings.answers or tuple(
        (emoji, AnswerChoice(USUAL_MEANINGS.get(emoji, Meaning.OTHER), "")) for emoji in usual
    )
    hint = _("On each line: emoji, then yes, no, maybe or other, then a text if you like")
    form = Form(title_of("answers"), _("Answers"), hint, answers_text(answers), is_long=True)
    return _form(page, form, read)


def _duration(minutes: float) -> str:
    return format_duration(timedelta(minutes=minutes))


def _roles(page: SettingPage, name: str, placeholder: str, chosen: Iterable[int], to_changes: ToChanges) -> Item:
    return RolesSelect(page.guild, f"settings:{name}", placeholder, chosen, _applying(page, to_changes))


def _people(page: SettingPage, name: str, placeholder: str, chosen: Iterable[int], to_changes: ToChanges) -> Item:
    return PeopleSelect(page.guild, f"settings:{name}", placeholder, chosen, _applying(page, to_changes))


def _applying(page: SettingPage, to_changes: ToChanges) -> Take:
    async def take(clicked: Clicked, ids: Sequence[int]) -> None:
        await page.apply(clicked, to_changes(tuple(sorted(ids))))

    return take


_SWITCHES = frozenset({"deletes_older", "wants_tally", "is_silent"})

_MAKERS: Mapping[str, Callable[[SettingPage], list[Item]]] = MappingProxyType(
    {
        "language": _language,
        "organiser_roles": _organisers,
        "default_interval_minutes": _interval,
        "answers": _answers,
        "audience": _audience,
        "place": _place,
        "before_minutes": _before,
        "delete_after_minutes": _delete_after,
        "log_channel_id": _log_channel,
        "quiet_hours": _quiet_hours,
        "escalate_after": _escalation,
    }
)
