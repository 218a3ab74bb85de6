"""`/doctor` through a real bot process: each thing broken, found, and mended at a press where the bot can."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import Emoji, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAID = Emoji(4_200_000_000_000_000, "raid")
WELL = "All is well."


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


@dataclass
class Card:
    """The answer of `/doctor`, and who has it."""

    home: Home
    reply: InteractionReply
    person: int

    @property
    def text(self) -> str:
        """What it says."""
        return self.reply.text

    @property
    def buttons(self) -> list[str]:
        """What its buttons say, those that cannot be pressed aside."""
        return [
            button["label"] for row in self.reply.components for button in row["components"]
            if not button.get("disabled")
        ]  # fmt: skip

    async def press(self, label: str) -> "Card":
        """Press a button; the same message is shown anew."""
        reply = await self.home.sandbox.director.click(self.person, self.reply, label)
        await self.home.until(lambda: reply.interaction.is_settled, "the answer to the press")
        return Card(self.home, reply.refresh(), self.person)


async def examined(home: Home, by: int | None = None) -> Card:
    """Have the guild looked over."""
    person = by or home.organiser_id
    return Card(home, await home.run("doctor", by=person), person)


async def deny(home: Home, permission: Permission, channel_id: int | None = None) -> None:
    """Take permissions from the bot in a channel."""
    place = channel_id or home.channel_id
    await home.sandbox.director.edit_overwrite(place, home.bot_id, deny=int(permission), kind=OverwriteKind.MEMBER)


def options(home: Home, event_id: int) -> dict[str, Any]:
    """Return what is stored of an event's options."""
    (row,) = home.stage.scene.rows("SELECT options FROM event WHERE message_id = ?", event_id)
    read: dict[str, Any] = json.loads(row[0])
    return read


def settings(home: Home) -> dict[str, Any]:
    """Return what is stored of the guild's choices."""
    (row,) = home.stage.scene.rows("SELECT settings FROM guild WHERE guild_id = ?", home.guild_id)
    read: dict[str, Any] = json.loads(row[0])
    return read


def write(home: Home, sql: str, *values: object) -> None:
    """Change the database behind the bot's back."""
    with closing(sqlite3.connect(home.stage.scene.database)) as connection, connection:
        connection.execute(sql, values)


async def elsewhere(home: Home, channel_id: int) -> None:
    """Have the guild's new events remind in another channel."""
    page = await home.run("settings show", by=home.owner_id)
    page = await home.sandbox.director.select(home.owner_id, page, "settings:pick", ["place"])
    await home.sandbox.director.select(home.owner_id, page, "settings:channel", [str(channel_id)])
    assert settings(home)["place_channel_id"] == str(channel_id)


async def answers(home: Home, text: str) -> None:
    """Choose the answers of the guild's new events."""
    director = home.sandbox.director
    page = await home.run("settings show", by=home.owner_id)
    page = await director.select(home.owner_id, page, "settings:pick", ["answers"])
    form = await director.click(home.owner_id, page, "settings:form")
    await director.submit_modal(home.owner_id, form, {"settings:text": text})
    assert "answers" in settings(home)


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


