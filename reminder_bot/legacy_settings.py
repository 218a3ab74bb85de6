"""What the old bot's settings are today, for those who still have them set."""

from collections.abc import Iterable

_EQUIVALENTS = {
    "REMINDER_INTERVAL_HOURS": "DEFAULT_INTERVAL_MINUTES, in minutes; for imported events without an interval, "
    "`import-json migrate --default-interval`",
    "USE_SEPARATE_REMINDER_CHANNEL": "none: a reminder goes to the channel of its event",
    "REMINDER_CHANNEL_NAME": "none: a reminder goes to the channel of its event",
    "TEST_MODE": "MIN_INTERVAL_SECONDS for short intervals, or the command `demo`",
    "USE_SQLITE": "DATABASE_PATH: everything is in SQLite",
}
_AUTO_DELETE = "AUTO_DELETE_"
_NO_DELETION = "none: reminders stay in the channel"


def equivalent(name: str) -> str | None:
    """Return what an old setting is called today, or None for a name that was never one."""
    return _NO_DELETION if name.startswith(_AUTO_DELETE) else _EQUIVALENTS.get(name)


def legacy_message(names: Iterable[str]) -> str | None:
    """Return one message about all old settings among the names, or None when there are none."""
    found = [f"{name} (today: {today})" for name in sorted(names) if (today := equivalent(name)) is not None]
    if not found:
        return None
    return f"Settings of the old bot are set and not heeded: {'; '.join(found)}."
