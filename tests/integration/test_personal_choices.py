"""What members have chosen, through the real client: who is named in the channel, what waits, what is told of it."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.member_choices import Contact, MemberChoices
from models.quiet_hours import QuietHours
from tests.integration.command_stage import Home, open_stage
from utils.time import to_text


def choose(home: Home, choices: Mapping[int, MemberChoices], not_this: tuple[int, int]) -> None:
    """Store what members chose, and who does not want which event, as the commands would; the bot is not running."""
    now = to_text(datetime.now(UTC).replace(microsecond=0))
    members = [(home.guild_id, who, json.dumps(chosen.to_json()), now, now) for who, chosen in choices.items()]
    with closing(sqlite3.connect(home.stage.scene.database, timeout=10)) as connection, connection:
        columns = "guild_id, user_id, choices, created_at, updated_at"
        connection.executemany(f"INSERT INTO member ({columns}) VALUES (?, ?, ?, ?, ?)", members)
        columns = "event_id, user_id, created_at, updated_at"
        connection.execute(f"INSERT INTO event_opt_out ({columns}) VALUES (?, ?, ?, ?)", (*not_this, now, now))


def around_now() -> QuietHours:
    """Quiet hours, in UTC, that began an hour ago and last almost all day."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return QuietHours((now - timedelta(hours=1)).time(), (now - timedelta(hours=2)).time())


async def test_only_who_may_be_pinged_now_is_named_and_the_others_wait_or_are_not_asked(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        anna, ben, carl = home.member_ids
        message_id = await home.watched()
        await stage.scene.kill()
        choose(
            home,
            {
                anna: MemberChoices(contact=Contact.DIRECT),
                ben: MemberChoices(quiet=around_now()),
                carl: MemberChoices(contact=Contact.OFF),
            },
            (message_id, home.organiser_id),
        )
        await stage.scene.start()
        reply = await home.remind(message_id)
        assert [post.pinged_user_ids for post in home.reminders()] == [(home.owner_id,)]
        assert "Reminded 1 person." in reply.text
        assert "Not pinged now by what they or the server chose: 2 people" in reply.text
        waiting = stage.scene.rows("SELECT user_id, why FROM held_reminder ORDER BY why")
        assert (ben, "quiet") in waiting
        status = (await home.run("status", event=str(message_id))).text
        assert "Answered: 0 of 3" in status
        for line in (
            "Not asked, not missing: 1 person who wants no such reminders",
            "Not asked, not missing: 1 person who wants none about this event",
            "Missing, not pinged now: 1 person until the end of quiet hours",
        ):
            assert line in status, status
        await home.react(message_id, [home.owner_id, anna, ben])
        await home.until(lambda: home.stored(message_id).next_reminder_at is None, "going quiet without those excused")


async def test_quiet_hours_switched_off_by_a_member_or_the_server_have_what_waited_told_at_once(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        anna, ben, carl = home.member_ids
        message_id = await home.watched()
        await home.react(message_id, [home.owner_id, home.organiser_id, carl])
        await stage.scene.kill()
        choose(home, {anna: MemberChoices(quiet=around_now())}, (message_id, home.owner_id))
        await stage.scene.start()
        settings = await home.run("settings show")
        settings = await home.sandbox.director.select(home.organiser_id, settings, None, ["quiet_hours"])
        form = await home.sandbox.director.click(home.organiser_id, settings, "settings:form")
        filled = {"settings:text": around_now().text}
        settings = await home.sandbox.director.submit_modal(home.organiser_id, form, filled)
        await home.remind(message_id)
        waiting = "SELECT user_id FROM held_reminder WHERE why = 'quiet' AND gathered_id IS NULL ORDER BY user_id"
        await home.until(lambda: stage.scene.rows(waiting) == [(anna,), (ben,)], "waiting")
        assert home.reminders() == []
        mine = await home.run("my reminders", by=anna)
        await home.sandbox.director.select(anna, mine, "mine:quiet", ["never"])
        assert [post.pinged_user_ids for post in await home.wait_reminders(1)] == [(anna,)]
        await home.sandbox.director.click(home.organiser_id, settings, "settings:reset")
        assert [post.pinged_user_ids for post in await home.wait_reminders(2)] == [(anna,), (ben,)]
        assert stage.scene.rows(waiting) == []
