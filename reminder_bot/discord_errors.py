"""Discord's failures in this project's words: what a retry mends, what an organiser must mend, what is over."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from reminder_bot.request_gate import RequestRefusedError
from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError

GONE = frozenset({10003, 10004, 10007, 10008, 10013})
"""Unknown channel, guild, member, message, user."""

CLOSED_THREAD = frozenset({50083, 160005})
"""The thread is archived, or locked."""

PASSING = frozenset({401, 408, 425, 429})
"""Statuses below 500 that say nothing about the request itself; 401 is about the token, and ends the whole process."""


def translate(error: Exception) -> DiscordError:
    """Return the project's error for one raised by discord.py or aiohttp.

    403 is `BlockedError`, as is a locked or archived thread; 404 `GoneError` when the channel, guild or message is what
    is unknown; 429, 5xx and everything of the network `TransientDiscordError`; any other status a plain `DiscordError`:
    the request itself was refused, and repeating it would be refused again. Only Discord's own JSON codes prove
    anything: an error page without one is the word of something in between, and passes.

    Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes
    """
    if isinstance(error, discord.HTTPException):
        return _translate_answer(error)
    if isinstance(error, discord.RateLimited):
        return TransientDiscordError(f"Discord asked to wait {error.retry_after:.1f} seconds.")
    if isinstance(error, RequestRefusedError):
        return TransientDiscordError(str(error))
    return TransientDiscordError("Discord could not be reached.")


@contextmanager
def discord_errors() -> Iterator[None]:
    """Translate what discord.py and aiohttp raise inside the block.

    Raises:
        DiscordError: one of its classes, with the original as its cause.
    """
    try:
        yield
    except (discord.DiscordException, aiohttp.ClientError, OSError, ValueError) as error:
        raise translate(error) from error


def _translate_answer(error: discord.HTTPException) -> DiscordError:
    if error.status >= 500 or error.status in PASSING or not error.code:
        return TransientDiscordError(f"Discord answered with status {error.status}.")
    if isinstance(error, discord.Forbidden) or error.code in CLOSED_THREAD:
        return BlockedError(f"Discord refused: {_text(error)}.", error.code)
    if error.code in GONE:
        return GoneError(f"Discord does not know it: {_text(error)}.", error.code)
    return DiscordError(f"Discord refused the request: {_text(error)} (status {error.status}, code {error.code}).")


def _text(error: discord.HTTPException) -> str:
    # The first line only: below it discord.py lists the request's fields, which may quote a message.
    return (error.text or type(error).__name__).splitlines()[0].rstrip(".")
