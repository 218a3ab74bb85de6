"""The one tree of errors this project raises on purpose.

    ReminderBotError                 str(error) is a sentence that a person may be shown
    ├── ConfigurationError           a setting is unknown, malformed or missing
    ├── ValidationError              a value that a model or record refuses
    ├── UserError                    somebody asked for what cannot be done; says what to do instead
    │   ├── InvalidIntervalError
    │   ├── InvalidLinkError
    │   ├── InvalidEmojiError
    │   ├── InvalidZoneError
    │   ├── InvalidMomentError       the text says no time that can be used
    │   │   ├── MomentNotUnderstoodError
    │   │   ├── MomentWithoutTimeError   a day, but no time of day
    │   │   ├── MomentPastError
    │   │   ├── MomentSkippedError   the clocks never show that time
    │   │   └── MomentTooFarError
    │   ├── EventNotFoundError
    │   ├── MessageUnavailableError
    │   ├── NotAnOrganiserError
    │   └── ReminderInFlightError
    ├── StorageError                 the database could not do what was asked; nothing was stored
    │   ├── DatabaseInUseError       another process owns the file
    │   ├── DatabaseCorruptError     the file is no database, or a damaged one
    │   ├── DatabaseTooNewError      written by a newer version of this program
    │   └── StorageClosedError       the writer or reader has been closed
    └── DiscordError                 Discord did not do what was asked
        ├── TransientDiscordError    worth trying again: 429, 5xx, network, not ready yet
        │   ├── MembersIncompleteError   the member list is not whole, so nobody can be called missing
        │   └── DirectsRestedError       Discord wants fewer direct messages for a while
        ├── BlockedError             403: the bot may not; an organiser can mend it
        └── GoneError                404: the message, channel or guild does not exist any more

Every class carries its data as attributes. Sentences are plain English, end with a full stop and never hold a secret.
"""

from datetime import date, datetime


class ReminderBotError(Exception):
    """Base of every error raised on purpose; ``str()`` is fit to be shown to a person."""


class ConfigurationError(ReminderBotError):
    """Report every mistake in the settings at once; ``problems`` holds one line for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ValidationError(ReminderBotError):
    """A value that a model refuses; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


class UserError(ReminderBotError):
    """Somebody asked for what cannot be done; the sentence says what to do instead."""


class InvalidIntervalError(UserError):
    """The text is no duration, or one out of bounds."""


class InvalidLinkError(UserError):
    """The text is no message link or id, or points to another guild."""


class InvalidEmojiError(UserError):
    """The text is no emoji, or one the bot cannot use."""


class InvalidZoneError(UserError):
    """The text is no time zone, nor a city that has one."""


class InvalidMomentError(UserError):
    """The text says no time that can be used."""


class MomentNotUnderstoodError(InvalidMomentError):
    """Nothing is known that the text could mean."""


class MomentWithoutTimeError(InvalidMomentError):
    """The text says a day, ``day``, but no time of day."""

    def __init__(self, message: str, day: date) -> None:
        self.day = day
        super().__init__(message)


class MomentPastError(InvalidMomentError):
    """The text says a moment that is past; the sentence shows it."""


class MomentSkippedError(InvalidMomentError):
    """The clocks never show that time; ``before`` and ``after`` are the nearest minutes they show, in UTC."""

    def __init__(self, message: str, before: datetime, after: datetime) -> None:
        self.before = before
        self.after = after
        super().__init__(message)


class MomentTooFarError(InvalidMomentError):
    """The text says a moment further away than is taken."""


class EventNotFoundError(UserError):
    """No event of this guild goes by that id."""


class MessageUnavailableError(UserError):
    """The message does not exist, or the bot or the caller cannot see it."""


class NotAnOrganiserError(UserError):
    """The caller may not organise."""


class ReminderInFlightError(UserError):
    """A reminder for this event is being sent at this moment."""


class StorageError(ReminderBotError):
    """The database could not do what was asked; nothing was stored."""


class DatabaseInUseError(StorageError):
    """Another process owns the database file; ``pid`` is that process, when it could be read."""

    def __init__(self, path: str, pid: int | None) -> None:
        self.path = path
        self.pid = pid
        owner = f"process {pid}" if pid is not None else "another process"
        super().__init__(
            f"The database {path} is in use by {owner}. Stop it first, or set DATABASE_PATH to another file."
        )


class DatabaseCorruptError(StorageError):
    """The file is no SQLite database, or a damaged one; it is left as it was found."""

    def __init__(self, path: str, detail: str) -> None:
        self.path = path
        self.detail = detail
        super().__init__(
            f"The database {path} cannot be used: {detail}. It was left untouched; move it away or restore a backup."
        )


class DatabaseTooNewError(StorageError):
    """The file was written by a newer version of this program; it is left as it was found."""

    def __init__(self, path: str, unknown: list[str]) -> None:
        self.path = path
        self.unknown = unknown
        super().__init__(
            f"The database {path} was written by a newer version of this program (it has {', '.join(unknown)}). "
            "It was left untouched; install that version, or restore an older backup."
        )


class StorageClosedError(StorageError):
    """The writer or reader has been closed."""


class DiscordError(ReminderBotError):
    """Discord did not do what was asked."""


class TransientDiscordError(DiscordError):
    """Worth trying again: 429, 5xx, a network error, or not ready yet."""


class MembersIncompleteError(TransientDiscordError):
    """The member list of a guild is not whole, so nobody can be called missing."""

    def __init__(self, guild_id: int) -> None:
        self.guild_id = guild_id
        super().__init__("The member list of this server is not complete yet.")


class DirectsRestedError(TransientDiscordError):
    """Discord has refused a direct message because there are too many: nobody is to be written to for a while."""


class DirectsFlaggedError(DirectsRestedError):
    """Discord has flagged the bot as a spammer and refused a direct message: it may be days until that is lifted."""


class BlockedError(DiscordError):
    """403: the bot may not; ``code`` is Discord's JSON error code. An organiser can mend it."""

    def __init__(self, message: str, code: int = 0) -> None:
        self.code = code
        super().__init__(message)


class GoneError(DiscordError):
    """404: the message, channel or guild does not exist any more; ``code`` is Discord's JSON error code."""

    def __init__(self, message: str, code: int = 0) -> None:
        self.code = code
        super().__init__(message)
