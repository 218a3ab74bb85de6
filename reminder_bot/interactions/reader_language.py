"""The language of the person who is answered: that of their Discord client."""

import discord

from utils.i18n import language_for, speak


def speak_to(interaction: discord.Interaction) -> None:
    """Put the caller's language in force for the rest of the interaction's task.

    discord.py runs each command, click, choice and form in a task of its own, so nobody else's language changes.
    """
    speak(language_for(str(interaction.locale.value)))
