"""The variables a person may set: their defaults, what they mean, and how each value is read.

This table is the one truth; a test compares ``.env.example`` and docs/configuration.md with it.
"""

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from utils.emoji import parse_emoji_list


class Secret:
    """A text that shows itself as ``***`` wherever it is printed, logged or formatted."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens; ``host`` is a name or an IP address, without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting: the texts its documentation shows, and how its value is read.

    ``parse`` raises ValueError when the value is not ``allowed``.
    """

    name: str
    default: str
    meaning: str
    allowed: str
    parse: Callable[[str], object]
    is_secret: bool = False


def _token(text: str) -> Secret | None:
    if not text:
        return None
    if not re.fullmatch(r"[!-~]+", text) or text[0] in "\"'":
        raise ValueError
    return Secret(text)


def _api_url(text: str) -> str:
    parts = urlsplit(text)
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain or re.search(r"\s", text):
        raise ValueError
    # Reading the port refuses one that is no number.
    if parts.port == 0:
        raise ValueError
    return text.rstrip("/")


def _database_path(text: str) -> Path:
    # A name that begins with a colon would be a database in memory, which forgets everything.
    if "\0" in text or text.startswith((":", "file:")) or text.endswith("/"):
        raise ValueError
    path = Path(text)
    # RuntimeError: the home folder is not known.
    try:
        path = path.expanduser()
    except RuntimeError as error:
        raise ValueError from error
    if _is_too_long(path) or path.is_dir():
        raise ValueError
    return path


def _is_too_long(path: Path) -> bool:
    # The files that SQLite and the lock put beside it have longer names than the database itself.
    try:
        path.with_name(f"{path.name}-journal").lstat()
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def _one_of(*names: str) -> Callable[[str], str]:
    by_lower_case = {name.lower(): name for name in names}

    def parse(text: str) -> str:
        if text.lower() not in by_lower_case:
            raise ValueError
        return by_lower_case[text.lower()]

    return parse


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return parse


def _address(text: str) -> Address | None:
    if not text:
        return None
    match = re.fullmatch(r"(?:(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+)):)?([0-9]{1,5})", text, re.ASCII)
    if match is None or not 1 <= int(match[3]) <= 65_535:
        raise ValueError
    # A name that no resolver would take is a ValueError here, and would be a strange one there.
    (match[2] or "").encode("idna")
    # Without a host nobody but this machine can ask.
    return Address(match[1] or match[2] or "127.0.0.1", int(match[3]))


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _time_zone(text: str) -> ZoneInfo:
    # ZoneInfo answers an unknown name with KeyError, and a folder's name, such as "Europe", with OSError.
    try:
        return ZoneInfo(text)
    except (KeyError, OSError) as error:
        raise ValueError from error


VARIABLES = (
    Variable(
        "DISCORD_TOKEN",
        "",
        "The bot's token, a secret. Without it `make run` plays the demo.",
        "the token as the Developer Portal shows it, without spaces or quotes",
        _token,
        is_secret=True,
    ),
    Variable(
        "DISCORD_API_URL",
        "https://discord.com/api/v10",
        "Base of Discord's REST API. A proxy or the sandbox goes here; the gateway address is read from it.",
        "an http or https address without user, query or fragment",
        _api_url,
    ),
    Variable(
        "DATABASE_PATH",
        "data/reminder_bot.db",
        "The database file. Its folder is made when missing; only the bot's own user can read either.",
        "the path of a file",
        _database_path,
    ),
    Variable(
        "DATABASE_PROFILE",
        "durable",
        "What a power cut may cost: `durable` nothing, `balanced` the last moments, `fast` the whole file.",
        "durable, balanced or fast",
        _one_of("durable", "balanced", "fast"),
    ),
    Variable(
        "DEFAULT_INTERVAL_MINUTES",
        "60",
        "Minutes between two reminders when `/watch` names no interval.",
        "a whole number of minutes from 1 to 525600, within the least and the most interval",
        _whole_number(1, 525_600),
    ),
    Variable(
        "MIN_INTERVAL_SECONDS",
        "300",
        "The shortest interval, in seconds, that a person may ask for.",
        "a whole number of seconds from 1 to 86400",
        _whole_number(1, 86_400),
    ),
    Variable(
        "MAX_INTERVAL_DAYS",
        "28",
        "The longest interval, in days, that a person may ask for.",
        "a whole number of days from 1 to 365",
        _whole_number(1, 365),
    ),
    Variable(
        "ADMIN_ROLES",
        "",
        "Roles that may organise, besides members with Manage Server or Manage Events.",
        "names or ids of roles, separated by commas",
        _names,
    ),
    Variable(
        "DEFAULT_REACTIONS",
        "✅,❌,❓",
        "The emoji that count as answers, in order.",
        "1 to 20 different emoji, separated by commas",
        parse_emoji_list,
    ),
    Variable(
        "DEFAULT_TIMEZONE",
        "UTC",
        "The time zone of servers that have not chosen one.",
        "an IANA name such as Europe/Berlin",
        _time_zone,
    ),
    Variable(
        "AUDIT_RETENTION_DAYS",
        "365",
        "How many days `/audit` remembers who changed what.",
        "a whole number of days from 1 to 3650",
        _whole_number(1, 3650),
    ),
    Variable(
        "METRICS_ADDRESS",
        "",
        "Where `/healthz` and `/metrics` are served. A port alone is on this machine only; not set, nothing is served.",
        "a port, or host:port",
        _address,
    ),
    Variable(
        "LOG_LEVEL",
        "INFO",
        "The least serious messages that are logged.",
        "DEBUG, INFO, WARNING, ERROR or CRITICAL",
        _one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
    Variable(
        "LOG_FORMAT",
        "text",
        "`text` for people, or `json`: one object a line.",
        "text or json",
        _one_of("text", "json"),
    ),
)
"""Every variable, in the order of the documentation."""
