"""Discord's error answers: HTTP status, JSON error code, sentence."""

from __future__ import annotations

from enum import Enum
from typing import Any


class ErrorKind(Enum):
    """The errors the sandbox gives: (status, code, message).

    Source: discord.com/developers/docs/topics/opcodes-and-status-codes#json.
    """

    UNKNOWN_APPLICATION = (404, 10002, "Unknown Application")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_OVERWRITE = (404, 10009, "Unknown Overwrite")
    UNKNOWN_ROLE = (404, 10011, "Unknown Role")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_EMOJI = (400, 10014, "Unknown Emoji")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
    QUARANTINED = (403, 20026, "Your bot has been flagged by our anti-spam system for abusive behavior.")
    TOO_MANY_REACTIONS = (400, 30010, "Maximum number of reactions reached (20)")
    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NOT_FOUND = (404, 0, "404: Not Found")
    METHOD_NOT_ALLOWED = (405, 0, "405: Method Not Allowed")
    BAD_JSON = (400, 50109, "The request body contains invalid JSON.")
    TOO_MANY_DMS = (403, 40003, "You are opening direct messages too fast.")
    ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_IN_DMS = (403, 50003, "Cannot execute action on a DM channel")
    FOREIGN_MESSAGE = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
    CLOSED_DMS = (403, 50007, "Cannot send messages to this user")
    UNREACHABLE_RECIPIENT = (400, 50007, "Cannot send messages to this user")
    NOT_A_TEXT_CHANNEL = (400, 50008, "Cannot send messages in a non-text channel")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    BULK_DELETE_COUNT = (
        400,
        50016,
        "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100",
    )
    INVALID_RECIPIENT = (400, 50033, "Invalid Recipient(s)")
    NO_MUTUAL_GUILD = (403, 50278, "Cannot send messages to this user due to having no mutual guilds")
    WRONG_KIND_OF_CHANNEL = (400, 50024, "Cannot execute action on this channel type")
    ARCHIVED_THREAD = (400, 50083, "Tried to perform an operation on an archived thread")
    THREAD_EXISTS = (400, 160004, "A thread has already been created for this message")
    LOCKED_THREAD = (400, 160005, "The thread is locked")
    REPLY_WITHOUT_HISTORY = (403, 160002, "Cannot reply without permission to read message history")

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.value[0]

    @property
    def code(self) -> int:
        """Discord's JSON error code."""
        return self.value[1]


class ApiError(Exception):
    """A request that Discord would refuse."""

    def __init__(self, kind: ErrorKind) -> None:
        """Refuse with a well-known answer."""
        super().__init__(kind.value[2])
        self.status = kind.status
        self.body: dict[str, Any] = {"message": kind.value[2], "code": kind.code}


class FormError(ApiError):
    """A body with fields that break a limit: code 50035 and one entry per field."""

    def __init__(self, problems: dict[str, tuple[str, str]]) -> None:
        """Refuse a body.

        Args:
            problems: dotted path of the field (``embeds.0.title``) to (error code, sentence).
        """
        super().__init__(ErrorKind.BAD_JSON)
        self.status = 400
        self.body = {"message": "Invalid Form Body", "code": 50035, "errors": _error_tree(problems)}


def _error_tree(problems: dict[str, tuple[str, str]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, (code, message) in problems.items():
        node = tree
        for part in path.split("."):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return tree
