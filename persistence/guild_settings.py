"""What guilds have chosen, in their rows; a change and its record in the audit are one unit of work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from models.database_models import Guild
from models.guild_settings import GuildSettings, default_of
from persistence import audit, guilds, held_due
from persistence.statements import rows_of

_QUIET = frozenset({"quiet_hours", "zone"})


def list_settings() -> dict[int, GuildSettings]:
    """Return the settings of all guilds that have chosen something, by guild."""
    query = Guild.select(Guild.guild_id, Guild.settings).order_by(Guild.guild_id)
    return {guild_id: GuildSettings.from_stored(stored) for guild_id, stored in rows_of(query) if stored}


def get_settings(guild_id: int) -> GuildSettings:
    """Return a guild's settings; the defaults for one that has chosen nothing, or is not known."""
    return GuildSettings.from_stored(_stored(guild_id))


def change_settings(guild_id: int, changes: Mapping[str, Any], now: datetime, actor_id: int | None) -> GuildSettings:
    """Change some of a guild's settings, named as `GuildSettings` has them, and return them all.

    Each one that becomes different has its entry in the audit. What a newer version has stored beside them stays. With
    other quiet hours, what waits for the end of the old ones is looked at anew.
    """
    stored = _stored(guild_id)
    before = GuildSettings.from_stored(stored)
    after = replace(before, **changes)
    changed = [name for name in changes if getattr(before, name) != getattr(after, name)]
    if not changed:
        return after
    for name in changed:
        if getattr(after, name) == default_of(name):
            stored.pop(name, None)
        else:
            stored[name] = after.value_json(name)
    guilds.insert_guilds([guild_id], now)
    Guild.update(settings=stored, updated_at=now).where(Guild.guild_id == guild_id).execute()
    if not _QUIET.isdisjoint(changed):
        held_due.look_anew(guild_id, now)
    for name in changed:
        audit.record_setting(guild_id, name, before.value_json(name), after.value_json(name), now, actor_id)
    return after


def _stored(guild_id: int) -> dict[str, Any]:
    found = rows_of(Guild.select(Guild.settings).where(Guild.guild_id == guild_id))
    return dict(found[0][0]) if found else {}
