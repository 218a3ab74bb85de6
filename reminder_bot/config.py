"""The settings, read from the environment and ``.env`` by the table in `reminder_bot.variables`.

The environment wins over ``.env``; a variable that is set to nothing counts as not set.
"""

import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from dotenv.parser import Binding, parse_stream

from persistence.backup_files import Retention
from reminder_bot.legacy_settings import equivalent
from reminder_bot.setting_values import Address, Secret, Variable
from reminder_bot.variables import VARIABLES
from reminder_bot.wall_clock import WallClockTime
from utils.errors import ConfigurationError, UserError

DatabaseProfile = Literal["durable", "balanced", "fast"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_TOKEN = re.compile(r"[\w-]{16,}\.[\w-]{4,}\.[\w-]{10,}")

_KNOWN = frozenset(variable.name for variable in VARIABLES)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person who runs the bot can choose; one field for each of `VARIABLES`, in lower case."""

    discord_token: Secret | None
    discord_api_url: str
    """Without a slash at the end."""
    database_path: Path
    database_profile: DatabaseProfile
    default_interval_minutes: int
    min_interval_seconds: int
    max_interval_days: int
    admin_roles: tuple[str, ...]
    """Names or ids of roles."""
    default_reactions: tuple[str, ...]
    default_timezone: ZoneInfo
    audit_retention_days: int
    metrics_address: Address | None
    log_level: LogLevel
    log_format: LogFormat
    backup_folder: Path | None
    backup_time: WallClockTime | None
    backup_keep_daily: int
    backup_keep_weekly: int
    backup_keep_monthly: int
    backup_command: tuple[str, ...]
    """The words of the command line; empty for none."""
    backup_command_timeout_seconds: int
    cleanup_time: WallClockTime | None
    log_retention_days: int
    optimize_time: WallClockTime | None
    health_check_minutes: int
    min_free_disk_mb: int

    @property
    def backups(self) -> Path:
        """The folder of backups and archives."""
        return self.backup_folder or self.database_path.parent / "backups"

    @property
    def retention(self) -> Retention:
        """How many backups are kept."""
        return Retention(self.backup_keep_daily, self.backup_keep_weekly, self.backup_keep_monthly)

    @property
    def default_interval(self) -> timedelta:
        """The time between two reminders when nobody says otherwise."""
        return timedelta(minutes=self.default_interval_minutes)

    @property
    def min_interval(self) -> timedelta:
        """The shortest interval a person may ask for."""
        return timedelta(seconds=self.min_interval_seconds)

    @property
    def max_interval(self) -> timedelta:
        """The longest interval a person may ask for."""
        return timedelta(days=self.max_interval_days)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that must never be written anywhere."""
        return (self.discord_token.reveal(),) if self.discord_token else ()

    def require_token(self) -> Secret:
        """Return the token.

        Raises:
            ConfigurationError: there is none.
        """
        if self.discord_token is None:
            raise ConfigurationError(["DISCORD_TOKEN is not set: put the bot's token into the environment or .env."])
        return self.discord_token

    def require_metrics_address(self) -> Address:
        """Return where health and metrics are served.

        Raises:
            ConfigurationError: nowhere.
        """
        if self.metrics_address is None:
            raise ConfigurationError(["METRICS_ADDRESS is not set: set it for the bot, as in METRICS_ADDRESS=9464."])
        return self.metrics_address

    @classmethod
    def load(cls, dotenv_path: Path) -> Self:
        """Read the settings of this process: its environment, and ``.env`` where that exists.

        Raises:
            ConfigurationError: something in them is wrong; holds one line for each mistake.
        """
        return cls.from_environment(os.environ, dotenv_path)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], dotenv_path: Path | None = None) -> Self:
        """Read the settings; ``dotenv_path`` may name a file that does not exist.

        Raises:
            ConfigurationError: something in them is wrong; holds one line for each mistake.
        """
        written, problems = _read_dotenv(dotenv_path)
        problems += _misspelt(environ)
        given = {**written, **{name: value for name, value in environ.items() if value.strip()}}
        values: dict[str, Any] = {}
        for variable in VARIABLES:
            text = given.get(variable.name, "").strip() or variable.default
            try:
                values[variable.name.lower()] = variable.parse(text)
            except (ValueError, UserError):
                problems.append(
                    f"{variable.name}={_shown(variable, text)} is not valid: it must be {variable.allowed}."
                )
        problems += _out_of_order(values)
        if problems:
            raise ConfigurationError([_without_tokens(problem) for problem in problems])
        return cls(**values)


