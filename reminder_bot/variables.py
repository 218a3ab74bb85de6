"""The variables a person may set: their defaults, what they mean, and how each value is read.

This table is the one truth; a test compares ``.env.example`` and docs/configuration.md with it.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from reminder_bot.care_variables import CARE_VARIABLES
from reminder_bot.setting_values import Secret, Variable, address, one_of, path_of, whole_number
from utils.emoji import parse_emoji_list


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
    if text.startswith((":", "file:")) or text.endswith("/"):
        raise ValueError
    path = path_of(text)
    if path.is_dir():
        raise ValueError
    return path


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
        one_of("durable", "balanced", "fast"),
    ),
    Variable(
        "DEFAULT_INTERVAL_MINUTES",
        "60",
        "Minutes between two reminders when `/watch` names no interval.",
        "a whole number of minutes from 1 to 525600, within the least and the most interval",
        whole_number(1, 525_600),
    ),
    Variable(
        "MIN_INTERVAL_SECONDS",
        "300",
        "The shortest interval, in seconds, that a person may ask for.",
        "a whole number of seconds from 1 to 86400",
        whole_number(1, 86_400),
    ),
    Variable(
        "MAX_INTERVAL_DAYS",
        "28",
        "The longest interval, in days, that a person may ask for.",
        "a whole number of days from 1 to 365",
        whole_number(1, 365),
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
        whole_number(1, 3650),
    ),
    Variable(
        "METRICS_ADDRESS",
        "",
        "Where `/healthz` and `/metrics` are served. A port alone is on this machine only; not set, nothing is served.",
        "a port, or host:port",
        address,
    ),
    Variable(
        "LOG_LEVEL",
        "INFO",
        "The least serious messages that are logged.",
        "DEBUG, INFO, WARNING, ERROR or CRITICAL",
        one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
    Variable(
        "LOG_FORMAT",
        "text",
        "`text` for people, or `json`: one object a line.",
        "text or json",
        one_of("text", "json"),
    ),
    *CARE_VARIABLES,
)
"""Every variable, in the order of the documentation."""
