"""An event's title and description, from its message."""

import discord

from utils.formatting import first_line_and_rest


def title_and_description(message: discord.Message, fallback: str) -> tuple[str, str | None]:
    """Return an event's title (at most 200 characters) and description (at most 2,000).

    The title is the message's first line; without text, its embed's title, the name of the post that it opens, or
    ``fallback``. Mentions read as names, since a stored title is shown where nothing would resolve them.
    """
    embed = next((embed for embed in message.embeds if embed.title), None)
    text = message.clean_content
    if not text.strip() and embed is not None:
        text = f"{embed.title}\n{embed.description or ''}"
    if isinstance(message.channel, discord.Thread) and message.channel.id == message.id:
        fallback = message.channel.name
    return first_line_and_rest(text, fallback)
