"""The settings of what the bot does for its database by itself: backups, archives, upkeep."""

import re
import shlex
from datetime import time
from pathlib import Path

from reminder_bot.setting_values import Variable, path_of, whole_number
from reminder_bot.wall_clock import WallClockTime

_OFF = "off"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _folder(text: str) -> Path | None:
    if not text:
        return None
    path = path_of(text)
    if path.exists() and not path.is_dir():
        raise ValueError
    return path


def _command(text: str) -> tuple[str, ...]:
    if "\0" in text:
        raise ValueError
    return tuple(shlex.split(text))


def _time(text: str) -> time:
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
        raise ValueError
    hour, minute = map(int, text.split(":"))
    return time(hour, minute)


def _daily(text: str) -> WallClockTime | None:
    return None if text.lower() == _OFF else WallClockTime(_time(text))


def _weekly(text: str) -> WallClockTime | None:
    if text.lower() == _OFF:
        return None
    day, _, at = text.lower().partition(" ")
    return WallClockTime(_time(at.strip()), _DAYS.index(day))


CARE_VARIABLES = (
    Variable(
        "BACKUP_FOLDER",
        "",
        "Where backups and archives go. Without it: a folder `backups` beside the database.",
        "the path of a folder",
        _folder,
    ),
    Variable(
        "BACKUP_TIME",
        "04:00",
        "When the database is backed up every night, in DEFAULT_TIMEZONE.",
        "a time such as 04:00, or off",
        _daily,
    ),
    Variable(
        "BACKUP_KEEP_DAILY",
        "7",
        "Of how many days the newest backup is kept.",
        "a whole number from 1 to 3650",
        whole_number(1, 3650),
    ),
    Variable(
        "BACKUP_KEEP_WEEKLY",
        "4",
        "Of how many weeks the newest backup is kept.",
        "a whole number from 0 to 520",
        whole_number(0, 520),
    ),
    Variable(
        "BACKUP_KEEP_MONTHLY",
        "6",
        "Of how many months the newest backup is kept.",
        "a whole number from 0 to 120",
        whole_number(0, 120),
    ),
    Variable(
        "BACKUP_COMMAND",
        "",
        "A command that is run with the path of each finished nightly backup as its last argument. No shell reads it.",
        "a command with its arguments, every quote closed",
        _command,
        is_secret=True,
    ),
    Variable(
        "BACKUP_COMMAND_TIMEOUT_SECONDS",
        "3600",
        "How long, in seconds, the command may take before it is ended.",
        "a whole number of seconds from 1 to 86400",
        whole_number(1, 86_400),
    ),
    Variable(
        "CLEANUP_TIME",
        "04:30",
        "When what has grown old goes into the archive every night, in DEFAULT_TIMEZONE.",
        "a time such as 04:30, or off",
        _daily,
    ),
    Variable(
        "LOG_RETENTION_DAYS",
        "90",
        "How many days the reminder log, and events whose message was deleted, stay in the database.",
        "a whole number of days from 1 to 3650",
        whole_number(1, 3650),
    ),
    Variable(
        "OPTIMIZE_TIME",
        "sunday 05:00",
        "When SQLite's statistics are renewed and free pages given back every week, in DEFAULT_TIMEZONE.",
        "a day and a time such as sunday 05:00, or off",
        _weekly,
    ),
    Variable(
        "HEALTH_CHECK_MINUTES",
        "60",
        "How many minutes lie between two checks of the database file and the room on its disk.",
        "a whole number of minutes from 1 to 10080",
        whole_number(1, 10_080),
    ),
    Variable(
        "MIN_FREE_DISK_MB",
        "500",
        "With less room than this many MB on a disk, the check warns.",
        "a whole number from 0 to 1000000",
        whole_number(0, 1_000_000),
    ),
)
"""In the order of the documentation."""