def _read_dotenv(path: Path | None) -> tuple[dict[str, str], list[str]]:
    """Return the known variables of a ``.env`` file, and what is wrong with the file."""
    if path is None or not path.exists():
        return {}, []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return {}, [
            f"{path} cannot be read: {error.strerror if isinstance(error, OSError) else 'it is not UTF-8 text'}."
        ]
    values, problems = {}, []
    for binding in parse_stream(io.StringIO(text)):
        if binding.key is None and not binding.error:
            # A comment, or an empty line.
            continue
        if binding.key is None or binding.value is None or not _NAME.fullmatch(binding.key):
            problems.append(_malformed(path, binding))
        elif binding.key not in _KNOWN:
            problems.append(_unknown(path, binding.key))
        else:
            values[binding.key] = binding.value
    return values, problems


def _unknown(path: Path, name: str) -> str:
    """Return what is wrong with a name: it may be one of the old bot's."""
    if (today := equivalent(name)) is not None:
        return f"{path}: {name} was a setting of the old bot. Today: {today}."
    return f"{path}: there is no setting {name}.{_suggestion(name, cutoff=0.6)}"


def _malformed(path: Path, binding: Binding) -> str:
    """Return what is wrong with a line; the line itself stays out of it: it may hold the token."""
    has_quote = re.search(r"""=\s*["']""", binding.original.string) is not None
    hint = " (is a quote not closed?)" if has_quote else ""
    return f"{path}, line {binding.original.line}: a line must read NAME=value{hint}."


def _misspelt(environ: Mapping[str, str]) -> list[str]:
    """Return one line for each name in the environment that is almost one of ours, where that one is not set as well.

    The environment is full of other programs' variables: only a near miss can be told from them, and never one without
    an underscore (``LOGLEVEL`` is common elsewhere).
    """
    return [
        f"The environment sets {name}, which is no setting. Did you mean {meant}?"
        for name in sorted(environ)
        if "_" in name and name not in _KNOWN and (meant := _meant(name, cutoff=0.9)) and meant not in environ
    ]


def _suggestion(name: str, cutoff: float) -> str:
    meant = _meant(name, cutoff)
    return f" Did you mean {meant}?" if meant else ""


def _meant(name: str, cutoff: float) -> str | None:
    return next(iter(get_close_matches(name.upper(), sorted(_KNOWN), n=1, cutoff=cutoff)), None)


def _shown(variable: Variable, text: str) -> str:
    has_password = "@" in text and "://" in text
    if variable.is_secret or has_password:
        return "***"
    # Before it is cut: half a token is one too many as well.
    text = _without_tokens(text)
    return repr(text if len(text) <= 80 else text[:79] + "…")


def _without_tokens(text: str) -> str:
    """Hide what looks like a bot's token: somebody may have put it where it does not belong."""
    return _TOKEN.sub("***", text)


def _out_of_order(values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong between intervals that are each right by themselves."""
    least = timedelta(seconds=values.get("min_interval_seconds", 0))
    most = timedelta(days=values.get("max_interval_days", 365))
    default = values.get("default_interval_minutes")
    if default is None or least <= timedelta(minutes=default) <= most:
        return []
    return [
        f"DEFAULT_INTERVAL_MINUTES={str(default)!r} is not valid: it must be from MIN_INTERVAL_SECONDS "
        f"({least.total_seconds() / 60:g} minutes) to MAX_INTERVAL_DAYS ({most.total_seconds() / 60:g} minutes)."
    ]
