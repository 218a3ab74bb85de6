"""Channels, threads among them, and their messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from reminder_bot.sandbox.entities import ChannelType, Overwrite, Payload, User
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.snowflake import iso_timestamp, snowflake_seconds


@dataclass(slots=True)
class Channel:
    """A place to write: in a guild, in a thread, or between two people."""

    id: int
    name: str
    kind: ChannelType
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list)
    owner_id: int = 0
    thread_member_ids: dict[int, float] = field(default_factory=dict)
    is_archived: bool = False
    is_locked: bool = False

    @property
    def last_message_id(self) -> int | None:
        """Id of the newest message still there."""
        return next(reversed(self.messages), None)

    def other_than(self, user_id: int) -> User:
        """Return the other one of a direct channel."""
        return next(user for user in self.recipients if user.id != user_id)

    def to_payload(self) -> Payload:
        """Write the channel as Discord does, in the shape of its kind."""
        last = self.last_message_id
        payload: Payload = {
            "id": str(self.id),
            "type": int(self.kind),
            "last_message_id": str(last) if last else None,
            "flags": 0,
        }
        if self.kind is ChannelType.DM:
            return payload
        payload |= {
            "guild_id": str(self.guild_id),
            "name": self.name,
            "parent_id": str(self.parent_id) if self.parent_id else None,
            "rate_limit_per_user": 0,
        }
        return payload | (self._thread_part() if self.kind.is_thread else self._guild_part())

    def to_dm_payload(self, viewer_id: int) -> Payload:
        """Write a direct channel as one of its two people sees it: the other one is the recipient."""
        others = [user.to_payload() for user in self.recipients if user.id != viewer_id]
        return {**self.to_payload(), "recipients": others}

    def thread_member_payload(self, user_id: int) -> Payload:
        """Write one person's membership of this thread."""
        joined_at = iso_timestamp(self.thread_member_ids[user_id])
        return {"id": str(self.id), "user_id": str(user_id), "join_timestamp": joined_at, "flags": 0}

    def _guild_part(self) -> Payload:
        return {
            "position": self.position,
            "topic": self.topic,
            "nsfw": False,
            "permission_overwrites": [overwrite.to_payload() for overwrite in self.overwrites.values()],
            "bitrate": 64000,
            "user_limit": 0,
            "rtc_region": None,
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }

    def _thread_part(self) -> Payload:
        created_at = iso_timestamp(snowflake_seconds(self.id))
        return {
            "owner_id": str(self.owner_id),
            "message_count": len(self.messages),
            "total_message_sent": len(self.messages),
            "member_count": len(self.thread_member_ids),
            "applied_tags": [],
            "thread_metadata": {
                "archived": self.is_archived,
                "auto_archive_duration": 1440,
                "archive_timestamp": created_at,
                "locked": self.is_locked,
                "invitable": True,
                "create_timestamp": created_at,
            },
        }
