"""Which language the person's own Discord is in, and which one a server."""

from __future__ import annotations

from types import MappingProxyType

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.locales import LOCALES
from reminder_bot.sandbox.page.acts import Act, ActError, Handler


async def set_own_language(act: Act) -> Payload:
    """Have the person read Discord in a language: commands show their names in it, and bots are told with each use."""
    await act.director.set_locale(act.user_id, _locale(act))
    return {}


async def set_server_language(act: Act) -> Payload:
    """Give the server of a channel a language; bots are told."""
    guild_id = act.platform.world.channel(act.snowflake("channel_id")).guild_id
    if guild_id is None:
        raise ActError("This goes in a server's channel only.")
    await act.director.set_preferred_locale(guild_id, _locale(act))
    return {}


def _locale(act: Act) -> str:
    locale = act.arguments.get("locale")
    if not isinstance(locale, str) or locale not in LOCALES:
        raise ActError("Discord has no such language.")
    return locale


LANGUAGE_ACTS: MappingProxyType[str, Handler] = MappingProxyType(
    {"set_own_language": set_own_language, "set_server_language": set_server_language}
)
