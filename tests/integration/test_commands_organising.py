"""`/unwatch`, `/pause`, `/resume`, `/set_interval` and `/remind` with good and bad input, by a real bot process."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.faults import FaultRequest
from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Event, Home, Stage, open_stage, soon

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = "No watched event goes by that. Pick one from the suggestions as you type."
POSTS = r"/channels/\d+/messages"

BY_EVENT: dict[str, dict[str, Any]] = {
    "unwatch": {},
    "pause": {},
    "resume": {},
    "set_interval": {"interval": "2h"},
    "remind": {},
    "status": {},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("organising")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def comes_in(event: Event) -> timedelta:
    """Return how long it is until an event's next reminder."""
    assert event.next_reminder_at is not None
    due = datetime.fromisoformat(event.next_reminder_at)
    return (due if due.tzinfo else due.replace(tzinfo=UTC)) - datetime.now(UTC)


# How an event is named


@pytest.mark.parametrize("name", BY_EVENT)
async def test_event_is_found_by_what_a_suggestion_stands_for_and_by_link(home: Home, name: str) -> None:
    for spell in (str, home.link):
        message_id = await home.watched("Named")
        reply = await home.run(name, event=spell(message_id), **BY_EVENT[name])
        assert "Named" in reply.text
        assert reply.embeds[0]["url"] == home.link(message_id)


@pytest.mark.parametrize("name", BY_EVENT)
async def test_text_that_names_no_event_is_refused_and_nothing_changes(home: Home, name: str) -> None:
    message_id, unwatched = await home.watched("Raid night"), await home.post("Not watched")
    before = home.stored(message_id)
    texts = ["Raid", "garbage", "", "0", "-1", str(2**63), str(unwatched), home.link(unwatched), "@everyone"]
    for text in texts:
        reply = await home.run(name, event=text, **BY_EVENT[name])
        assert reply.text == UNKNOWN, text
    assert home.stored(message_id) == before
    assert home.reminders() == []


@pytest.mark.parametrize("name", BY_EVENT)
async def test_event_of_another_guild_is_refused_and_nothing_changes(home: Home, stage: Stage, name: str) -> None:
    async with stage.home("Other") as other:
        foreign = await other.watched("Foreign")
        before = other.stored(foreign)
        by_id = await home.run(name, event=str(foreign), **BY_EVENT[name])
        by_link = await home.run(name, event=other.link(foreign), **BY_EVENT[name])
        assert by_id.text == UNKNOWN
        assert "That link leads to another server." in by_link.text
        assert other.stored(foreign) == before
        assert other.reminders() == []


@pytest.mark.parametrize("name", BY_EVENT)
async def test_event_in_a_channel_the_caller_cannot_see_reads_like_none(home: Home, name: str) -> None:
    channel_id = await home.new_channel("secret")
    message_id = await home.watched("Secret", channel_id=channel_id)
    await home.close_channel(channel_id, home.organiser_id)
    before = home.stored(message_id)
    reply = await home.run(name, event=str(message_id), **BY_EVENT[name])
    assert reply.text == UNKNOWN
    assert home.stored(message_id) == before


