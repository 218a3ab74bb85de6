"""Discord's failures in this project's words: what a retry mends, what an organiser must mend, what is over."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError

UNAVAILABLE = frozenset({0, 408, 425, 429})


def translate(error: Exception) -> DiscordError:
    """Return the project's error for one raised by discord.py or aiohttp.

    403 is `BlockedError`, 404 `GoneError`; 429, 5xx and everything of the network `TransientDiscordError`; any other
    status a plain `DiscordError`: the request itself was refused, and repeating it would be refused again.

    Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes
    """
    if isinstance(error, discord.Forbidden):
        return BlockedError(f"Discord refused: {_text(error)}.", error.code)
    if isinstance(error, discord.NotFound):
        return GoneError(f"Discord does not know it: {_text(error)}.", error.code)
    if isinstance(error, discord.HTTPException) and error.status < 500 and error.status not in UNAVAILABLE:
        return DiscordError(f"Discord refused the request: {_text(error)} (status {error.status}, code {error.code}).")
    if isinstance(error, discord.HTTPException):
        return TransientDiscordError(f"Discord answered with status {error.status}.")
    if isinstance(error, discord.RateLimited):
        return TransientDiscordError(f"Discord asked to wait {error.retry_after:.1f} seconds.")
    return TransientDiscordError(f"Discord could not be reached: {type(error).__name__}.")


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


def _text(error: discord.HTTPException) -> str:
    # The first line only: below it discord.py lists the request's fields, which may quote a message.
    return (error.text or type(error).__name__).splitlines()[0].rstrip(".")
