"""`/event` through a real bot process: written in a form, shown, posted, changed, cancelled, copied; and refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, open_stage
from tests.integration.event_forms import FILLED, event_row, fill_in, posted, press, rows, shown, values, written

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
