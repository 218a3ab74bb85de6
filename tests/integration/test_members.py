"""What members do for themselves, through a real bot process: commands, and buttons under reminders."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import Home, Stage, everything, open_stage, private, soon

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("members"), LOG_LEVEL="DEBUG") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def choices(home: Home, user_id: int) -> dict[str, Any]:
    """Return what a member has chosen, by the database."""
    sql = "SELECT choices FROM member WHERE guild_id = ? AND user_id = ?"
    found = home.stage.scene.rows(sql, home.guild_id, user_id)
    read: dict[str, Any] = json.loads(found[0][0]) if found else {}
    return read


def waiting(home: Home, user_id: int) -> list[tuple[Any, ...]]:
    """Return what waits for somebody, by the database."""
    sql = "SELECT event_id, why, way FROM held_reminder WHERE user_id = ? AND gathered_id IS NULL"
    return home.stage.scene.rows(sql, user_id)


async def reminded(home: Home) -> tuple[int, int]:
    """Watch an event and have it reminded about; return it, and the reminder."""
    event_id = await home.watched()
    await home.remind(event_id)
    (post,) = await home.wait_reminders()
    return event_id, post.message_id


def with_buttons(home: Home, message_id: int, target: str) -> None:
    """Put the buttons of a reminder under a message of the bot's."""
    buttons = [
        {"type": 2, "style": 2, "label": label, "custom_id": f"{act}:{target}"}
        for act, label in (("snooze", "Snooze"), ("not", "Not this event"))
    ]
    home.sandbox.world.message(message_id).components = [{"type": 1, "components": buttons}]


async def press(home: Home, by: int, target: int | InteractionReply, button: str) -> InteractionReply:
    """Press a button; only who pressed sees the answer."""
    return private(await home.sandbox.director.click(by, target, button, timeout=10))


async def test_own_events_are_those_that_wait_for_me_and_those_i_said_yes_to(home: Home) -> None:
    me = home.member_ids[0]
    await home.watched("Raid night")
    agreed = await home.watched("Picnic")
    declined = await home.watched("Marathon")
    hidden = await home.new_channel("hidden", hidden_from=[me])
    await home.watched("Secret", channel_id=hidden)
    await home.react(agreed, [me])
    await home.react(declined, [me], "❌")
    said = everything(await home.run("my events", by=me))
    assert "**Waiting for your answer: 1**\n**[Raid night]" in said
    assert "next reminder <t:" in said
    assert "**You said yes: 1**\n✅ **[Picnic]" in said
    assert "Marathon" not in said
    assert "Secret" not in said


async def test_own_events_name_no_next_reminder_where_reminders_have_ended(home: Home) -> None:
    me = home.member_ids[0]
    card = await home.sandbox.director.select(
        home.organiser_id, await home.run("settings show"), None, ["escalate_after"]
    )
    await home.sandbox.director.select(home.organiser_id, card, "settings:escalation", ["1"])
    event_id, _message_id = await reminded(home)
    said = everything(await home.run("my events", by=me))
    assert "no more reminders: they have all gone unanswered" in said
    assert "next reminder" not in said
    assert "reminder of" not in said
    card = await home.run("my reminders", by=me)
    await home.sandbox.director.click(me, card, "mine:direct")
    assert "next reminder <t:" in everything(await home.run("my events", by=me))
    assert home.stored(event_id).next_reminder_at is not None


async def test_choices_are_made_on_one_card_and_kept(home: Home) -> None:
    me, director = home.member_ids[0], home.sandbox.director
    role = await director.create_role(home.guild_id, "Raiders")
    card = await home.run("my reminders", by=me)
    card = await director.select(me, card, "mine:contact", ["direct"])
    assert "**By direct message**" in card.text
    await director.select(me, card, "mine:roles", [str(role)])
    await director.select(me, card, "mine:quiet", ["never"])
    assert choices(home, me) == {"contact": "direct", "only_roles": [str(role)], "quiet": "never"}
    card = await director.select(me, card, "mine:contact", ["channel"])
    await director.click(me, card, "mine:direct")
    form = await director.select(me, card, "mine:quiet", ["own"])
    card = await director.submit_modal(me, form, {"settings:text": "22h - 7h"})
    assert "22:00–07:00" in card.text
    assert choices(home, me) == {"only_roles": [str(role)], "quiet": "22:00-07:00", "wants_direct": True}


