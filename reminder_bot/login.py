"""Logging in and staying connected: what is waited for, and what only a person can mend."""

import asyncio
import logging
import random

import aiohttp
import discord

from reminder_bot import reminder_policy as policy
from reminder_bot.bot import ReminderBot
from reminder_bot.config import Settings
from reminder_bot.setting_values import Secret
from utils.errors import ConfigurationError

log = logging.getLogger(__name__)

AUTHENTICATION_FAILED = 4004
"""How the gateway closes on a token that is not valid any more.

Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
"""


async def stay_connected(bot: ReminderBot, settings: Settings, token: Secret) -> None:
    """Log in, as often as Discord is not to be reached, then stay connected; discord.py reconnects by itself.

    Raises:
        ConfigurationError: Discord refuses the token or the intents, or is not at that address.
    """
    await _log_in(bot, settings.discord_api_url, token)
    try:
        await _connect(bot)
    except discord.PrivilegedIntentsRequired as error:
        raise ConfigurationError(
            ["Discord refused the privileged intents: switch on Server Members and Message Content for the bot"
             " in the Discord developer portal (README, “Make the bot's application”)."]
        ) from error  # fmt: skip
    except discord.ConnectionClosed as error:
        if error.code != AUTHENTICATION_FAILED:
            raise
        raise _refused_token() from error


async def _connect(bot: ReminderBot) -> None:
    while True:
        try:
            await bot.connect()
        except AttributeError:
            # When the gateway refuses the first connection of all, discord.py waits, and then tries to resume it.
            if bot.ws is not None:
                raise
        else:
            return


async def _log_in(bot: ReminderBot, api_url: str, token: Secret) -> None:
    failures = 0
    while True:
        try:
            await bot.login(token.reveal())
        except discord.LoginFailure as error:
            raise _refused_token() from error
        except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
            if _is_no_discord(error):
                raise _wrong_address(api_url) from error
            failures += 1
            delay = policy.retry_delay(failures, random.random()).total_seconds()
            name = type(error).__name__
            log.warning("cannot log in, trying again api=%s seconds=%.1f error=%s", api_url, delay, name)
            await bot.forget_login()
            await asyncio.sleep(delay)
        except (KeyError, TypeError, ValueError) as error:
            # A web page read as the bot's own user: anything later than that is a fault of ours.
            if bot.user is not None:
                raise
            raise _wrong_address(api_url) from error
        else:
            return


def _is_no_discord(error: Exception) -> bool:
    """Whether this is a 404 without a code of Discord's own, for an address that Discord is sure to have."""
    cause = error.__cause__ if isinstance(error, discord.GatewayNotFound) else error
    return isinstance(cause, discord.NotFound) and cause.code == 0


def _wrong_address(api_url: str) -> ConfigurationError:
    return ConfigurationError([f"DISCORD_API_URL={api_url!r} is wrong: Discord's API does not answer there."])


def _refused_token() -> ConfigurationError:
    return ConfigurationError(["DISCORD_TOKEN was refused by Discord; make a new one and set it."])
