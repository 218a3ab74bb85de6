"""Settings of guilds in a real file: stored, recorded, and left alone where nothing becomes different."""

from models.database_models import Guild
from models.event_options import AudienceRule, Place
from models.guild_settings import GuildSettings
from persistence import audit, guild_settings, guilds
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import GUILD, NOW, ORGANISER, OTHER_GUILD, later


def changes() -> list[tuple[int | None, dict[str, tuple[object, object]]]]:
    """Who changed what in the guild, oldest first."""
    return [(entry.actor_id, dict(entry.changes)) for entry in reversed(audit.list_entries(GUILD, 100))]


def stored() -> dict[str, object]:
    return dict(Guild.get_by_id(GUILD).settings)


def test_guild_that_is_not_known_has_the_defaults(store: DatabaseHandle) -> None:
    assert guild_settings.get_settings(GUILD) == GuildSettings()
    assert guild_settings.list_settings() == {}


def test_change_is_stored_for_that_guild_and_recorded_setting_by_setting(store: DatabaseHandle) -> None:
    guilds.upsert_guild(OTHER_GUILD, "Other", NOW)
    changed = guild_settings.change_settings(GUILD, {"language": "fr", "organiser_roles": (7,)}, NOW, ORGANISER)
    assert changed == GuildSettings(language="fr", organiser_roles=(7,))
    assert guild_settings.list_settings() == {GUILD: changed}
    assert guild_settings.get_settings(GUILD) == changed
    assert changes() == [(ORGANISER, {"language": (None, "fr")}), (ORGANISER, {"organiser_roles": ([], ["7"])})]


def test_change_leaves_the_other_settings_and_the_guilds_name(store: DatabaseHandle) -> None:
    guilds.upsert_guild(GUILD, "Raiders", NOW)
    guild_settings.change_settings(GUILD, {"wants_tally": True}, NOW, ORGANISER)
    guild_settings.change_settings(GUILD, {"audience": AudienceRule(roles=(9,))}, later(1), ORGANISER)
    assert guild_settings.get_settings(GUILD) == GuildSettings(wants_tally=True, audience=AudienceRule(roles=(9,)))
    assert guilds.get_guild_name(GUILD) == "Raiders"


def test_change_that_changes_nothing_is_not_recorded(store: DatabaseHandle) -> None:
    guild_settings.change_settings(GUILD, {"place": Place.CHANNEL, "zone": None}, NOW, ORGANISER)
    assert changes() == []
    assert guild_settings.list_settings() == {}


def test_default_is_stored_as_nothing(store: DatabaseHandle) -> None:
    guild_settings.change_settings(GUILD, {"zone": "Europe/Paris"}, NOW, ORGANISER)
    guild_settings.change_settings(GUILD, {"zone": None}, later(1), ORGANISER)
    assert stored() == {}
    assert changes()[-1] == (ORGANISER, {"zone": ("Europe/Paris", None)})


def test_what_a_newer_version_has_stored_stays_when_something_else_changes(store: DatabaseHandle) -> None:
    newer = {"colour": "red", "place": "the moon", "language": "fr"}
    guilds.upsert_guild(GUILD, None, NOW)
    Guild.update(settings=newer).where(Guild.guild_id == GUILD).execute()
    assert guild_settings.list_settings() == {GUILD: GuildSettings(language="fr")}
    guild_settings.change_settings(GUILD, {"wants_tally": True, "place": Place.CHANNEL}, later(1), ORGANISER)
    assert stored() == {**newer, "wants_tally": True}
