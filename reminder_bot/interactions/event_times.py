"""Moments as people type them into a command or a form, by their server's clock, and suggestions for them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from discord import app_commands

from reminder_bot.services import Services
from utils.errors import UserError
from utils.i18n import _, language_in_force
from utils.moments.labels import label
from utils.moments.reading import read_moment
from utils.moments.suggestions import moment_suggestions

UTC_ZONE = ZoneInfo("UTC")


def zone_of(services: Services, guild_id: int) -> ZoneInfo:
    """Return the zone by whose clock a guild's times are typed; UTC where it has chosen none."""
    key = services.book.of(guild_id).zone
    return UTC_ZONE if key is None else ZoneInfo(key)


def read_time(services: Services, guild_id: int, text: str | None) -> datetime | None:
    """Read a moment to come; None where nothing was typed.

    Raises:
        InvalidMomentError: it cannot be read, or is past, skipped by the clocks or too far; its sentence says what to
            write instead.
        UserError: the clocks show that time twice.
    """
    if text is None or not text.strip():
        return None
    zone, language = zone_of(services, guild_id), language_in_force()
    moment = read_moment(text, now=services.clock.now(), zone=zone, language=language)
    if moment.again is not None:
        one, other = label(moment.at, zone, language), label(moment.again, zone, language)
        raise UserError(
            _("The clocks show that time twice that day. Write “{one}” or “{other}”.").format(one=one, other=other)
        )
    return moment.at


def time_label(services: Services, guild_id: int, moment: datetime | None) -> str:
    """Write a moment as `read_time` reads it back, to the minute; empty for none."""
    return "" if moment is None else label(moment, zone_of(services, guild_id), language_in_force())


def suggest_times(services: Services, guild_id: int | None, text: str) -> list[app_commands.Choice[str]]:
    """Return what a half-typed moment may become, in words and in the server's zone."""
    zone = UTC_ZONE if guild_id is None else zone_of(services, guild_id)
    found = moment_suggestions(text, now=services.clock.now(), zone=zone, language=language_in_force())
    return [app_commands.Choice(name=each, value=each) for each in found]