async def test_quiet_hours_that_cannot_be_read_say_what_to_write_and_change_nothing(home: Home) -> None:
    me, director = home.member_ids[0], home.sandbox.director
    card = await home.run("my reminders", by=me)
    form = await director.select(me, card, "mine:quiet", ["own"])
    for text in ("night", "22:00-22:00", "25:00-07:00"):
        said = everything(await director.submit_modal(me, form, {"settings:text": text}))
        assert "22:00-07:00" in said
    assert choices(home, me) == {}


async def test_zone_of_a_member_is_theirs_and_taken_back_on_the_card(home: Home) -> None:
    me = home.member_ids[0]
    assert "Europe/Paris" in "".join(await home.suggestions("my timezone", "zone", "Par", by=me))
    assert "**Asia/Tokyo**" in everything(await home.run("my timezone", by=me, zone="Tokyo"))
    assert choices(home, me) == {"zone": "Asia/Tokyo"}
    card = await home.run("my reminders", by=me)
    await home.sandbox.director.click(me, card, "mine:zone")
    assert choices(home, me) == {}


async def test_absence_says_what_it_does_and_ends_with_back(home: Home) -> None:
    me = home.member_ids[0]
    await home.watched("Raid night")
    said = everything(await home.run("away", by=me, until="in 3 days", reason="**Sea**"))
    assert "Counted as no" not in said
    assert "You are still asked about events that begin later." in said
    assert "Not asked about until then: 1 event without a start." in said
    assert "no reminders while you are away" in everything(await home.run("my events", by=me))
    assert "1 event asks you again" in everything(await home.run("back", by=me))
    assert choices(home, me) == {}
    assert "You are not away" in everything(await home.run("back", by=me))


async def test_snooze_offers_moments_and_keeps_the_chosen_one(home: Home) -> None:
    me = home.member_ids[0]
    event_id, message_id = await reminded(home)
    offered = await press(home, me, message_id, "Snooze")
    assert "Tomorrow morning: <t:" in offered.text
    done = await home.sandbox.director.click(me, offered, "1 hour")
    assert "I remind you again <t:" in done.text
    assert waiting(home, me) == [(event_id, "snooze", "channel")]
    again = await press(home, me, message_id, "Snooze")
    await home.sandbox.director.click(me, again, "Tomorrow morning")
    assert waiting(home, me) == [(event_id, "snooze", "channel")]
    card = await home.run("my reminders", by=me)
    assert "snoozed, again <t:" in card.text
    await home.sandbox.director.select(me, card, "mine:aside", [str(event_id)])
    assert waiting(home, me) == []


async def test_not_this_event_asks_no_more_until_it_is_undone(home: Home) -> None:
    me = home.member_ids[0]
    event_id, message_id = await reminded(home)
    told = await press(home, me, message_id, "Not this event")
    assert "You are not asked about [Raid night]" in told.text
    await home.remind(event_id)
    (_first, second) = await home.wait_reminders(2)
    assert me not in second.pinged_user_ids
    assert home.member_ids[1] in second.pinged_user_ids
    assert "You get no reminders of this" in (await press(home, me, message_id, "Snooze")).text
    assert waiting(home, me) == []
    undone = await home.sandbox.director.click(me, told, "Undo")
    assert "You are reminded of [Raid night]" in undone.text
    assert home.stage.scene.rows("SELECT 1 FROM event_opt_out WHERE user_id = ?", me) == []


