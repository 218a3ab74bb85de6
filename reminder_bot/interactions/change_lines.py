"""A change as one line that a person reads: when, who, which event, from what to what."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from models.records import EventState
from models.shown_records import FORGETTING, AuditEntry
from reminder_bot.interactions.setting_texts import SHOWN, title_of
from reminder_bot.interactions.setting_words import stored_text
from utils.durations import format_duration
from utils.embeds import LINE_TITLE_LIMIT, state_word
from utils.formatting import escape_text, mention, one_line, truncate
from utils.i18n import _
from utils.reasons import reason_text
from utils.time import from_text, timestamp_tag

LINE_LIMIT = 380
"""Ten of them fit on a page."""

VALUE_LIMIT = 80


def change_line(entry: AuditEntry) -> str:
    """Return one change in one line; what is too long is cut at its end, where the values are."""
    who = _("the bot") if entry.actor_id is None else mention(entry.actor_id)
    if FORGETTING in entry.changes:
        return f"{timestamp_tag(entry.at)} · " + _("somebody was forgotten, as they asked")
    return truncate(f"{timestamp_tag(entry.at)} {who} · {_subject(entry)}: {_what(entry.changes)}", LINE_LIMIT)


def _subject(entry: AuditEntry) -> str:
    if entry.event_id is None:
        return _("settings of this server")
    title = escape_text(one_line(entry.title or "", LINE_TITLE_LIMIT, str(entry.event_id)))
    return f"[{title}](https://discord.com/channels/{entry.guild_id}/{entry.channel_id}/{entry.event_id})"


def _what(changes: Mapping[str, tuple[Any, Any]]) -> str:
    if "state" in changes and changes["state"][0] is None:
        return _("watched, every {interval}").format(interval=_interval(changes["interval_minutes"][1]))
    # The reason is told with the state it belongs to.
    told = [name for name in changes if name != "state_reason" or "state" not in changes]
    return "; ".join(_change(name, changes) for name in told)


def _change(name: str, changes: Mapping[str, tuple[Any, Any]]) -> str:
    before, after = (_value(name, value) for value in changes[name])
    if name == "state" and (reason := changes.get("state_reason", (None, None))[1]):
        after = f"{after} ({_text(reason_text(reason))})"
    return f"{_field(name)} {before} → {after}"


def _field(name: str) -> str:
    if name in SHOWN:
        return title_of(name)
    names = {
        "place_channel_id": _("channel for reminders"),
        "state": _("state"),
        "state_reason": _("reason"),
        "is_paused": _("paused"),
        "interval_minutes": _("interval"),
        "title": _("title"),
        "starts_at": _("begins"),
        "answer_until": _("answer until"),
        "required_reactions": _("answers"),
        "choices": _("meaning of the answers"),
    }
    return names.get(name, name)


def _value(name: str, value: Any) -> str:
    if name in SHOWN or name == "place_channel_id":
        return stored_text(name, value)
    if value is None:
        return _("none")
    if name == "choices":
        return _text(", ".join(f"{emoji} {label or meaning}" for emoji, meaning, label in value))
    if name == "state":
        return state_word(EventState(value))
    if name == "is_paused":
        return _("yes") if value else _("no")
    if name == "interval_minutes":
        return _interval(value)
    if name == "required_reactions":
        return " ".join(value)
    if name in ("starts_at", "answer_until"):
        return timestamp_tag(from_text(value), "F")
    shown = reason_text(value) if name == "state_reason" else str(value)
    return _("“{text}”").format(text=_text(shown))


def _interval(minutes: float) -> str:
    return format_duration(timedelta(minutes=minutes))


def _text(text: str) -> str:
    return escape_text(one_line(text, VALUE_LIMIT))