async def test_suggestions_are_this_guilds_events_that_the_caller_can_see(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        await other.watched("Raid abroad")
        await home.watched("Raid one")
        await home.watched("Other thing")
        await home.watched("**RAID** @everyone")
        secret = await home.new_channel("secret")
        await home.watched("Raid secret", channel_id=secret)
        await home.close_channel(secret, home.organiser_id)
        for name in BY_EVENT:
            assert await home.suggestions(name, "event", "") == ["**RAID** @everyone", "Other thing", "Raid one"]
        assert await home.suggestions("status", "event", " raid o") == ["Raid one"]
        assert await home.suggestions("status", "event", "%") == []
        assert await home.suggestions("status", "event", "x" * 6000) == []
        assert "Raid secret" in await home.suggestions("status", "event", "", by=home.owner_id)


async def test_suggestions_are_at_most_25_the_newest_first_and_ended_events_are_not_among_them(home: Home) -> None:
    made = [await home.watched(f"Event {number}") for number in range(27)]
    await home.run("unwatch", event=str(made[-1]))
    suggested = await home.suggestions("status", "event", "")
    assert suggested == [f"Event {number}" for number in range(25, 0, -1)]


# Unwatch


async def test_unwatch_ends_the_event_keeps_its_answers_and_says_so(home: Home) -> None:
    message_id = await home.watched()
    await home.react(message_id, home.member_ids[:1])
    reply = await home.run("unwatch", event=str(message_id))
    assert "Not watched any more. The answers are kept" in reply.text
    ended = home.stored(message_id)
    assert (ended.state, ended.next_reminder_at) == ("completed", None)
    await home.sandbox.director.react(message_id, home.member_ids[1], "✅")
    assert (await home.run("unwatch", event=str(message_id))).text == UNKNOWN
    assert home.answers(message_id) == {home.member_ids[0]: "✅"}


# Pause and resume


async def test_pause_holds_reminders_counts_answers_and_resume_starts_a_fresh_interval(home: Home) -> None:
    message_id, unwatched = await home.watched(interval="1s"), await home.watched(interval="1s")
    await home.run("unwatch", event=str(unwatched))
    reply = await home.run("pause", event=str(message_id))
    assert "Paused. Answers go on being counted" in reply.text
    sent = len(home.reminders())
    await home.react(message_id, home.member_ids[:2])
    await asyncio.sleep(1.3)
    assert len(home.reminders()) == sent, "neither the paused nor the unwatched event may remind"
    reply = await home.run("resume", event=str(message_id))
    assert "Going on." in reply.text
    assert "Next reminder: <t:" in reply.text
    post = (await home.wait_reminders(sent + 1))[-1]
    assert post.reference_id == message_id
    assert set(post.pinged_user_ids) == {*home.people} - {*home.member_ids[:2]}


async def test_pausing_twice_and_resuming_what_runs_say_so_and_change_nothing(home: Home) -> None:
    message_id = await home.watched()
    before = home.stored(message_id)
    reply = await home.run("resume", event=str(message_id))
    assert "It is not paused." in reply.text
    assert home.stored(message_id) == before
    await home.run("pause", event=str(message_id))
    reply = await home.run("pause", event=str(message_id))
    assert "It was paused already" in reply.text
    assert home.stored(message_id).is_paused


async def test_resume_of_an_event_that_everybody_has_answered_is_quiet(home: Home) -> None:
    message_id = await home.watched()
    await home.run("pause", event=str(message_id))
    await home.react(message_id, home.people)
    await soon()
    reply = await home.run("resume", event=str(message_id))
    assert "State: quiet: everybody has answered" in reply.text
    assert home.stored(message_id).next_reminder_at is None


# Interval


@pytest.mark.parametrize("interval", ["1h30", "une heure et demie"])
async def test_set_interval_shows_old_and_new_and_counts_from_now(home: Home, interval: str) -> None:
    message_id = await home.watched(interval="1d")
    reply = await home.run("set_interval", event=str(message_id), interval=interval)
    assert "Interval changed from 1 day to 1 hour 30 minutes." in reply.text
    assert timedelta(minutes=89) < comes_in(home.stored(message_id)) <= timedelta(minutes=90)


async def test_set_interval_of_a_quiet_event_keeps_it_quiet(home: Home) -> None:
    message_id = await home.watched()
    await home.react(message_id, home.people)
    await home.until(lambda: home.stored(message_id).next_reminder_at is None, "going quiet")
    reply = await home.run("set_interval", event=str(message_id), interval="2h")
    assert "No reminder is planned. State: quiet" in reply.text
    await soon()
    assert home.stored(message_id).next_reminder_at is None


@pytest.mark.parametrize("interval", ["", "never", "0", "29d", "-1h"])
async def test_set_interval_out_of_bounds_changes_nothing(home: Home, interval: str) -> None:
    message_id = await home.watched()
    before = home.stored(message_id)
    reply = await home.run("set_interval", event=str(message_id), interval=interval)
    assert "interval" in reply.text
    assert reply.embeds == []
    assert home.stored(message_id) == before


async def test_set_interval_of_a_paused_event_keeps_it_paused(home: Home) -> None:
    message_id = await home.watched()
    await home.run("pause", event=str(message_id))
    reply = await home.run("set_interval", event=str(message_id), interval="2h")
    assert "No reminder is planned. State: paused" in reply.text
    assert home.stored(message_id).is_paused
    assert home.stored(message_id).next_reminder_at is None


async def test_set_interval_suggests_intervals(home: Home) -> None:
    assert await home.suggestions("set_interval", "interval", "3 d") == ["3 days"]


# Remind


async def test_remind_pings_exactly_those_who_are_missing_and_moves_the_next_one(home: Home) -> None:
    message_id = await home.watched(interval="1d")
    await home.react(message_id, home.member_ids[:2])
    reply = await home.run("remind", event=str(message_id))
    assert "Reminded 3 people." in reply.text
    [post] = home.reminders()
    assert set(post.pinged_user_ids) == {home.owner_id, home.organiser_id, home.member_ids[2]}
    assert post.reference_id == message_id
    assert timedelta(hours=23, minutes=59) < comes_in(home.stored(message_id)) <= timedelta(days=1)


async def test_remind_when_nobody_is_missing_sends_nothing_and_says_so(home: Home) -> None:
    message_id = await home.watched()
    await home.react(message_id, home.people)
    reply = await home.run("remind", event=str(message_id))
    assert "Everybody has answered: nobody was reminded." in reply.text
    assert home.reminders() == []


async def test_remind_of_a_paused_event_sends_and_leaves_it_paused(home: Home) -> None:
    message_id = await home.watched()
    await home.run("pause", event=str(message_id))
    reply = await home.run("remind", event=str(message_id))
    assert "Reminded 5 people." in reply.text
    assert "No reminder is planned. State: paused" in reply.text
    assert len(home.reminders()) == 1
    assert home.stored(message_id).is_paused


async def test_remind_while_one_is_being_sent_is_refused_and_nobody_is_pinged_twice(home: Home) -> None:
    message_id = await home.watched()

    def is_here(request: FaultRequest) -> bool:
        return str(home.channel_id) in request.path

    hold = home.sandbox.faults.hold("POST", POSTS, when=is_here)
    first = asyncio.create_task(home.run("remind", event=str(message_id)))
    await hold.reached()
    second = await home.run("remind", event=str(message_id))
    assert "A reminder for this event is being sent right now." in second.text
    in_between = await home.run("status", event=str(message_id))
    assert "sending a reminder now" in in_between.text
    hold.release()
    assert "Reminded 5 people." in (await first).text
    assert len(home.reminders()) == 1


async def test_remind_of_a_blocked_event_says_why_it_cannot(home: Home) -> None:
    message_id = await home.watched()
    await home.block(message_id)
    reply = await home.run("remind", event=str(message_id))
    assert "This event is blocked: Discord refused" in reply.text


async def test_remind_that_could_not_be_sent_does_not_say_that_people_were_reminded(home: Home) -> None:
    message_id = await home.watched()
    await home.sandbox.director.edit_overwrite(
        home.channel_id, home.bot_id, deny=int(Permission.SEND_MESSAGES), kind=OverwriteKind.MEMBER
    )
    reply = await home.remind(message_id)
    assert home.reminders() == []
    assert "Reminded" not in reply.text
    assert "Missing Permissions" in reply.text


async def test_remind_counts_only_who_was_still_missing_when_it_went_out(home: Home) -> None:
    message_id = await home.watched()

    def is_here(request: FaultRequest) -> bool:
        return str(home.channel_id) in request.path

    fault = home.sandbox.faults.reset("POST", POSTS, when=is_here)
    reminding = asyncio.create_task(home.run("remind", event=str(message_id)))
    await home.until(lambda: fault.hits == 1, "the first attempt")
    await home.react(message_id, home.member_ids)
    reply = await reminding
    [post] = home.reminders()
    assert sorted(post.pinged_user_ids) == sorted([home.owner_id, home.organiser_id])
    assert "Reminded 2 people." in reply.text


async def test_watching_a_blocked_event_again_says_that_it_is_blocked(home: Home) -> None:
    message_id = await home.watched()
    await home.block(message_id)
    reply = await home.run("watch", message=str(message_id), interval="1h")
    assert "State: blocked" in reply.text
    assert "I cannot send reminders there: give me Send Messages" in reply.text


async def test_remind_without_an_event_reminds_all_running_ones_each_in_its_own_channel(home: Home) -> None:
    second = await home.new_channel("second")
    secret = await home.new_channel("secret")
    here, there = await home.watched("Here"), await home.watched("There", channel_id=second)
    hidden = await home.watched("Hidden", channel_id=secret)
    paused, done = await home.watched("Paused"), await home.watched("Done")
    await home.run("pause", event=str(paused))
    await home.react(done, home.people)
    await home.react(there, home.member_ids)
    await home.until(lambda: home.stored(done).next_reminder_at is None, "going quiet")
    await home.close_channel(secret, home.organiser_id)
    reply = await home.run("remind")
    lines = reply.embeds[0]["description"].splitlines()
    by_title = {line.split("]")[0].lstrip("["): line for line in lines}
    assert by_title["Here"].endswith("Reminded 5 people.")
    assert by_title["There"].endswith("Reminded 2 people.")
    assert by_title["Done"].endswith("Everybody has answered: nobody was reminded.")
    assert "Paused" not in reply.text
    assert "Hidden" not in reply.text
    assert lines[-1] == "and 1 event in channels that you cannot see"
    assert [post.reference_id for post in home.reminders()] == [here]
    assert [post.reference_id for post in home.reminders(second)] == [there]
    assert [post.reference_id for post in home.reminders(secret)] == [hidden]


async def test_remind_without_an_event_where_none_runs_says_what_to_do(home: Home) -> None:
    message_id = await home.watched()
    await home.run("pause", event=str(message_id))
    reply = await home.run("remind")
    assert "No event is running. `/watch` starts one, `/resume` a paused one." in reply.text
    assert home.reminders() == []


async def test_remind_without_an_event_leaves_other_guilds_alone(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        await other.watched()
        await home.watched()
        await home.run("remind")
        await soon()
        assert len(home.reminders()) == 1
        assert other.reminders() == []


async def test_title_that_only_one_event_has_is_enough(home: Home) -> None:
    message_id = await home.watched("Quiz night")
    await home.watched("Film night")
    await home.run("pause", event="quiz NIGHT")
    assert home.stored(message_id).is_paused


async def test_title_of_two_events_is_not_guessed_at(home: Home) -> None:
    both = [await home.watched("Quiz night"), await home.watched("Quiz night")]
    reply = await home.run("pause", event="Quiz night")
    assert "Pick one from the suggestions" in reply.text
    assert not any(home.stored(message_id).is_paused for message_id in both)
