"""Links to Discord messages, as people paste them."""

import re
from dataclasses import dataclass

from utils.errors import InvalidLinkError
from utils.i18n import _

LARGEST_SNOWFLAKE = 2**63 - 1
"""The largest id that SQLite's integers hold; Discord reaches it in the year 2084.

Source: https://discord.com/developers/docs/reference#snowflakes
"""

_HOST = r"(?:https?://)?(?:www\.|ptb\.|canary\.)?discord(?:app)?\.com"
_LINK = re.compile(_HOST + r"/channels/(?P<path>[^?#\s]*)(?:[?#]\S*)?", re.IGNORECASE)
_ID = re.compile(r"[0-9]{1,20}")
_CHANNEL_AND_MESSAGE = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")


@dataclass(frozen=True, slots=True)
class MessageLink:
    """Where a message is; None is what the text did not say."""

    guild_id: int | None
    channel_id: int | None
    message_id: int


def parse_message_link(text: str) -> MessageLink:
    """Read a message link, a message id, or the ``channel-message`` pair that Discord copies with Shift.

    Whether the guild is the right one is for the caller to say.

    Raises:
        InvalidLinkError: the text is none of these, or points to a direct message or to a channel.
    """
    text = text.strip().removeprefix("<").removesuffix(">").strip()
    if _ID.fullmatch(text):
        return MessageLink(None, None, _snowflake(text))
    if pair := _CHANNEL_AND_MESSAGE.fullmatch(text):
        return MessageLink(None, _snowflake(pair[1]), _snowflake(pair[2]))
    link = _LINK.fullmatch(text)
    if link is None:
        raise InvalidLinkError(_("That is no link to a message. Right-click the message and choose Copy Message Link."))
    return _from_path([part for part in link["path"].split("/") if part])


def _from_path(parts: list[str]) -> MessageLink:
    if parts and parts[0].lower() == "@me":
        raise InvalidLinkError(_("That link points to a direct message. Use a message of this server."))
    if len(parts) == 2:
        raise InvalidLinkError(
            _("That link points to a channel, not to a message. Right-click the message and choose Copy Message Link.")
        )
    if len(parts) != 3:
        raise InvalidLinkError(
            _("That link to a message is not complete. Right-click the message and choose Copy Message Link.")
        )
    guild_id, channel_id, message_id = map(_snowflake, parts)
    return MessageLink(guild_id, channel_id, message_id)


def _snowflake(text: str) -> int:
    if not _ID.fullmatch(text) or not 0 < int(text) <= LARGEST_SNOWFLAKE:
        # What was typed is not repeated: it could be markup, or a mention.
        raise InvalidLinkError(
            _("Part of that is no Discord id. Right-click the message and choose Copy Message Link.")
        )
    return int(text)
