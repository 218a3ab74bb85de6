"""Buttons, selects and forms that nothing hears any more, and those that are only slow."""

import asyncio
from pathlib import Path

from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import PATIENCE_SECONDS, Home, open_stage, private
from tests.integration.event_forms import FILLED, fill_in, press, rows, written

CALLBACKS = r"/interactions/.*"
SLOW_SECONDS = 2.2
"""Longer than the bot gives what it does not know, and less than Discord gives everybody."""


async def test_buttons_selects_and_forms_from_before_a_restart_say_so_to_whoever_uses_them(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        message_id = await home.watched()
        draft = await written(home)
        form = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event create", {})
        question = await home.run("event cancel", event=str(message_id))
        settings = await home.run("my reminders", by=home.member_ids[0])
        await stage.scene.kill()
        await stage.scene.restart()
        buttons = "These buttons have stopped working"
        for dead, button in ((draft, "draft:finish"), (question, "confirm:yes")):
            told = private(await press(home, dead, button))
            assert buttons in told.text
            assert "changed nothing. Use the command again." in told.text
        await home.sandbox.director.set_locale(home.member_ids[0], "fr")
        assert "Ces boutons ne fonctionnent plus" in (await select_first(home, settings)).text
        told = private(await fill_in(home, form))
        assert "Nothing was changed: copy what you wrote, and use the command again." in told.text
        assert rows(home, "SELECT state FROM event WHERE guild_id = ?") == [("active",)]


async def test_second_click_on_what_was_used_up_is_told_so(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        draft = await written(home)
        director, organiser = home.sandbox.director, home.organiser_id
        callbacks = home.sandbox.faults.slow("PATCH", r"/webhooks/.*", 1.0)
        first = asyncio.create_task(director.click(organiser, draft, "draft:discard", timeout=PATIENCE_SECONDS))
        await home.until(lambda: callbacks.hits > 0, "the first click")
        told = private(await press(home, draft, "draft:discard"))
        assert "they were used already" in told.text
        discarded = await first
        await home.until(lambda: "Discarded." in discarded.refresh().text, "the end of the first click")


async def test_slow_view_or_form_is_not_overtaken(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage, stage.home() as home:
        director, organiser = home.sandbox.director, home.organiser_id
        form = await director.command(organiser, home.channel_id, "event create", {})
        slow = home.sandbox.faults.slow("POST", CALLBACKS, SLOW_SECONDS, times=None)
        draft = await director.submit_modal(organiser, form, FILLED, timeout=PATIENCE_SECONDS)
        await home.until(lambda: bool(draft.refresh().embeds), "the slow form")
        await press(home, draft, "draft:discard")
        await home.until(lambda: "Discarded." in draft.refresh().text, "the slow click")
        # discord.py sends one answer after the other, so that one that comes too late shows as an attempt.
        assert slow.hits == 2


async def select_first(home: Home, reply: InteractionReply) -> InteractionReply:
    """Choose the first option of the first select of a member's answer."""
    option = reply.option_values[0]
    return private(await home.sandbox.director.select(home.member_ids[0], reply, None, [option], timeout=5))
