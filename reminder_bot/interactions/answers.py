"""How an interaction is answered: in time, seen by the caller only, and pinging nobody."""

import logging
import secrets

import aiohttp
import discord
from discord import app_commands

from reminder_bot.discord_errors import translate
from utils.errors import (
    BlockedError,
    DiscordError,
    GoneError,
    MembersIncompleteError,
    StorageError,
    TransientDiscordError,
    UserError,
)
from utils.formatting import truncate
from utils.i18n import _
from utils.reasons import reason_text

log = logging.getLogger(__name__)

CONTENT_LIMIT = 2000
TOO_LATE = frozenset({10015, 10062, 40060, 50027})
"""The interaction has expired or was answered elsewhere: there is nobody left to tell.

Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
"""

NETWORK_ERRORS = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What Discord or the way to it may raise; the rest of discord.py's errors are mistakes in the code that calls it."""


async def defer(interaction: discord.Interaction) -> None:
    """Tell Discord that an answer for the caller only is on its way, which gives it 15 minutes instead of 3 seconds."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def answer(
    interaction: discord.Interaction,
    content: str | None = None,
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    file: discord.File | None = None,
) -> None:
    """Give the answer, seen by the caller only; a deferred one replaces what is shown now, buttons included."""
    text = None if content is None else truncate(content, CONTENT_LIMIT)
    quiet = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.edit_original_response(
            content=text, embed=embed, view=view, attachments=[] if file is None else [file], allowed_mentions=quiet
        )
        return
    await interaction.response.send_message(
        text,
        embed=embed or discord.utils.MISSING,
        view=view or discord.utils.MISSING,
        file=file or discord.utils.MISSING,
        ephemeral=True,
        allowed_mentions=quiet,
    )


def explain(error: Exception) -> str | None:
    """Return the sentence a person is shown for an error, or None for one that nobody foresaw.

    The first that fits, from what the caller can mend to what only the operator can:

    1. ``UserError``: its own sentence, which says what to do instead.
    2. ``MembersIncompleteError``, ``TransientDiscordError``: try again.
    3. ``BlockedError``: which permission to look at. ``GoneError``: what was deleted.
    4. ``StorageError``: nothing was changed.
    5. discord.py's checks and a command that has changed since it was registered.
    """
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, DiscordError):
        return _explain_discord(error)
    if isinstance(error, StorageError):
        return _("The database could not do that, and nothing was changed. Try again in a moment.")
    if isinstance(error, app_commands.NoPrivateMessage):
        return _("This works in a server only. Use it in a channel of your server.")
    if isinstance(error, app_commands.CheckFailure):
        return _("You may not use this command. `/help` lists who may use which.")
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return _("This command has changed meanwhile. Reload Discord (Ctrl+R) and use it again.")
    return None


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Turn an error into one sentence for the caller, and log what the operator must know; raises nothing itself."""
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in TOO_LATE:
        log.warning("interaction could not be answered %s code=%s", _where(interaction), cause.code)
        return
    if isinstance(cause, NETWORK_ERRORS):
        cause = _translated(cause)
    sentence = explain(cause)
    if sentence is None or isinstance(cause, StorageError):
        reference = secrets.token_hex(4)
        log.error("command failed reference=%s %s", reference, _where(interaction), exc_info=_loggable(cause))
        unforeseen = _("Something went wrong here that should not have.")
        sentence = (sentence or unforeseen) + " " + _("For the operator's log: `{ref}`.").format(ref=reference)
    try:
        await _tell(interaction, sentence)
    except NETWORK_ERRORS as failure:
        log.warning("error not told to the caller %s reason=%s", _where(interaction), translate(failure))


async def _tell(interaction: discord.Interaction, sentence: str) -> None:
    # After a click or a form the message shown is one the caller may go on using: the sentence comes beside it.
    is_click = interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit)
    is_awaited = interaction.response.type is discord.InteractionResponseType.deferred_channel_message
    if is_click and interaction.response.is_done() and not is_awaited:
        quiet = discord.AllowedMentions.none()
        await interaction.followup.send(truncate(sentence, CONTENT_LIMIT), ephemeral=True, allowed_mentions=quiet)
        return
    await answer(interaction, sentence)


def _cause(error: Exception) -> Exception:
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, Exception):
        return error.__cause__
    return error


def _translated(error: Exception) -> Exception:
    translated = translate(error).with_traceback(error.__traceback__)
    translated.__cause__ = error
    return translated


def _loggable(error: Exception) -> Exception:
    """Take from an error of Discord's what it was made from: its text may quote the message that was refused."""
    if isinstance(error, DiscordError):
        error.__cause__ = None
        error.__suppress_context__ = True
    return error


def _explain_discord(error: DiscordError) -> str | None:
    if isinstance(error, MembersIncompleteError):
        return _("Discord is still sending the list of members. Try again in half a minute.")
    if isinstance(error, TransientDiscordError):
        return _("{reason} Try again in a minute.").format(reason=reason_text(error))
    if isinstance(error, BlockedError):
        return _("{reason} Check my permissions in that channel.").format(reason=reason_text(error))
    if isinstance(error, GoneError):
        return _("{reason} It has probably been deleted.").format(reason=reason_text(error))
    return None


def _where(interaction: discord.Interaction) -> str:
    name = interaction.command.qualified_name if interaction.command is not None else interaction.type.name
    return f"command={name} guild_id={interaction.guild_id}"
