"""Guilds: roles, members, channels and emojis under one name."""

from __future__ import annotations

from dataclasses import dataclass, field

from reminder_bot.sandbox.entities import Emoji, Member, Payload, Role
from reminder_bot.sandbox.locales import DEFAULT_LOCALE


@dataclass(slots=True)
class Guild:
    """A guild; its @everyone role has the guild's own id."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channel_ids: list[int] = field(default_factory=list)
    thread_ids: list[int] = field(default_factory=list)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    is_available: bool = True
    preferred_locale: str = DEFAULT_LOCALE
    system_channel_id: int | None = None

    def to_payload(self) -> Payload:
        """Write the guild as Discord does, without members and channels."""
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "features": [],
            "roles": [role.to_payload() for role in self.roles.values()],
            "emojis": [emoji.to_payload() for emoji in self.emojis.values()],
            "stickers": [],
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "application_id": None,
            "system_channel_id": None if self.system_channel_id is None else str(self.system_channel_id),
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "max_members": 500000,
            "vanity_url_code": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": self.preferred_locale,
            "mfa_level": 0,
            "nsfw_level": 0,
        }
