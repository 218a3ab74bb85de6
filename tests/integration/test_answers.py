"""Answers through reads, kills and a proxy's pages: what is stored at the end is what Discord shows."""

import asyncio

from reminder_bot.sandbox.faults import Side
from tests.integration.scene import Scene


async def test_what_arrives_while_the_answers_are_read_wins_over_what_was_read(scene: Scene) -> None:
    event, (stays, leaves, comes, *_) = await scene.watch("1h"), scene.people
    await scene.kill()
    await scene.react(event, stays, leaves)
    path = rf"/channels/\d+/messages/{event}/reactions/.*"
    hold = scene.sandbox.faults.hold("GET", path, side=Side.AFTER)
    await scene.restart()
    await hold.reached()
    await scene.unreact(event, leaves)
    await scene.react(event, comes)
    await scene.until(lambda: comes in scene.stored_answers(event), "storing what arrives")
    hold.release()
    await scene.until(lambda: stays in scene.stored_answers(event), "the reading")
    assert scene.stored_answers(event) == {stays: "✅", comes: "✅"}


async def test_reading_an_event_asks_only_for_emoji_that_somebody_else_has_added(scene: Scene) -> None:
    event, (one, *_) = await scene.watch("1h"), scene.people
    await scene.kill()
    await scene.react(event, one, emoji="❌")
    calls = len(scene.sandbox.record.calls)
    await scene.restart()
    await scene.until(lambda: scene.stored_answers(event) == {one: "❌"}, "the reading")
    await asyncio.sleep(0.3)
    reads = [call.path for call in scene.sandbox.record.calls[calls:] if f"messages/{event}" in call.path]
    assert len(reads) == 2, reads


async def test_latest_of_several_is_the_answer_and_what_is_left_when_it_is_taken_away(scene: Scene) -> None:
    event, (one, two, *_) = await scene.watch("1h"), scene.people
    other_bot = scene.sandbox.world.add_user("Other Bot", is_bot=True)
    scene.sandbox.world.add_member(scene.seed.guild_id, other_bot.id)
    for emoji in ("✅", "❓", "❌"):
        await scene.react(event, one, two, other_bot.id, emoji=emoji)
    await scene.until(lambda: scene.stored_answers(event) == {one: "❌", two: "❌"}, "the latest")
    await scene.kill()
    await scene.unreact(event, two, emoji="❌")
    await scene.restart()
    # The stored one stays while it is held; without it, the first of those still held in the event's order.
    await scene.until(lambda: scene.stored_answers(event) == {one: "❌", two: "✅"}, "reading what was missed")
    await scene.unreact(event, one, emoji="❌")
    await scene.sandbox.director.clear_reactions(event, "✅")
    await scene.until(lambda: scene.stored_answers(event) == {one: "❓", two: "❓"}, "the one that is left")
    await scene.sandbox.director.clear_reactions(event)
    await scene.until(lambda: scene.stored_answers(event) == {}, "none")


async def test_404_page_of_a_proxy_is_no_proof_that_a_message_is_gone(scene: Scene) -> None:
    event = await scene.watch("1h")
    await scene.kill()
    path = rf"/channels/\d+/messages/{event}"
    fault = scene.sandbox.faults.status("GET", path, 404, body="<html>Not found</html>", times=None)
    await scene.restart()
    await scene.until(lambda: fault.hits > 0, "the read")
    fault.remove()
    await asyncio.sleep(0.5)
    assert scene.rows("SELECT state FROM event WHERE message_id = ?", event) == [("active",)]
