"""An event's title and description, from its message."""

import discord

from utils.formatting import TITLE_LIMIT, first_line_and_rest, one_line


def title_and_description(message: discord.Message, fallback: str) -> tuple[str, str | None]:
    """Return an event's title (at most 200 characters) and description (at most 2,000).

    The title is the first line with something to see of the message, else its embed's, the name of the post that it
    opens, or ``fallback``. Mentions read as names, since a stored title is shown where nothing would resolve them.
    """
    embed = next((embed for embed in message.embeds if embed.title), None)
    title, description = first_line_and_rest(message.clean_content, "")
    if not title and embed is not None:
        title, description = first_line_and_rest(f"{embed.title}\n{embed.description or ''}", "")
    if title:
        return title, description
    if isinstance(message.channel, discord.Thread) and message.channel.id == message.id:
        return one_line(message.channel.name, TITLE_LIMIT, fallback), None
    return one_line(fallback, TITLE_LIMIT), None