async def test_button_says_plainly_when_there_is_nothing_to_do(home: Home) -> None:
    event_id, message_id = await reminded(home)
    answered, blind, me = home.member_ids
    await home.react(event_id, [answered])
    await home.close_channel(home.channel_id, blind)
    assert "You have answered already" in (await press(home, answered, message_id, "Snooze")).text
    assert "cannot see it any more" in (await press(home, blind, message_id, "Snooze")).text
    await home.run("unwatch", event=str(event_id))
    assert "This event is over" in (await press(home, me, message_id, "Not this event")).text
    assert waiting(home, me) == []


async def test_buttons_answer_in_the_language_of_whoever_pressed(home: Home) -> None:
    me = home.member_ids[0]
    _event_id, message_id = await reminded(home)
    await home.sandbox.director.set_locale(me, "fr")
    offered = await press(home, me, message_id, "Snooze")
    assert "Demain matin" in offered.text
    assert "Prochain rappel <t:" in (await home.sandbox.director.click(me, offered, "1 heure")).text
    told = await press(home, me, message_id, "Not this event")
    assert "Plus de demande pour [Raid night]" in told.text
    assert "reprennent" in (await home.sandbox.director.click(me, told, "Annuler")).text


async def test_forgotten_person_leaves_no_row_is_not_asked_and_comes_back_when_they_want(home: Home) -> None:
    me = home.member_ids[0]
    event_id, message_id = await reminded(home)
    await home.react(event_id, [me])
    await home.run("my timezone", by=me, zone="Tokyo")
    await home.run("away", by=me, until="in 2 days")
    asked = await home.run("my forget", by=me)
    done = await home.sandbox.director.click(me, asked, "Forget me", timeout=10)
    assert "answers: **1**" in done.text
    assert "**0**" not in done.text
    assert rows_with(home, me) == []
    for name in ("events", "reminders", "data", "forget"):
        assert "`/my remember` has you asked" in everything(await home.run(f"my {name}", by=me))
    assert "`/my remember`" in (await press(home, me, message_id, "Not this event")).text
    assert "somebody was forgotten" in everything(await home.run("audit"))
    await home.sandbox.director.unreact(event_id, me, "✅")
    await home.sandbox.director.react(event_id, me, "❓")
    await soon()
    await home.remind(event_id)
    posts = await home.wait_reminders(2)
    assert me not in posts[-1].pinged_user_ids
    assert rows_with(home, me) == []
    assert "asked and counted again" in everything(await home.run("my remember", by=me))
    await home.until(lambda: home.answers(event_id).get(me) == "❓", "reading the reactions anew")
    assert "had not forgotten you" in everything(await home.run("my remember", by=me))


async def test_forgetting_twice_removes_nothing_more_and_a_second_click_is_taken_too(home: Home) -> None:
    me, director = home.member_ids[0], home.sandbox.director
    first, second = await home.run("my forget", by=me), await home.run("my forget", by=me)
    await director.click(me, first, "Forget me", timeout=10)
    assert "Nothing was left to remove." in (await director.click(me, second, "Forget me", timeout=10)).text
    assert rows_with(home, me) == []


def rows_with(home: Home, user_id: int) -> list[str]:
    """Return the tables in which an id stands anywhere, what the text of a message says aside."""
    scene = home.stage.scene
    tables = [name for (name,) in scene.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    ours = [name for name in tables if not name.startswith(("event_text", "sqlite_"))]
    return [name for name in ours if str(user_id) in str(scene.rows(f'SELECT * FROM "{name}"'))]


async def test_no_log_line_of_all_this_names_a_person(stage: Stage) -> None:
    log = stage.scene.bot.last_lines(100_000)
    people = [user_id for user_id in stage.sandbox.world.users if user_id != stage.scene.seed.bot_id]
    assert len(people) > 20
    assert [line for line in log.splitlines() if any(str(user_id) in line for user_id in people)] == []
