"""`/watch` and its message menu with good and bad input, through a real bot process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import ChannelType, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"DEFAULT_INTERVAL_MINUTES": "90", "MIN_INTERVAL_SECONDS": "60"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("watch"), **SETTINGS) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_link_of_another_channel_is_watched_with_reactions_and_the_interval(home: Home) -> None:
    elsewhere = await home.new_channel()
    message_id = await home.post("# **Raid** night\nBring potions.", elsewhere)
    reply = await home.run("watch", message=home.link(message_id), interval="2h30m")
    assert "Raid" in reply.text
    assert "Watching. Reminders every 2 hours 30 minutes." in reply.text
    assert "Answered so far: 0 of 5." in reply.text
    assert reply.embeds[0]["url"] == home.link(message_id)
    message = home.sandbox.world.message(message_id)
    assert message.emojis == ["✅", "❌", "❓"]
    assert all(message.reaction_users(emoji) == [home.bot_id] for emoji in message.emojis)
    assert home.stored(message_id).interval_minutes == 150


async def test_id_in_the_same_channel_is_watched_at_the_default_interval(home: Home) -> None:
    message_id = await home.post()
    reply = await home.run("watch", message=f"  {message_id} ")
    assert "Reminders every 1 hour 30 minutes." in reply.text
    assert home.stored(message_id).interval_minutes == 90


async def test_id_of_a_message_in_another_channel_is_not_found(home: Home) -> None:
    message_id = await home.post(channel_id=await home.new_channel())
    reply = await home.run("watch", message=str(message_id))
    assert "There is no such message, or you or I cannot see it." in reply.text
    assert home.event(message_id) is None


async def test_menu_watches_at_the_default_interval(home: Home) -> None:
    message_id = await home.post()
    reply = await home.menu(message_id)
    assert "Watching. Reminders every 1 hour 30 minutes." in reply.text
    assert home.stored(message_id).interval_minutes == 90


async def test_menu_on_a_watched_message_keeps_its_interval_and_its_next_reminder(home: Home) -> None:
    message_id = await home.watched(interval="1d")
    before = home.stored(message_id).next_reminder_at
    reply = await home.menu(message_id)
    assert "The interval stays 1 day." in reply.text
    assert home.stored(message_id).next_reminder_at == before


async def test_answers_that_are_there_already_count(home: Home) -> None:
    message_id = await home.post()
    for emoji in ("✅", "🎉"):
        await home.sandbox.director.react(message_id, home.member_ids[0], emoji)
    reply = await home.run("watch", message=str(message_id))
    assert "Answered so far: 1 of 5." in reply.text
    assert home.answers(message_id) == {home.member_ids[0]: "✅"}


async def test_message_that_everybody_has_answered_is_watched_and_quiet(home: Home) -> None:
    message_id = await home.post()
    for user_id in home.people:
        await home.sandbox.director.react(message_id, user_id, "❌")
    reply = await home.run("watch", message=str(message_id))
    assert "Answered so far: 5 of 5." in reply.text
    assert "Everybody has answered" in reply.text
    assert home.stored(message_id).next_reminder_at is None


async def test_watching_twice_changes_the_interval_and_shows_old_and_new(home: Home) -> None:
    message_id = await home.watched(interval="1h")
    reply = await home.run("watch", message=home.link(message_id), interval="2h")
    assert "Interval changed from 1 hour to 2 hours." in reply.text
    again = await home.run("watch", message=home.link(message_id), interval="120m")
    assert "The interval stays 2 hours." in again.text
    assert home.stored(message_id).interval_minutes == 120
    assert home.sandbox.world.message(message_id).emojis == ["✅", "❌", "❓"]


async def test_unwatched_message_is_taken_up_again_with_its_answers(home: Home) -> None:
    message_id = await home.watched()
    await home.react(message_id, home.member_ids[:2])
    await home.run("unwatch", event=home.link(message_id))
    reply = await home.run("watch", message=home.link(message_id))
    assert "Answered so far: 2 of 5." in reply.text
    assert home.stored(message_id).state == "active"


# The select


async def test_select_offers_the_latest_15_messages_by_people_and_watches_the_chosen(home: Home) -> None:
    posted = [await home.post(f"Message {number}") for number in range(17)]
    by_bot = await home.post("by the bot", by=home.bot_id)
    reply = await home.run("watch", interval="3h")
    offered = [int(value) for value in reply.option_values]
    assert offered == posted[:1:-1]
    assert by_bot not in offered
    chosen = await home.choose(reply, posted[5])
    assert "Watching. Reminders every 3 hours." in chosen.text
    assert chosen.option_values == []
    assert home.stored(posted[5]).interval_minutes == 180


async def test_select_marks_what_is_watched_already(home: Home) -> None:
    first, second = await home.watched("First"), await home.post("Second")
    reply = await home.run("watch")
    [row] = reply.components
    described = {int(option["value"]): option["description"] for option in row["components"][0]["options"]}
    assert "watched" in described[first]
    assert "watched" not in described[second]


async def test_select_in_a_channel_without_messages_by_people_says_what_to_do(home: Home) -> None:
    await home.post("by the bot", by=home.bot_id)
    reply = await home.run("watch")
    assert "Use `/watch` with the link of a message." in reply.text
    assert reply.option_values == []


async def test_select_belongs_to_its_caller(home: Home) -> None:
    message_id = await home.post()
    reply = await home.run("watch")
    refused = await home.choose(reply, message_id, by=home.owner_id)
    assert "This answer belongs to somebody else." in everything(refused)
    assert home.event(message_id) is None


async def test_choosing_a_message_that_was_deleted_meanwhile_says_so_and_leaves_the_select(home: Home) -> None:
    deleted, kept = await home.post("Deleted"), await home.post("Kept")
    reply = await home.run("watch")
    await home.sandbox.director.delete_message(deleted)
    refused = await home.choose(reply, deleted)
    assert "There is no such message" in everything(refused)
    chosen = await home.choose(reply, kept)
    assert "Watching." in everything(chosen)


async def test_choosing_after_the_rights_are_gone_is_refused(home: Home) -> None:
    message_id = await home.post()
    reply = await home.run("watch")
    [role_id] = home.sandbox.world.member(home.guild_id, home.organiser_id).role_ids
    await home.sandbox.director.remove_role(home.guild_id, home.organiser_id, role_id)
    refused = await home.choose(reply, message_id)
    assert "Only organisers may do this" in everything(refused)
    assert home.event(message_id) is None


# Bad input


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tomorrow at eight", "That is no link to a message. Right-click the message"),
        ("", "That is no link to a message."),
        ("-1", "That is no link to a message."),
        ("0", "no Discord id"),
        (str(2**63), "no Discord id"),
        ("9" * 400, "That is no link to a message."),
        ("123456789012345678", "There is no such message, or you or I cannot see it."),
        ("https://discord.com/channels/@me/123456789012345678/123456789012345678", "a direct message"),
        ("https://discord.com/channels/123456789012345678/123456789012345678", "to a channel, not to a message"),
        ("https://discord.com/channels/1/2/3", "That link leads to another server."),
        ("https://example.com/channels/1/2/3", "That is no link to a message."),
        ("@everyone <@&1> `x` " + "\u202e" * 50, "That is no link to a message."),
    ],
)
async def test_text_that_names_no_message_gets_one_sentence_that_says_what_to_do(
    home: Home, text: str, sentence: str
) -> None:
    reply = await home.run("watch", message=text)
    assert sentence in reply.text
    assert "@everyone" not in reply.text
    assert len(reply.text) < 200


async def test_link_to_another_guild_the_bot_is_in_is_refused(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        foreign = await other.post()
        reply = await home.run("watch", message=other.link(foreign))
        assert "That link leads to another server." in reply.text
        assert home.event(foreign) is None


async def test_channel_of_another_guild_behind_this_guilds_id_reads_like_one_that_does_not_exist(
    home: Home, stage: Stage
) -> None:
    async with stage.home("Other") as other:
        foreign = await other.post()
        forged = f"https://discord.com/channels/{home.guild_id}/{other.channel_id}/{foreign}"
        reply = await home.run("watch", message=forged)
        assert "There is no such message, or you or I cannot see it." in reply.text
        assert home.event(foreign) is None


async def test_deleted_message_is_not_found(home: Home) -> None:
    message_id = await home.post()
    link = home.link(message_id)
    await home.sandbox.director.delete_message(message_id)
    reply = await home.run("watch", message=link)
    assert "There is no such message, or you or I cannot see it." in reply.text


async def test_message_the_caller_cannot_see_reads_like_one_that_does_not_exist(home: Home) -> None:
    hidden = await home.new_channel(hidden_from=[home.organiser_id])
    message_id = await home.post(channel_id=hidden, by=home.owner_id)
    link = home.link(message_id)
    unseen = await home.run("watch", message=link)
    missing = await home.run("watch", message=link[:-3] + "999")
    assert unseen.text == missing.text
    assert "There is no such message" in unseen.text
    assert home.event(message_id) is None


async def test_message_the_bot_cannot_see_says_which_permissions_are_missing(home: Home) -> None:
    closed = await home.new_channel("closed", hidden_from=[home.bot_id])
    message_id = await home.post(channel_id=closed)
    reply = await home.run("watch", message=home.link(message_id))
    assert f"I cannot read <#{closed}>. Give me View Channel and Read Message History there." in reply.text
    assert home.event(message_id) is None


async def test_select_where_the_bot_cannot_read_says_which_permissions_are_missing(home: Home) -> None:
    await home.post()
    await home.sandbox.director.edit_overwrite(
        home.channel_id, home.bot_id, deny=int(Permission.READ_MESSAGE_HISTORY), kind=OverwriteKind.MEMBER
    )
    reply = await home.run("watch")
    assert "Read Message History" in reply.text


async def test_forum_itself_is_no_message(home: Home) -> None:
    forum = await home.new_channel("ideas", ChannelType.FORUM)
    reply = await home.run("watch", message=f"https://discord.com/channels/{home.guild_id}/{forum}/123456789012345678")
    assert "There is no such message" in reply.text


async def test_notice_by_discord_cannot_be_watched(home: Home) -> None:
    notice = home.sandbox.world.add_message(home.channel_id, home.organiser_id, is_system=True)
    reply = await home.run("watch", message=str(notice.id))
    assert "That is a notice by Discord" in reply.text
    assert home.event(notice.id) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("soon", "That is no interval. Write it like 30m, 2h30m or 1d."),
        ("", "The interval is empty."),
        ("0", "must be longer than nothing"),
        ("-5m", "That is no interval."),
        ("0.4s", "must be longer than nothing"),
        ("59s", "between 1 minute and 28 days; 59 seconds is not"),
        ("29d", "between 1 minute and 28 days; 29 days is not"),
        ("999999999w", "ten years is the most"),
        ("1h 1 2", "has no unit"),
        ("٥m", "That is no interval."),
        ("1" * 3000, "Write it like 30m, 2h30m or 1d."),
    ],
)
async def test_interval_that_cannot_be_gets_one_sentence_and_nothing_is_watched(
    home: Home, text: str, sentence: str
) -> None:
    message_id = await home.post()
    reply = await home.run("watch", message=str(message_id), interval=text)
    assert sentence in reply.text
    assert len(reply.text) < 200
    assert home.event(message_id) is None
    assert home.sandbox.world.message(message_id).emojis == []


async def test_interval_is_suggested_as_one_types(home: Home) -> None:
    assert "30 minutes" in await home.suggestions("watch", "interval", "")
    assert await home.suggestions("watch", "interval", "2") == ["2 minutes", "2 hours", "2 days", "14 days"]
    assert await home.suggestions("watch", "interval", "soon") == []
    assert await home.suggestions("watch", "interval", "1h 30") == ["1 hour 30 minutes", "1 hour 30 seconds"]
    [suggested, *_] = await home.suggestions("watch", "interval", "45 mi")
    message_id = await home.post()
    assert "45 minutes" in (await home.run("watch", message=str(message_id), interval=suggested)).text


# What the bot may not do


async def test_message_is_watched_without_the_permission_to_react_and_the_answer_says_so(home: Home) -> None:
    await home.sandbox.director.edit_overwrite(
        home.channel_id, home.bot_id, deny=int(Permission.ADD_REACTIONS), kind=OverwriteKind.MEMBER
    )
    message_id = await home.post()
    reply = await home.run("watch", message=str(message_id))
    assert "Watching." in reply.text
    assert "I could not add the reactions: give me Add Reactions" in reply.text
    assert home.sandbox.world.message(message_id).emojis == []
    assert home.stored(message_id).state == "active"
    await home.react(message_id, home.member_ids[:1])


async def test_message_full_of_other_reactions_is_watched_and_the_answer_says_so(home: Home) -> None:
    message_id = await home.post()
    for emoji in "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘😗😙😚🙂🤗🤩":
        await home.sandbox.director.react(message_id, home.owner_id, emoji)
    reply = await home.run("watch", message=str(message_id))
    assert "Watching." in reply.text
    assert "20 different ones already" in reply.text


async def test_channel_where_the_bot_cannot_send_is_told_at_once(home: Home) -> None:
    await home.sandbox.director.edit_overwrite(
        home.channel_id, home.bot_id, deny=int(Permission.SEND_MESSAGES), kind=OverwriteKind.MEMBER
    )
    message_id = await home.post()
    reply = await home.run("watch", message=str(message_id))
    assert "I cannot send reminders there: give me Send Messages" in reply.text


async def test_discord_failing_changes_nothing_and_says_to_try_again(home: Home) -> None:
    message_id = await home.post()
    fault = home.sandbox.faults.reset("GET", rf"/channels/\d+/messages/{message_id}", times=None)
    reply = await home.run("watch", message=str(message_id))
    fault.remove()
    assert "Try again in a minute." in reply.text
    assert home.event(message_id) is None
