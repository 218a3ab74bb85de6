"""Names as carriers: nasty nicks, roles, channels, posts, embeds and emoji in what the bot shows, by a real process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import ChannelType, Emoji
from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, everything, open_stage
from tests.nasties import NASTIES, assert_bare, assert_plain, masked_link, pings

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYONE = Emoji(4_300_000_000_000_000, "everyone")
UNDERLINED = Emoji(4_300_000_000_000_001, "__x__")
"""Custom emoji among the answers, with names that would be markup or a mention."""

NICK_LIMIT, NAME_LIMIT, EMBED_TITLE_LIMIT, EMBED_TEXT_LIMIT = 32, 100, 256, 4000
WATCHED_AT_ONCE = 8

Carrier = Callable[[Home, int, str], Awaitable[int]]
"""Writes a message that carries a text, in a channel; returns its id."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module, with those emoji among its answers."""
    reactions = f"✅,{EVERYONE},{UNDERLINED}"
    async with open_stage(tmp_path_factory.mktemp("carriers"), DEFAULT_REACTIONS=reactions) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test, where the bot may ping all: only its own care keeps it from doing so."""
    async with stage.home() as home:
        home.sandbox.world.guild(home.guild_id).emojis |= {EVERYONE.id: EVERYONE, UNDERLINED.id: UNDERLINED}
        role_id = await home.sandbox.director.create_role(home.guild_id, "Loud", int(Permission.MENTION_EVERYONE))
        await home.sandbox.director.add_role(home.guild_id, home.bot_id, role_id)
        yield home
        home.sandbox.world.guild(home.guild_id).emojis.clear()
    log = stage.scene.bot.last_lines(100_000)
    assert "Traceback" not in log
    assert " ERROR " not in log


async def author_of_a_picture(home: Home, channel_id: int, text: str) -> int:
    author = home.member_ids[0]
    await home.sandbox.director.rename_member(home.guild_id, author, text[:NICK_LIMIT])
    return await home.sandbox.director.post_message(channel_id, author, attachments=1)


async def mentioned_member(home: Home, channel_id: int, text: str) -> int:
    member = home.member_ids[1]
    await home.sandbox.director.rename_member(home.guild_id, member, text[:NICK_LIMIT])
    return await home.post(f"Led by <@{member}>", channel_id)


async def mentioned_role(home: Home, channel_id: int, text: str) -> int:
    role_id = await home.sandbox.director.create_role(home.guild_id, text[:NAME_LIMIT])
    return await home.post(f"<@&{role_id}>", channel_id)


async def mentioned_channel(home: Home, channel_id: int, text: str) -> int:
    named_id = await home.new_channel(text[:NAME_LIMIT])
    return await home.post(f"See <#{named_id}>", channel_id)


async def embed_alone(home: Home, channel_id: int, text: str) -> int:
    embed = {"title": text[:EMBED_TITLE_LIMIT], "description": text[:EMBED_TEXT_LIMIT], "type": "rich"}
    return await home.sandbox.director.post_message(channel_id, home.owner_id, embeds=[embed])


async def embed_under_a_blank_line(home: Home, channel_id: int, text: str) -> int:
    embed = {"title": text[:EMBED_TITLE_LIMIT], "type": "rich"}
    return await home.sandbox.director.post_message(channel_id, home.owner_id, "\u200b", embeds=[embed])


async def forum_post(home: Home, channel_id: int, text: str) -> int:
    post_id = await home.sandbox.director.create_thread(channel_id, text[:NAME_LIMIT], home.organiser_id)
    return home.sandbox.world.add_message(post_id, home.organiser_id, "", id=post_id).id


CARRIERS: list[Carrier] = [
    author_of_a_picture, mentioned_member, mentioned_role, mentioned_channel, embed_alone, embed_under_a_blank_line,
    forum_post,
]  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.__name__)
async def test_nasty_name_stays_text_in_every_answer_and_in_the_reminder(home: Home, carrier: Carrier) -> None:
    # Enough organisers for nobody to use up what one may do in a minute.
    [role_id] = home.sandbox.world.member(home.guild_id, home.organiser_id).role_ids
    helpers = [await home.sandbox.director.add_member(home.guild_id, roles=[role_id]) for _ in range(4)]
    callers = cycle([home.organiser_id, home.owner_id, *helpers])
    everybody = sorted([*home.people, *helpers])
    watched: list[int] = []
    # Each text by one carrier; all texts by all of them would take minutes.
    chosen = dict(list(NASTIES.items())[CARRIERS.index(carrier) :: len(CARRIERS)])
    last = list(chosen)[-1]
    for kind, text in chosen.items():
        # In a place of its own, as reminders of one channel wait for each other.
        place = ChannelType.FORUM if carrier is forum_post else ChannelType.TEXT
        message_id = await carrier(home, await home.new_channel("place", place), text)
        link = home.link(message_id)
        replies = [await home.run("watch", by=next(callers), message=link, interval="1h")]
        assert home.event(message_id) is not None, (kind, everything(replies[0]))
        assert_bare(home.stored(message_id).title)
        replies += [await home.run(name, by=next(callers), event=link) for name in ("status", "remind", "pause")]
        for reply in replies:
            assert pings(everything(reply).replace(" ".join(map(mention, everybody)), "")) == [], kind
            assert_plain(reply.embeds[0]["title"])
            assert reply.embeds[0]["url"] == link
        [post] = home.reminders(home.sandbox.world.message(message_id).channel_id)
        assert sorted(post.pinged_user_ids) == everybody, kind
        assert_plain(post.embeds[0]["title"])
        assert post.embeds[0]["url"] == link
        watched.append(message_id)
        if len(watched) == WATCHED_AT_ONCE or kind == last:
            await see_list(home, next(callers), watched)


async def see_list(home: Home, caller: int, watched: list[int]) -> None:
    """Check that each event is one line with one link in the list and one suggestion, then end them all."""
    [card] = (await home.run("list", by=caller)).embeds
    lines = card["description"].split("\n")
    assert len(lines) == len(watched)
    for line, message_id in zip(lines, reversed(watched), strict=True):
        label, address, _rest = masked_link(line.removeprefix("**"))
        assert_plain(label)
        assert address == home.link(message_id)
    suggestions = await home.suggestions("status", "event", "", by=caller)
    assert len(suggestions) == len(watched)
    for suggestion in suggestions:
        assert_bare(suggestion)
    enders = cycle([caller, home.organiser_id, home.owner_id])
    for message_id in watched:
        await home.run("unwatch", by=next(enders), event=str(message_id))
    watched.clear()


def mention(user_id: int) -> str:
    return f"<@{user_id}>"


async def test_choice_of_messages_shows_nasty_authors_and_texts_as_text(home: Home) -> None:
    author = home.member_ids[0]
    for kind, text in NASTIES.items():
        await home.sandbox.director.rename_member(home.guild_id, author, text[:NICK_LIMIT])
        channel_id = await home.new_channel()
        await home.post(text, channel_id, by=author)
        reply = await home.run("watch", channel_id=channel_id)
        [option] = reply.components[0]["components"][0]["options"]
        assert_bare(option["label"])
        assert_bare(option["description"])
        assert option["description"].endswith(" · just now"), kind


async def test_answers_of_people_with_nasty_names_are_stored_and_shown_by_mention(home: Home) -> None:
    director = home.sandbox.director
    people = [await director.add_member(home.guild_id, name=text[:NICK_LIMIT]) for text in NASTIES.values()]
    message_id = await home.watched()
    await home.react(message_id, people)
    reply = await home.run("status", event=str(message_id))
    assert f"Answered: {len(people)} of {len(people) + len(home.people)}" in reply.text
    answered = next(field for field in reply.embeds[0]["fields"] if field["name"] == f"✅ {len(people)}")
    shown = answered["value"].split(" and ")[0].split()
    assert shown == list(map(mention, people))[: len(shown)]


async def test_custom_emoji_with_nasty_names_are_answers_and_ping_nobody(home: Home) -> None:
    message_id = await home.watched()
    one, two, _ = home.member_ids
    await home.react(message_id, [one], str(EVERYONE))
    await home.react(message_id, [two], str(UNDERLINED))
    reply = await home.run("status", event=str(message_id))
    assert [field["name"] for field in reply.embeds[0]["fields"]][:3] == ["✅ 0", f"{EVERYONE} 1", f"{UNDERLINED} 1"]
    await home.run("remind", event=str(message_id))
    [post] = home.reminders()
    assert sorted(post.pinged_user_ids) == sorted(set(home.people) - {one, two})
    assert pings(post.embeds[0]["description"]) == []


@pytest.mark.parametrize("name", ["here", "null", "None", "x" * 32, "123", "__", "white_check_mark"])
async def test_custom_emoji_that_only_sounds_like_an_answer_is_none(home: Home, name: str) -> None:
    emoji = home.sandbox.world.add_emoji(home.guild_id, name)
    message_id = await home.watched()
    await home.sandbox.director.react(message_id, home.member_ids[0], str(emoji))
    await home.react(message_id, home.member_ids[1:2])
    assert home.answers(message_id) == {home.member_ids[1]: "✅"}
    assert str(emoji) not in everything(await home.run("status", event=str(message_id)))
