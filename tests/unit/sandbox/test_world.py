"""The world: it grows fast, knows its messages, and forgets what is deleted; and what counts as an emoji."""

import pytest

from reminder_bot.sandbox.emoji import is_unicode_emoji
from reminder_bot.sandbox.messages import ReactionEmoji
from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.world import World


def test_five_thousand_members_are_added_at_once() -> None:
    world = World()
    guild = world.add_guild("Crowd")
    ids = world.add_members(guild.id, 5000)
    assert len(set(ids)) == 5000
    assert len(guild.members) == 5001


def test_the_seed_is_a_guild_of_twelve_with_the_bot_among_them() -> None:
    seed = seed_world()
    members = seed.world.guild(seed.guild_id).members
    assert len(members) == 12
    assert set(members) == {*seed.member_ids, seed.bot_id}
    assert seed.organiser_role_id in members[seed.organiser_id].role_ids


def test_a_deleted_channel_takes_its_threads_and_messages_with_it() -> None:
    seed = seed_world()
    thread = seed.world.add_thread(seed.channel_id, "talk", seed.organiser_id)
    message = seed.world.add_message(thread.id, seed.organiser_id, "hi")
    seed.world.drop_channel(seed.channel_id)
    for look in (lambda: seed.world.message(message.id), lambda: seed.world.channel(thread.id)):
        with pytest.raises(LookupError):
            look()


def test_two_people_have_one_direct_channel() -> None:
    seed = seed_world()
    first, second = seed.member_ids[:2]
    assert seed.world.find_dm(first, second) is None
    channel = seed.world.open_dm(first, second)
    assert channel is seed.world.open_dm(second, first) is seed.world.find_dm(second, first)


def test_inbox_holds_what_others_wrote_to_one_directly_in_order() -> None:
    seed = seed_world()
    world, (first, second) = seed.world, seed.member_ids[:2]
    for reader, writer, text in ((first, seed.bot_id, "1"), (first, second, "2"), (first, seed.bot_id, "3")):
        world.add_message(world.open_dm(reader, writer).id, writer, text)
    world.add_message(world.open_dm(first, second).id, first, "4")
    world.add_message(seed.channel_id, seed.bot_id, "5")
    assert [message.content for message in world.inbox(first)] == ["1", "2", "3"]
    assert [message.content for message in world.inbox(second)] == ["4"]


@pytest.mark.parametrize("text", ["✅", "❌", "❓", "❤️", "❤", "1️⃣", "👍🏽", "🇩🇪", "👨‍👩‍👧", "🏳️‍🌈", "⚔️", "™️"])
def test_emojis_are_known(text: str) -> None:
    assert is_unicode_emoji(text)


@pytest.mark.parametrize("text", ["", "a", "yes", "1", "✅✅", "✅ ", "🇩", ":smile:", "é", "+", "<"])
def test_other_text_is_no_emoji(text: str) -> None:
    assert not is_unicode_emoji(text)


@pytest.mark.parametrize(
    "text", ["raid:123456789012345678", "<:raid:123456789012345678>", "<a:raid:123456789012345678>"]
)
def test_a_custom_emoji_is_read_in_every_spelling(text: str) -> None:
    assert ReactionEmoji.parse(text) == ReactionEmoji("raid", 123456789012345678)


def test_the_presentation_selector_does_not_make_another_emoji() -> None:
    assert ReactionEmoji.parse("❤️").key == ReactionEmoji.parse("❤").key