async def test_deleted_place_is_found_for_the_settings_and_each_event_and_put_back_by_who_may(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    event_id = await home.watched()
    assert WELL in (await examined(home)).text
    await home.sandbox.director.delete_channel(place)
    card = await examined(home)
    assert (
        f"New events are to remind in <#{place}>, which cannot be used: The channel chosen for reminders does"
        in card.text
    )
    assert "is to remind in" in card.text
    assert card.buttons == ["1. Back to the event's channel", "2. Back to the event's channel", "Check again"]
    card = await card.press("1. Back to the event's channel")
    assert "✅ New events remind in their own channel now." in card.text
    assert settings(home) == {}
    assert options(home, event_id)["place"] == "elsewhere"
    card = await card.press("1. Back to the event's channel")
    assert "✅ “Raid night” reminds in its own channel now." in card.text
    assert WELL in card.text
    assert "place" not in options(home, event_id)
    audit = (await home.run("audit")).text
    assert audit.count(f"<@{home.organiser_id}>") >= 2
    await home.run("remind", event=str(event_id))
    await home.wait_reminders()


async def test_place_without_a_permission_names_it_and_can_be_given_up(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    await deny(home, Permission.SEND_MESSAGES, place)
    card = await examined(home)
    assert "Give me **Send Messages** there, or choose another channel" in card.text
    await home.sandbox.director.delete_overwrite(place, home.bot_id)
    mended = await card.press("1. Back to the event's channel")
    assert settings(home) == {}
    assert WELL in mended.text


async def test_deleted_emoji_is_found_and_taken_out_of_the_answers(home: Home) -> None:
    own = home.sandbox.world.guild(home.guild_id).emojis
    own[RAID.id] = RAID
    await answers(home, ":raid: yes\n✅ yes\n❌ no")
    event_id = await home.watched()
    assert WELL in (await examined(home)).text
    del own[RAID.id]
    card = await examined(home)
    assert "The answers of new events have emoji that this server does not have any more: `:raid:`." in card.text
    assert card.buttons == ["1. Take them out of the answers", "2. Take them out of the answers", "Check again"]
    card = await card.press("1. Take them out of the answers")
    assert [answer[0] for answer in settings(home)["answers"]] == ["✅", "❌"]
    card = await card.press("1. Take them out of the answers")
    assert "✅ “Raid night” has only answers now that this server has." in card.text
    (row,) = home.stage.scene.rows("SELECT required_reactions FROM event WHERE message_id = ?", event_id)
    assert json.loads(row[0]) == ["✅", "❌"]
    assert WELL in card.text


async def test_answers_of_the_settings_are_reset_where_too_few_would_be_left(home: Home) -> None:
    own = home.sandbox.world.guild(home.guild_id).emojis
    own[RAID.id] = RAID
    await answers(home, ":raid: yes\n❌ no")
    event_id = await home.watched()
    del own[RAID.id]
    card = await examined(home)
    # Of an event, people have to choose others.
    assert card.buttons == ["1. Reset the answers of new events", "Check again"]
    await card.press("1. Reset the answers of new events")
    assert settings(home) == {}
    await home.run("unwatch", event=str(event_id))


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


async def test_blocked_event_is_tried_again_at_a_press(home: Home) -> None:
    event_id = await home.watched()
    home.sandbox.faults.status(
        "GET", rf"/channels/{home.channel_id}/messages/{event_id}.*", 403, times=None,
        body={"message": "Missing Access", "code": 50001},
    )  # fmt: skip
    await deny(home, Permission.EMBED_LINKS)
    await home.until(lambda: home.stored(event_id).state == "blocked", "the block")
    await home.sandbox.director.delete_overwrite(home.channel_id, home.bot_id)
    card = await examined(home)
    assert "is blocked: Discord refused: Missing Access." in card.text
    card = await card.press("1. Try again now")
    assert "“Raid night” is still blocked." in card.text
    home.sandbox.faults.clear()
    home.stage.overhear()
    card = await card.press("1. Try again now")
    assert "✅ “Raid night” goes on." in card.text
    assert WELL in card.text
    assert home.stored(event_id).state == "active"


async def test_event_paused_by_the_import_is_resumed_at_a_press(home: Home) -> None:
    event_id = await home.watched()
    await home.run("pause", event=str(event_id))
    assert WELL in (await examined(home)).text
    write(
        home,
        "INSERT INTO imported_event (event_id, field_count, variant, fingerprint, is_dormant, told_at, created_at, "
        "updated_at) SELECT message_id, 1, 1, 'f', 1, created_at, created_at, created_at FROM event "
        "WHERE message_id = ?",
        event_id,
    )
    card = await (await examined(home)).press("1. Resume it")
    assert "✅ “Raid night” goes on." in card.text
    assert not home.stored(event_id).is_paused
    assert f"<@{home.organiser_id}>" in (await home.run("audit")).text


async def test_member_list_that_is_incomplete_is_asked_for_at_a_press(home: Home) -> None:
    director, gateway = home.sandbox.director, home.sandbox.gateway
    await home.watched()
    gateway.refuse_members()
    await director.kick_bot(home.guild_id, home.bot_id)
    await director.invite_bot(home.guild_id, home.bot_id)
    card = await examined(home)
    assert "members of this server, so nobody is reminded yet." in card.text
    refused = await card.press("1. Ask for the members now")
    assert "✅ I have asked for them. Check again in half a minute." in refused.text
    gateway.accept_members()
    card = await refused.press("1. Ask for the members now")
    assert "✅ All members are known now." in card.text
    assert "members of this server" not in card.text


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


async def test_member_is_refused_and_an_organiser_who_is_none_any_more_mends_nothing(home: Home) -> None:
    director = home.sandbox.director
    assert "Only organisers may do this" in (await home.run("doctor", by=home.member_ids[0])).text
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    await director.delete_channel(place)
    role = await director.create_role(home.guild_id, "Leads", int(Permission.MANAGE_EVENTS))
    lead = await director.add_member(home.guild_id, roles=[role])
    card = await examined(home, by=lead)
    reply = await director.click(home.organiser_id, card.reply, "1. Back to the event's channel")
    assert "This answer belongs to somebody else." in reply.text
    await director.remove_role(home.guild_id, lead, role)
    reply = await director.click(lead, card.reply, "1. Back to the event's channel")
    assert "Only organisers may do this" in everything(reply)
    assert settings(home)["place"] == "elsewhere"


async def test_what_somebody_else_has_mended_meanwhile_is_left_as_it_is(home: Home) -> None:
    place, better = await home.new_channel("reminders"), await home.new_channel("better")
    await elsewhere(home, place)
    await home.sandbox.director.delete_channel(place)
    card = await examined(home)
    await elsewhere(home, better)
    card = await card.press("1. Back to the event's channel")
    assert "Somebody was quicker" in card.text
    assert settings(home)["place_channel_id"] == str(better)


async def test_many_findings_are_paged_with_the_buttons_of_each_page(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    for number in range(6):
        await home.watched(f"Raid {number}")
    await home.sandbox.director.delete_channel(place)
    card = await examined(home)
    assert "Check-up: 7 findings" in card.text
    assert "Page 1 of 2" in card.text
    assert [label.split(".")[0] for label in card.buttons] == ["1", "2", "3", "4", "Next", "Check again"]
    card = await card.press("Next")
    assert [label.split(".")[0] for label in card.buttons] == ["5", "6", "7", "Previous", "Check again"]
    for _ in range(3):
        card = await card.press(card.buttons[0])
    assert "Page" not in card.text
    assert "Check-up: 4 findings" in card.text


async def test_card_is_in_its_readers_language(home: Home) -> None:
    await home.watched()
    await deny(home, Permission.ADD_REACTIONS)
    await home.sandbox.director.set_locale(home.organiser_id, "fr")
    text = (await examined(home)).text
    assert "Il me manque des permissions" in text
    assert "**Ajouter des réactions**" in text
