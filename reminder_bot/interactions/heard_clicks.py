"""Which clicks and forms have found the view that answers them, however long that takes."""

from typing import Any

import discord

_HEARD = "is_heard"


def note_heard(interaction: discord.Interaction[Any]) -> None:
    """Say that a view has begun on a click or a form; it does so before it waits for anything."""
    interaction.extras[_HEARD] = True


def is_heard(interaction: discord.Interaction[Any]) -> bool:
    """Whether a view has begun on it, or it was answered."""
    return _HEARD in interaction.extras or interaction.response.is_done()
