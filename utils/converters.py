"""What people type into the options of commands, turned into values; every refusal says what to do instead.

Intervals are read by `utils.durations.parse_interval`.
"""

from utils.errors import EventNotFoundError, InvalidLinkError
from utils.i18n import _
from utils.links import MessageLink, parse_message_link


def parse_link(text: str, guild_id: int) -> MessageLink:
    """Read a message link, or the id of a message in the channel the command was used in.

    Raises:
        InvalidLinkError: it is neither, or the link leads to another guild.
    """
    link = parse_message_link(text)
    if link.guild_id is None or link.guild_id == guild_id:
        return link
    raise InvalidLinkError(_("That link leads to another server. Copy the link of a message of this server."))


def parse_event_option(text: str, guild_id: int) -> int:
    """Read an ``event`` option: the id that a suggestion stands for, or the link or id of a watched message.

    Raises:
        EventNotFoundError: it is neither, so nobody can have picked it from the suggestions.
        InvalidLinkError: the link leads to another guild.
    """
    try:
        link = parse_message_link(text)
    except InvalidLinkError as error:
        raise unknown_event() from error
    if link.guild_id not in (None, guild_id):
        raise InvalidLinkError(_("That link leads to another server. Pick an event of this server."))
    return link.message_id


def unknown_event() -> EventNotFoundError:
    """Return the refusal for an event that is not watched, or that the caller cannot see: they read the same."""
    return EventNotFoundError(_("No watched event goes by that. Pick one from the suggestions as you type."))
