"""`/event` through a real bot process: written in a form, shown, posted, changed, cancelled, copied; and refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILLED = {
    "event:title": "Raid night",
    "event:text": "Bring **potions**. @everyone",
    "event:start": "in 3 days",
    "event:every": "12h",
    "event:until": "in 2 days",
}


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


async def press(home: Home, reply: InteractionReply, button: str) -> InteractionReply:
    """Press a button of an answer."""
    assert button in str(reply.components), reply.text
    return await home.sandbox.director.click(home.organiser_id, reply, button)


async def fill_in(home: Home, form: InteractionReply, **changes: str) -> InteractionReply:
    assert form.modal is not None, form.text
    texts = {**FILLED, **{f"event:{name}": text for name, text in changes.items()}}
    return await home.sandbox.director.submit_modal(home.organiser_id, form, texts)


async def written(home: Home, **changes: str) -> InteractionReply:
    form = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event create", {})
    return await fill_in(home, form, **changes)


async def posted(home: Home, **changes: str) -> int:
    draft = await written(home, **changes)
    done = await press(home, draft, "draft:finish")
    assert "Posted in" in done.text, done.text
    return int(rows(home, "SELECT max(message_id) FROM event WHERE guild_id = ?")[0][0])


def rows(home: Home, sql: str) -> list[Any]:
    return home.stage.scene.rows(sql, home.guild_id)


def event_row(home: Home, message_id: int) -> dict[str, Any]:
    names = "title, description, starts_at, answer_until, interval_minutes, state, state_reason, options, created_by"
    (row,) = home.stage.scene.rows(f"SELECT {names} FROM event WHERE message_id = ?", message_id)
    return dict(zip(names.split(", "), row, strict=True))


def shown(home: Home, message_id: int) -> Any:
    return home.sandbox.world.message(message_id)


async def test_form_leads_to_a_draft_with_its_times_echoed_and_nothing_is_posted_before_its_button(home: Home) -> None:
    posts = len(home.stage.sandbox.record.posts)
    draft = await written(home)
    (card,) = draft.embeds
    assert card["title"] == "Raid night"
    assert "**Begins:** <t:" in card["description"]
    assert ":F>" in card["description"]
    assert ":R>" in card["description"]
    assert "**Interval:** 12 hours" in card["description"]
    assert rows(home, "SELECT count(*) FROM event WHERE guild_id = ?") == [(0,)]
    assert len(home.stage.sandbox.record.posts) == posts


async def test_posted_event_has_its_reactions_and_is_watched(home: Home) -> None:
    message_id = await posted(home)
    message = shown(home, message_id)
    assert message.author_id == home.bot_id
    (embed,) = message.embeds
    assert [field["name"] for field in embed["fields"]] == ["Begins", "Answer until", "Your answer"]
    assert embed["description"] == "Bring **potions**. @everyone"
    assert "✅ yes" in embed["fields"][2]["value"]
    row = event_row(home, message_id)
    assert (row["title"], row["description"]) == ("Raid night", "Bring **potions**. @everyone")
    assert (row["interval_minutes"], row["created_by"]) == (720, home.organiser_id)
    starts_at = datetime.fromisoformat(row["starts_at"])
    assert 2.9 < (starts_at - datetime.now(UTC)).total_seconds() / 86400 < 3.1
    await home.react(message_id, [home.member_ids[0]])
    plan = home.stage.scene.rows("SELECT kind FROM plan_entry WHERE event_id = ? ORDER BY due_at", message_id)
    assert [kind for (kind,) in plan] == ["decide", "before", "completion"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"start": "soonish"}, "Begins: That is no date and time."),
        ({"start": "yesterday 8pm"}, "Begins: "),
        ({"every": "often"}, "Interval: "),
        ({"until": "in 4 days"}, "Answers would close after the start."),
        ({"title": " \u200b "}, "needs a title"),
    ],
    ids=["start", "past", "every", "order", "title"],
)
async def test_error_offers_the_form_again_as_it_was_filled(home: Home, changes: dict[str, str], says: str) -> None:
    refused = await written(home, **changes)
    assert says in refused.text
    again = await press(home, refused, "draft:form")
    assert again.modal is not None
    assert changes.items() <= {name.removeprefix("event:"): text for name, text in values(again).items()}.items()
    draft = await fill_in(home, again)
    assert "**Begins:**" in draft.embeds[0]["description"]
    assert rows(home, "SELECT count(*) FROM event WHERE guild_id = ?") == [(0,)]


def values(form: InteractionReply) -> dict[str, str]:
    assert form.modal is not None
    inputs = [part["component"] for part in form.modal["components"]]
    return {field["custom_id"]: field.get("value", "") for field in inputs}


async def test_discarded_draft_posts_nothing(home: Home) -> None:
    done = await press(home, await written(home), "draft:discard")
    assert "Nothing was changed" in done.text
    assert rows(home, "SELECT count(*) FROM event WHERE guild_id = ?") == [(0,)]


async def test_edit_of_the_bots_own_post_changes_post_times_and_plan(home: Home) -> None:
    message_id = await posted(home)
    await home.react(message_id, [home.member_ids[0]])
    form = await home.sandbox.director.command(
        home.organiser_id, home.channel_id, "event edit", {"event": str(message_id)}
    )
    assert values(form)["event:title"] == "Raid night"
    draft = await fill_in(home, form, title="Raid day", start="in 5 days", until="in 2 days", every="1d")
    assert " → " in draft.embeds[0]["description"]
    await press(home, draft, "draft:finish")
    row = event_row(home, message_id)
    assert (row["title"], row["interval_minutes"]) == ("Raid day", 1440)
    assert shown(home, message_id).embeds[0]["title"] == "Raid day"
    told = "SELECT count(*) FROM reminder_log WHERE event_id = ? AND kind = 'moved' AND status = 'sent'"
    await home.stage.until(lambda: home.stage.scene.rows(told, message_id) == [(1,)], "news of the new start")
    changes = await home.run("audit", event=str(message_id))
    assert "begins" in changes.text
    # The bot's own edit comes back as a frame: what is stored is what was typed, not what is shown.
    assert event_row(home, message_id)["description"] == "Bring **potions**. @everyone"


async def test_edit_left_as_it_was_changes_nothing_and_says_so(home: Home) -> None:
    message_id = await posted(home)
    form = await home.sandbox.director.command(
        home.organiser_id, home.channel_id, "event edit", {"event": str(message_id)}
    )
    before = event_row(home, message_id)
    draft = await home.sandbox.director.submit_modal(home.organiser_id, form, values(form))
    done = await press(home, draft, "draft:finish")
    assert "nothing was changed" in done.text
    assert event_row(home, message_id) == before


async def test_edit_of_somebody_elses_message_leaves_its_text(home: Home) -> None:
    message_id = await home.watched("Their words")
    form = await home.sandbox.director.command(
        home.organiser_id, home.channel_id, "event edit", {"event": str(message_id)}
    )
    assert set(values(form)) == {"event:start", "event:every", "event:until"}
    texts = {"event:start": "in 3 days", "event:every": "2h", "event:until": ""}
    draft = await home.sandbox.director.submit_modal(home.organiser_id, form, texts)
    await press(home, draft, "draft:finish")
    row = event_row(home, message_id)
    assert (row["title"], row["interval_minutes"]) == ("Their words", 120)
    assert row["starts_at"] is not None


async def test_cancel_asks_once_tells_who_answered_and_marks_the_post(home: Home) -> None:
    message_id = await posted(home)
    await home.react(message_id, home.member_ids[:1])
    question = await home.run("event cancel", event=str(message_id))
    assert event_row(home, message_id)["state"] == "active"
    kept = await press(home, question, "confirm:no")
    assert "Nothing was changed" in kept.text
    question = await home.run("event cancel", event=str(message_id))
    await press(home, question, "confirm:yes")
    row = event_row(home, message_id)
    assert (row["state"], row["state_reason"]) == ("completed", "it was cancelled")
    assert shown(home, message_id).embeds[0]["title"] == "Cancelled: Raid night"
    told = "SELECT users_notified FROM reminder_log WHERE event_id = ? AND kind = 'cancelled' AND status = 'sent'"
    await home.stage.until(lambda: home.stage.scene.rows(told, message_id) == [(1,)], "news of the end")


async def test_copy_is_the_same_at_another_time(home: Home) -> None:
    first = await posted(home)
    form = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event copy", {"event": str(first)})
    filled = values(form)
    assert (filled["event:title"], filled["event:start"], filled["event:every"]) == ("Raid night", "", "12 hours")
    draft = await home.sandbox.director.submit_modal(home.organiser_id, form, {**filled, "event:start": "in 9 days"})
    await press(home, draft, "draft:finish")
    assert rows(home, "SELECT count(*), count(DISTINCT title) FROM event WHERE guild_id = ?") == [(2, 1)]


async def test_preview_names_exactly_who_would_be_pinged_and_pings_nobody(home: Home) -> None:
    message_id = await posted(home)
    await home.react(message_id, [home.member_ids[0], home.owner_id])
    preview = await home.run("event preview", event=str(message_id))
    assert "Would be pinged now: 3" in preview.text
    for person in (home.organiser_id, *home.member_ids[1:]):
        assert f"<@{person}>" in preview.text
    assert f"<@{home.member_ids[0]}>" not in preview.text
    assert "request to those on maybe to decide" in preview.text
    assert "the event ends by itself" in preview.text
    assert home.stage.scene.rows("SELECT count(*) FROM reminder_log WHERE event_id = ?", message_id) == [(0,)]


async def test_show_tells_what_was_chosen(home: Home) -> None:
    message_id = await posted(home)
    card = await home.run("event show", event=str(message_id))
    for part in ("**Begins:** <t:", "**Answer until:** <t:", "**Interval:** 12 hours", "What comes next"):
        assert part in card.text


async def test_member_without_rights_may_do_none_of_it(home: Home) -> None:
    message_id = await posted(home)
    for name in ("create", "edit", "copy", "cancel", "show", "preview"):
        options: dict[str, Any] = {} if name == "create" else {"event": str(message_id)}
        reply = await home.run(f"event {name}", by=home.member_ids[0], **options)
        assert "Only organisers" in reply.text, name


async def test_channel_in_which_the_bot_may_not_post_is_refused_before_anything_is_typed(home: Home) -> None:
    await home.sandbox.director.edit_overwrite(
        home.channel_id, home.bot_id, deny=int(Permission.ADD_REACTIONS), kind=OverwriteKind.MEMBER
    )
    reply = await home.run("event create")
    assert "Add Reactions" in reply.text


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


async def test_two_people_fill_in_forms_at_once_and_both_are_taken(home: Home) -> None:
    director = home.sandbox.director
    mine = await director.command(home.organiser_id, home.channel_id, "event create", {})
    theirs = await director.command(home.owner_id, home.channel_id, "event create", {})
    draft = await fill_in(home, mine, title="Mine")
    assert draft.embeds[0]["title"] == "Mine"
    draft = await director.submit_modal(home.owner_id, theirs, {**FILLED, "event:title": "Theirs"})
    assert draft.embeds[0]["title"] == "Theirs"


async def test_two_who_edit_at_once_change_what_each_has_changed_alone(home: Home) -> None:
    message_id = await posted(home)
    await home.react(message_id, home.member_ids[:1])
    options = {"event": str(message_id)}
    form = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event edit", options)
    other = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event edit", options)
    moved = {**values(other), "event:start": "in 5 days", "event:until": "in 1 day"}
    await press(home, await home.sandbox.director.submit_modal(home.organiser_id, other, moved), "draft:finish")
    times = [event_row(home, message_id)[name] for name in ("starts_at", "answer_until")]
    renamed = {**values(form), "event:title": "Raid day"}
    await press(home, await home.sandbox.director.submit_modal(home.organiser_id, form, renamed), "draft:finish")
    row = event_row(home, message_id)
    assert row["title"] == "Raid day"
    assert [row[name] for name in ("starts_at", "answer_until")] == times
    told = "SELECT count(*) FROM reminder_log WHERE event_id = ? AND kind = 'moved'"
    await home.stage.until(lambda: home.stage.scene.rows(told, message_id) == [(1,)], "news of the new start, once")


async def test_watch_says_so_when_no_reminder_fits_before_answers_close(home: Home) -> None:
    draft = await home.run("watch", message=home.link(await home.post("Raid")), interval="2d", start="in 1 day")
    assert "nobody is reminded to answer" in (await press(home, draft, "draft:finish")).text
