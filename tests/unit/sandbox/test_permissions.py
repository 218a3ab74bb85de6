"""Permissions: base, overwrites, owners, administrators, what is implied, and threads."""

import pytest

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind, Role
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.permissions import ALL_PERMISSIONS, Permission
from reminder_bot.sandbox.world import World

P = Permission


class Hall:
    """A guild with one member, one role and one channel."""

    def __init__(self) -> None:
        self.world = World()
        self.guild: Guild = self.world.add_guild("Hall")
        self.role: Role = self.world.add_role(self.guild.id, "Team")
        self.user_id = self.world.add_user("Mara").id
        self.world.add_member(self.guild.id, self.user_id, roles=[self.role.id])
        self.channel: Channel = self.world.add_channel(self.guild.id, "hall")

    def set(self, target_id: int, *, allow: int = 0, deny: int = 0, kind: OverwriteKind = OverwriteKind.ROLE) -> None:
        self.channel.overwrites[target_id] = Overwrite(target_id, kind, int(allow), int(deny))

    def permissions(self, channel_id: int | None = None) -> Permission:
        return self.world.permissions(self.user_id, channel_id or self.channel.id)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_roles_permissions_add_to_everyones(hall: Hall) -> None:
    hall.role.permissions = int(P.MANAGE_MESSAGES)
    assert P.MANAGE_MESSAGES | P.SEND_MESSAGES in hall.permissions()


def test_the_owner_may_everything_in_spite_of_overwrites(hall: Hall) -> None:
    hall.set(hall.guild.id, deny=P.VIEW_CHANNEL)
    assert hall.world.permissions(hall.guild.owner_id, hall.channel.id) == ALL_PERMISSIONS


def test_an_administrator_may_everything_in_spite_of_overwrites(hall: Hall) -> None:
    hall.role.permissions = int(P.ADMINISTRATOR)
    hall.set(hall.role.id, deny=P.VIEW_CHANNEL)
    assert hall.permissions() == ALL_PERMISSIONS


def test_who_cannot_view_a_channel_may_nothing_there(hall: Hall) -> None:
    hall.set(hall.guild.id, deny=P.VIEW_CHANNEL)
    assert hall.permissions() == P(0)


def test_who_cannot_send_cannot_embed_or_attach_but_still_react(hall: Hall) -> None:
    hall.set(hall.guild.id, deny=P.SEND_MESSAGES)
    assert not hall.permissions() & (P.EMBED_LINKS | P.ATTACH_FILES)
    assert P.ADD_REACTIONS in hall.permissions()


def test_a_roles_allow_wins_over_everyones_deny(hall: Hall) -> None:
    hall.set(hall.guild.id, deny=P.VIEW_CHANNEL)
    hall.set(hall.role.id, allow=P.VIEW_CHANNEL)
    assert P.VIEW_CHANNEL in hall.permissions()


def test_one_roles_allow_wins_over_another_roles_deny_whatever_their_order(hall: Hall) -> None:
    other = hall.world.add_role(hall.guild.id, "Other")
    hall.world.member(hall.guild.id, hall.user_id).role_ids.append(other.id)
    hall.set(hall.role.id, allow=P.SEND_MESSAGES)
    hall.set(other.id, deny=P.SEND_MESSAGES)
    assert P.SEND_MESSAGES in hall.permissions()


def test_a_members_own_overwrite_comes_last(hall: Hall) -> None:
    hall.set(hall.role.id, allow=P.VIEW_CHANNEL)
    hall.set(hall.user_id, deny=P.VIEW_CHANNEL, kind=OverwriteKind.MEMBER)
    assert hall.permissions() == P(0)


def test_someone_outside_the_guild_may_nothing(hall: Hall) -> None:
    assert hall.world.permissions(hall.world.add_user("Stranger").id, hall.channel.id) == P(0)


def test_a_thread_takes_its_parents_overwrites(hall: Hall) -> None:
    thread = hall.world.add_thread(hall.channel.id, "talk", hall.guild.owner_id)
    hall.set(hall.guild.id, deny=P.VIEW_CHANNEL)
    assert hall.permissions(thread.id) == P(0)


def test_sending_in_a_thread_has_its_own_permission(hall: Hall) -> None:
    thread = hall.world.add_thread(hall.channel.id, "talk", hall.guild.owner_id)
    hall.set(hall.guild.id, deny=P.SEND_MESSAGES_IN_THREADS)
    assert P.EMBED_LINKS not in hall.permissions(thread.id)
    assert P.EMBED_LINKS in hall.permissions()


def test_a_private_thread_is_for_its_members(hall: Hall) -> None:
    thread = hall.world.add_thread(hall.channel.id, "secret", hall.guild.owner_id, ChannelType.PRIVATE_THREAD)
    assert hall.permissions(thread.id) == P(0)
    thread.thread_member_ids[hall.user_id] = 0.0
    assert P.VIEW_CHANNEL in hall.permissions(thread.id)


def test_a_private_thread_is_open_to_who_manages_threads(hall: Hall) -> None:
    thread = hall.world.add_thread(hall.channel.id, "secret", hall.guild.owner_id, ChannelType.PRIVATE_THREAD)
    hall.role.permissions = int(P.MANAGE_THREADS)
    assert P.VIEW_CHANNEL in hall.permissions(thread.id)


def test_a_direct_channel_is_for_its_two_people(hall: Hall) -> None:
    dm = hall.world.open_dm(hall.user_id, hall.guild.owner_id)
    assert P.SEND_MESSAGES in hall.permissions(dm.id)
    assert hall.world.permissions(hall.world.add_user("Stranger").id, dm.id) == P(0)
