"""Who may organise, and who can read a channel: real discord.py objects, no connection."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from utils.checks import RolesOf, can_read_messages, is_organiser, require_member, require_organiser
from utils.errors import NotAnOrganiserError, UserError

GUILD, OWNER, MEMBER, PLAYER_ROLE, BOARD_ROLE = 1, 2, 3, 4, 5
VIEW, HISTORY, CONNECT, MANAGE_EVENTS = 1 << 10, 1 << 16, 1 << 20, 1 << 33


@dataclass(frozen=True)
class Role:
    id: int
    name: str


@pytest.fixture
async def client() -> AsyncIterator[discord.Client]:
    client = discord.Client(intents=discord.Intents.none())
    yield client
    await client.close()


def _guild(
    client: discord.Client, *channels: dict[str, Any], everyone: int = 0, unavailable: bool = False
) -> discord.Guild:
    roles = [
        {"id": str(role_id), "name": name, "permissions": str(bits), "position": place, "color": 0, "colors": {}}
        for place, (role_id, name, bits) in enumerate(
            [(GUILD, "@everyone", everyone), (PLAYER_ROLE, "Player", 0), (BOARD_ROLE, "Board", MANAGE_EVENTS)]
        )
    ]
    data = {
        "id": str(GUILD), "name": "Guild", "owner_id": str(OWNER), "roles": roles, "channels": list(channels),
        "emojis": [], "stickers": [], "members": [], "features": [], "threads": [], "unavailable": unavailable,
    }  # fmt: skip
    return discord.Guild(data=cast(Any, data), state=client._connection)


def _member(guild: discord.Guild, *roles: int, user_id: int = MEMBER) -> discord.Member:
    data = {
        "user": {"id": str(user_id), "username": "sam", "discriminator": "0", "avatar": None},
        "roles": [str(role) for role in roles], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False,
        "flags": 0,
    }  # fmt: skip
    return discord.Member(data=cast(Any, data), guild=guild, state=guild._state)


def _channel(kind: int = 0, overwrites: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "id": "10", "type": kind, "name": "events", "position": 0, "permission_overwrites": list(overwrites),
        "bitrate": 64000, "user_limit": 0, "parent_id": None,
    }  # fmt: skip


def _overwrite(target: int, *, kind: int, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    return {"id": str(target), "type": kind, "allow": str(allow), "deny": str(deny)}


def _interaction(guild: discord.Guild | None, user: object) -> discord.Interaction:
    return cast(discord.Interaction, SimpleNamespace(guild=guild, user=user))


def roles_of(named: dict[int, list[str]]) -> RolesOf:
    return lambda guild_id: named.get(guild_id, [])


def _only_channel(guild: discord.Guild) -> discord.abc.GuildChannel:
    channel = guild.get_channel(10)
    assert channel is not None
    return channel


@pytest.mark.parametrize("name", ["administrator", "manage_guild", "manage_events"])
def test_permission_makes_an_organiser(name: str) -> None:
    assert is_organiser(discord.Permissions(**{name: True}), [], [])


def test_other_permissions_do_not() -> None:
    almost_all = discord.Permissions.all()
    almost_all.update(administrator=False, manage_guild=False, manage_events=False)
    assert not is_organiser(almost_all, [Role(7, "Staff")], [])


STAFF = 700_000_000_000_000_000


@pytest.mark.parametrize("wanted", [str(STAFF), "Staff", "staff", " STAFF "])
def test_role_by_name_or_id_makes_an_organiser(wanted: str) -> None:
    assert is_organiser(discord.Permissions.none(), [Role(6, "Guest"), Role(STAFF, "Staff")], [wanted])


@pytest.mark.parametrize("wanted", ["70", "Staf", "Staff2", ""])
def test_role_of_another_name_or_id_does_not(wanted: str) -> None:
    assert not is_organiser(discord.Permissions.none(), [Role(7, "Staff")], [wanted])


async def test_require_organiser_takes_owner_role_with_permission_and_named_role(client: discord.Client) -> None:
    guild = _guild(client)
    for member in (_member(guild, user_id=OWNER), _member(guild, BOARD_ROLE)):
        assert require_organiser(_interaction(guild, member), roles_of({})) is member
    player = _member(guild, PLAYER_ROLE)
    assert require_organiser(_interaction(guild, player), roles_of({GUILD: ["Player"]})) is player


async def test_require_organiser_refuses_a_plain_member(client: discord.Client) -> None:
    guild = _guild(client)
    with pytest.raises(NotAnOrganiserError, match="Only organisers"):
        require_organiser(_interaction(guild, _member(guild, PLAYER_ROLE)), roles_of({GUILD: ["Admin"], 2: ["Player"]}))


async def test_require_member_outside_a_guild_says_where_to_use_it(client: discord.Client) -> None:
    with pytest.raises(UserError, match="in a server only"):
        require_member(_interaction(None, SimpleNamespace(id=MEMBER)))


async def test_require_member_of_an_unavailable_guild_says_to_try_again(client: discord.Client) -> None:
    guild = _guild(client, unavailable=True)
    with pytest.raises(UserError, match="not available"):
        require_member(_interaction(guild, _member(guild)))


@pytest.mark.parametrize(
    ("kind", "bits", "can_read"),
    [
        (0, VIEW | HISTORY, True),
        (0, VIEW, False),
        (0, HISTORY, False),
        (2, VIEW | HISTORY, False),
        (2, VIEW | HISTORY | CONNECT, True),
        (13, VIEW | HISTORY, False),
        (15, VIEW | HISTORY, True),
    ],
)
async def test_reading_needs_view_and_history_and_in_voice_channels_connect(
    client: discord.Client, kind: int, bits: int, can_read: bool
) -> None:
    guild = _guild(client, _channel(kind), everyone=bits)
    assert can_read_messages(cast(Any, _only_channel(guild)), _member(guild)) is can_read


async def test_reading_follows_overwrites(client: discord.Client) -> None:
    hidden = _overwrite(GUILD, kind=0, deny=VIEW)
    let_in = _overwrite(PLAYER_ROLE, kind=0, allow=VIEW)
    guild = _guild(client, _channel(0, (hidden, let_in)), everyone=VIEW | HISTORY)
    channel = cast(Any, _only_channel(guild))
    assert not can_read_messages(channel, _member(guild))
    assert can_read_messages(channel, _member(guild, PLAYER_ROLE))


def test_role_named_like_the_id_of_another_makes_no_organiser() -> None:
    assert not is_organiser(discord.Permissions.none(), [Role(STAFF + 1, str(STAFF))], [str(STAFF)])
