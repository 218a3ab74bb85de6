"""What is chosen of an event besides its texts: audience, answers, place, reminders before, by /event and /watch."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, open_stage
from tests.integration.event_forms import event_row, posted, press, rows, shown, values, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("event")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_watch_with_a_start_shows_its_times_before_it_watches(home: Home) -> None:
    message_id = await home.post("Raid of the guild")
    role = await home.sandbox.director.create_role(home.guild_id, "Raiders")
    await home.sandbox.director.add_role(home.guild_id, home.member_ids[0], role)
    link = home.link(message_id)
    draft = await home.run(
        "watch",
        message=link,
        interval="2h",
        start="in 3 days",
        audience=f"<@&{role}>",
        before="1d, 1h",
        remind_in="thread",
    )
    text = draft.embeds[0]["description"]
    for part in (":F>", "1 day and 1 hour", f"<@&{role}>", "thread of the event's message", "2 hours"):
        assert part in text
    assert rows(home, "SELECT count(*) FROM event WHERE guild_id = ?") == [(0,)]
    done = await press(home, draft, "draft:finish")
    assert "Answered so far: 0 of 1" in done.text
    options = event_row(home, message_id)["options"]
    assert '"place": "thread"' in options
    assert '"before_minutes": [1440, 60]' in options


async def test_watch_with_a_start_on_a_watched_message_changes_that_alone(home: Home) -> None:
    message_id = await home.watched("Raid", interval="3h")
    draft = await home.run("watch", message=home.link(message_id), start="in 3 days")
    await press(home, draft, "draft:finish")
    row = event_row(home, message_id)
    assert row["interval_minutes"] == 180
    assert row["starts_at"] is not None


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("start", "soonish", "no date and time"),
        ("until", "2020-01-01 20:00", "past"),
        ("audience", "@Nobody of that name", "no role and no member"),
        ("remind_in", "the moon", "no place for reminders"),
        ("before", "often", "no interval"),
    ],
)
async def test_option_that_cannot_be_read_says_what_to_write_and_changes_nothing(
    home: Home, option: str, text: str, says: str
) -> None:
    message_id = await home.post("Raid")
    options: dict[str, Any] = {option: text}
    reply = await home.run("watch", message=home.link(message_id), **options)
    assert says.casefold() in reply.text.casefold()
    assert rows(home, "SELECT count(*) FROM event WHERE guild_id = ?") == [(0,)]


async def test_draft_chooses_whom_it_asks(home: Home) -> None:
    role = await home.sandbox.director.create_role(home.guild_id, "Raiders")
    await home.sandbox.director.add_role(home.guild_id, home.member_ids[1], role)
    draft = await written(home)
    assert "everybody who sees the channel" in draft.text
    director = home.sandbox.director
    draft = await director.select(home.organiser_id, draft, "draft:roles", [str(role)])
    draft = await director.select(home.organiser_id, draft, "draft:members", [str(home.member_ids[0])])
    assert f"<@&{role}> and <@{home.member_ids[0]}>" in draft.text
    await press(home, draft, "draft:finish")
    ((message_id,),) = rows(home, "SELECT message_id FROM event WHERE guild_id = ?")
    preview = await home.run("event preview", event=str(message_id))
    assert "Would be pinged now: 2" in preview.text


async def test_suggestions_for_times_and_places(home: Home) -> None:
    assert len(await home.suggestions("watch", "start", "")) == 7
    assert await home.suggestions("watch", "remind_in", "thr") == ["A thread of the event's message"]
    assert "#plans" in await home.suggestions("watch", "remind_in", "pla")


async def test_draft_offers_other_answers_from_a_list_or_typed(home: Home) -> None:
    director = home.sandbox.director
    draft = await director.select(home.organiser_id, await written(home), "draft:answers", ["raid"])
    assert "🛡️ Tank" in draft.text
    form = await director.select(home.organiser_id, draft, "draft:answers", ["others"])
    assert form.modal is not None
    refused = await director.submit_modal(home.organiser_id, form, {"settings:text": "✅ yes"})
    assert any("2 to 10 answers" in said.text for said in [refused, *refused.follow_ups()])
    form = await director.select(home.organiser_id, draft, "draft:answers", ["others"])
    typed = "✅ yes Coming\n🏠 no Staying home\n❓ maybe"
    draft = await director.submit_modal(home.organiser_id, form, {"settings:text": typed})
    assert "✅ Coming · 🏠 Staying home · ❓ maybe" in draft.text
    await press(home, draft, "draft:finish")
    ((message_id,),) = rows(home, "SELECT message_id FROM event WHERE guild_id = ?")
    assert len(shown(home, message_id).reactions) == 3


async def test_edit_of_the_answers_keeps_those_whose_emoji_stays(home: Home) -> None:
    message_id = await posted(home)
    await home.react(message_id, home.member_ids[:1], "✅")
    await home.react(message_id, home.member_ids[1:2], "❓")
    form = await home.sandbox.director.command(
        home.organiser_id, home.channel_id, "event edit", {"event": str(message_id)}
    )
    draft = await home.sandbox.director.submit_modal(home.organiser_id, form, values(form))
    draft = await home.sandbox.director.select(home.organiser_id, draft, "draft:answers", ["yes_no"])
    assert " → " in draft.text
    await press(home, draft, "draft:finish")
    await home.stage.until(lambda: home.answers(message_id) == {home.member_ids[0]: "✅"}, "the new answers")
    assert "✅ Coming · ❌ Not coming" in str(shown(home, message_id).embeds[0])


async def test_preview_says_where_and_who_is_pinged_elsewhere(home: Home) -> None:
    director = home.sandbox.director
    hidden = await director.create_channel(home.guild_id, "raid-reminders")
    everybody = home.guild_id
    await director.edit_overwrite(hidden, everybody, deny=int(Permission.VIEW_CHANNEL))
    await director.edit_overwrite(hidden, home.bot_id, allow=int(Permission.VIEW_CHANNEL), kind=OverwriteKind.MEMBER)
    await director.edit_overwrite(
        hidden, home.organiser_id, allow=int(Permission.VIEW_CHANNEL), kind=OverwriteKind.MEMBER
    )
    message_id = await home.watched("Raid")
    draft = await home.run("watch", message=home.link(message_id), remind_in=str(hidden))
    await press(home, draft, "draft:finish")
    preview = await home.run("event preview", event=str(message_id))
    assert f"<#{hidden}>" in preview.text
    assert "In the event's own channel instead: 3 people. They cannot see the channel" in preview.text


async def test_edit_takes_what_the_form_has_no_room_for(home: Home) -> None:
    message_id = await home.watched("Raid")
    options = {"event": str(message_id), "remind_in": "thread", "before": "2h"}
    form = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event edit", options)
    draft = await home.sandbox.director.submit_modal(home.organiser_id, form, {"event:start": "in 3 days"})
    await press(home, draft, "draft:finish")
    stored = event_row(home, message_id)["options"]
    assert '"place": "thread"' in stored
    assert '"before_minutes": [120]' in stored


async def test_watch_says_so_when_no_reminder_fits_before_answers_close(home: Home) -> None:
    draft = await home.run("watch", message=home.link(await home.post("Raid")), interval="2d", start="in 1 day")
    assert "nobody is reminded to answer" in (await press(home, draft, "draft:finish")).text


async def test_choosing_bots_alone_asks_nobody_new_and_says_so(home: Home) -> None:
    draft = await written(home)
    refused = await home.sandbox.director.select(home.organiser_id, draft, "draft:members", [str(home.bot_id)])
    assert any("Bots are never asked" in said.text for said in [refused, *refused.follow_ups()])


async def test_draft_of_an_event_that_its_author_cannot_see_any_more_changes_nothing(home: Home) -> None:
    message_id = await home.watched("Raid")
    draft = await home.run("watch", message=home.link(message_id), start="in 3 days")
    await home.sandbox.director.edit_overwrite(
        home.channel_id, home.organiser_id, deny=int(Permission.VIEW_CHANNEL), kind=OverwriteKind.MEMBER
    )
    refused = await press(home, draft, "draft:finish")
    said = " ".join(each.text for each in [refused, *refused.follow_ups()])
    assert "No watched event goes by that" in said
    assert event_row(home, message_id)["starts_at"] is None
