"""Who is pinged: what the text mentions, narrowed by allowed_mentions and by who can see the channel."""

from typing import Any

import pytest

from reminder_bot.sandbox.entities import Overwrite, OverwriteKind
from reminder_bot.sandbox.mentions import apply_mentions, parse_allowed_mentions
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import Seed, seed_world


@pytest.fixture
def seed() -> Seed:
    return seed_world()


def _write(seed: Seed, content: str, allowed: dict[str, Any] | None = None, **fields: Any) -> Message:
    message = seed.world.add_message(seed.channel_id, seed.bot_id, content, **fields)
    apply_mentions(seed.world, message, parse_allowed_mentions(allowed))
    return message


def test_without_allowed_mentions_every_mention_pings(seed: Seed) -> None:
    first, second = seed.member_ids[1:3]
    assert _write(seed, f"<@{first}> <@!{second}> <@{first}>").pinged_user_ids == (first, second)


def test_only_listed_users_are_pinged(seed: Seed) -> None:
    first, second = seed.member_ids[1:3]
    message = _write(seed, f"<@{first}> <@{second}>", {"users": [str(second)]})
    assert message.pinged_user_ids == (second,)
    assert [user.id for user in message.mentions] == [second]


def test_an_empty_allowed_mentions_pings_nobody(seed: Seed) -> None:
    assert _write(seed, f"<@{seed.member_ids[1]}> @everyone", {"parse": []}).pinged_user_ids == ()


def test_a_listed_user_who_is_not_mentioned_is_not_pinged(seed: Seed) -> None:
    assert _write(seed, "hello", {"users": [str(seed.member_ids[1])]}).pinged_user_ids == ()


def test_mentions_in_code_ping_nobody(seed: Seed) -> None:
    who = seed.member_ids[1]
    assert _write(seed, f"`<@{who}>` ```\n<@{who}>\n```").pinged_user_ids == ()


def test_who_cannot_see_the_channel_is_not_pinged(seed: Seed) -> None:
    who = seed.member_ids[1]
    deny = Overwrite(who, OverwriteKind.MEMBER, deny=int(Permission.VIEW_CHANNEL))
    seed.world.channel(seed.channel_id).overwrites[who] = deny
    assert _write(seed, f"<@{who}>").pinged_user_ids == ()


def test_a_reply_pings_its_author_unless_told_not_to(seed: Seed) -> None:
    who = seed.member_ids[1]
    asked = seed.world.add_message(seed.channel_id, who, "when?")
    assert _write(seed, "now", reference_id=asked.id).pinged_user_ids == (who,)
    assert _write(seed, "now", {"parse": ["users"]}, reference_id=asked.id).pinged_user_ids == ()
    assert _write(seed, "now", {"replied_user": True}, reference_id=asked.id).pinged_user_ids == (who,)


def test_everyone_needs_the_permission_of_the_author(seed: Seed) -> None:
    assert _write(seed, "@everyone").pinged_user_ids == ()
    role = seed.world.add_role(seed.guild_id, "Loud", Permission.MENTION_EVERYONE)
    seed.world.member(seed.guild_id, seed.bot_id).role_ids.append(role.id)
    assert set(_write(seed, "@everyone").pinged_user_ids) == set(seed.member_ids)


def test_a_role_pings_its_members_when_it_is_mentionable(seed: Seed) -> None:
    text = f"<@&{seed.organiser_role_id}>"
    assert _write(seed, text).pinged_user_ids == ()
    seed.world.guild(seed.guild_id).roles[seed.organiser_role_id].is_mentionable = True
    assert _write(seed, text).pinged_user_ids == (seed.organiser_id,)
    assert _write(seed, text, {"parse": ["users"]}).pinged_user_ids == ()


def test_direct_message_pings_the_other_one_whatever_it_mentions(seed: Seed) -> None:
    who = seed.member_ids[1]
    direct = seed.world.open_dm(seed.bot_id, who)
    message = seed.world.add_message(direct.id, seed.bot_id, "hello")
    apply_mentions(seed.world, message, parse_allowed_mentions({"parse": []}))
    assert (message.pinged_user_ids, message.mentions) == ((who,), [])
