"""`/doctor` through a real bot process: each thing broken, and found; who is told of what."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, open_stage
from tests.integration.doctor_stage import WELL, Card, deny, examined, options

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("doctor")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_all_well_says_what_was_looked_at(home: Home) -> None:
    await home.watched()
    card = await examined(home)
    assert WELL in card.text
    assert "Looked at: 1 event in 1 channel, my permissions" in card.text
    assert card.buttons == ["Check again"]
    assert WELL in (await card.press("Check again")).text


async def test_missing_permissions_are_named_by_channel_until_they_are_given(home: Home) -> None:
    other = await home.new_channel("raids")
    await home.watched()
    await home.watched("Other", channel_id=other)
    await deny(home, Permission.EMBED_LINKS | Permission.ADD_REACTIONS, other)
    card = await examined(home)
    assert (
        f"I lack permissions in <#{other}>, where I watch 1 event: **Embed Links** and **Add Reactions**." in card.text
    )
    assert f"<#{home.channel_id}>" not in card.text
    await home.sandbox.director.delete_overwrite(other, home.bot_id)
    assert WELL in (await card.press("Check again")).text


async def test_channel_hidden_from_the_bot_lacks_view_channel_and_says_how_many_are_blocked(home: Home) -> None:
    event_id = await home.watched()
    await deny(home, Permission.VIEW_CHANNEL)
    await home.until(lambda: home.stored(event_id).state == "blocked", "the block")
    card = await examined(home)
    assert "1 event: **View Channel**. No reminder goes out for 1 event there." in card.text
    assert "is blocked" not in card.text


async def test_reminder_threads_need_the_permissions_of_threads(home: Home) -> None:
    message_id = await home.post()
    await home.run("watch", message=home.link(message_id), remind_in="thread")
    draft = await home.run("watch", message=home.link(message_id), remind_in="thread")
    await home.sandbox.director.click(home.organiser_id, draft, "draft:finish")
    assert options(home, message_id)["place"] == "thread"
    await deny(home, Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS)
    assert "1 event: **Create Public Threads** and **Send Messages in Threads**." in (await examined(home)).text


async def test_event_whose_choice_is_gone_asks_nobody(home: Home) -> None:
    director = home.sandbox.director
    role = await director.create_role(home.guild_id, "Raiders")
    event_id = await home.post()
    draft = await home.run("watch", message=home.link(event_id), audience=f"<@&{role}>")
    await director.click(home.organiser_id, draft, "draft:finish")
    assert "asks nobody: whoever was chosen for it is gone, or cannot see" in (await examined(home)).text
    await director.add_role(home.guild_id, home.member_ids[0], role)
    assert WELL in (await examined(home)).text
    await director.delete_role(home.guild_id, role)
    assert "asks nobody: whoever was chosen for it is gone, or cannot see" in (await examined(home)).text


async def test_event_in_a_private_thread_that_all_have_left_asks_nobody(home: Home) -> None:
    director = home.sandbox.director
    thread = await director.create_thread(home.channel_id, "Secret", home.organiser_id, is_private=True)
    await director.add_thread_member(thread, home.bot_id)
    await home.watched(channel_id=thread)
    assert WELL in (await examined(home)).text
    await director.remove_member(home.guild_id, home.organiser_id)
    assert f"asks nobody: nobody but bots can see <#{thread}>." in (await examined(home, by=home.owner_id)).text


async def test_intent_that_is_switched_off_in_the_portal_is_told_before_the_next_start(home: Home) -> None:
    application = home.sandbox.world.applications[home.bot_id]
    application.has_members_intent = False
    try:
        text = (await examined(home)).text
    finally:
        application.has_members_intent = True
    assert "Switched off in Discord's developer portal: **Server Members Intent**." in text
    assert "Only the operator can mend it" in text


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(90, "behind Discord's: reminders come late."), (-90, "ahead of Discord's: reminders come early.")],
)
async def test_clock_that_is_off_is_told_with_its_direction(
    home: Home, monkeypatch: pytest.MonkeyPatch, seconds: int, told: str
) -> None:
    world = home.sandbox.world
    right = world.now
    monkeypatch.setattr(world, "now", lambda: right() + seconds)
    text = (await examined(home)).text
    monkeypatch.undo()
    assert "The clock of the machine I run on is 1 minute" in text
    assert told in text
    assert WELL in (await examined(home)).text


async def test_what_discord_could_not_tell_is_said(home: Home) -> None:
    home.sandbox.faults.status("GET", r"/oauth2/applications/@me", 400, times=1, body={"message": "no", "code": 1})
    text = (await examined(home)).text
    assert "Discord could not tell just now: the intents. Check again in a minute." in text


async def test_findings_in_channels_that_an_organiser_cannot_see_are_only_counted(home: Home) -> None:
    director = home.sandbox.director
    role = await director.create_role(home.guild_id, "Leads", int(Permission.MANAGE_EVENTS))
    blind = await director.add_member(home.guild_id, roles=[role])
    await home.close_channel(home.channel_id, blind)
    await home.watched("Secret")
    await deny(home, Permission.ADD_REACTIONS)
    lobby = await home.new_channel("lobby")
    card = Card(home, await home.run("doctor", by=blind, channel_id=lobby), blind)
    assert "All is well in the channels that you can see." in card.text
    assert "and 1 finding in channels that you cannot see" in card.text
    assert str(home.channel_id) not in card.text
    assert "Add Reactions" in (await examined(home)).text


async def test_card_is_in_its_readers_language(home: Home) -> None:
    await home.watched()
    await deny(home, Permission.ADD_REACTIONS)
    await home.sandbox.director.set_locale(home.organiser_id, "fr")
    text = (await examined(home)).text
    assert "Il me manque des permissions" in text
    assert "**Ajouter des réactions**" in text
