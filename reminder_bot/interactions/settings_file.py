"""A guild's settings as a file that people keep, look into, and give back."""

import json
from collections.abc import Mapping
from typing import Any

from models.event_options import Place
from models.guild_settings import SETTINGS, GuildSettings, read_setting
from reminder_bot.interactions.setting_texts import SHOWN, shown_under, title_of
from utils.errors import UserError, ValidationError
from utils.formatting import escape_text, one_line
from utils.i18n import _

KIND, VERSION = "reminder-bot settings", 1
FILE_LIMIT = 64 * 1024
"""More bytes than any settings take: 25 ids in each list are 2 KB."""


def settings_file(settings: GuildSettings) -> bytes:
    """Return a file of all settings, null for what was not chosen."""
    document = {"kind": KIND, "version": VERSION, "settings": settings.to_full_json()}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def read_settings_file(content: bytes, before: GuildSettings) -> dict[str, Any]:
    """Return the settings that a file names, as `GuildSettings` has them; what it does not name stays.

    Raises:
        UserError: it is no such file, or a value cannot be that; the sentence names the setting.
    """
    settings = _document(content)
    unknown = [str(name) for name in settings if name not in SETTINGS]
    if unknown:
        name = escape_text(one_line(unknown[0], 40, "?"))
        raise UserError(_("There is no setting “{name}”. Nothing was changed.").format(name=name))
    read = {name: _value(name, value) for name, value in settings.items()}
    place = read.get("place", before.place)
    if place is Place.ELSEWHERE and read.get("place_channel_id", before.place_channel_id) is None:
        raise _impossible("place")
    if place is not Place.ELSEWHERE and {"place", "place_channel_id"} & set(read):
        read["place_channel_id"] = None
    return read


def _document(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _no_file() from error
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise _no_file()
    if document.get("version") != VERSION:
        raise UserError(_("That file is of another version of the bot. Nothing was changed."))
    settings = document.get("settings")
    if not isinstance(settings, dict):
        raise _no_file()
    return settings


def _value(name: str, value: Any) -> Any:
    try:
        return read_setting(name, value)
    except (ValidationError, RecursionError) as error:
        raise _impossible(name) from error


def _impossible(name: str) -> UserError:
    shown = shown_under(name)
    return UserError(
        _("“{setting}” (`{name}`) must be {must_be}, or null. Nothing was changed.").format(
            setting=title_of(shown), name=name, must_be=_(SHOWN[shown].must_be)
        )
    )


def _no_file() -> UserError:
    return UserError(_("That is no file of settings. `/settings export` makes one. Nothing was changed."))
