"""Cuts, resumes and new sessions, and what comes through the gateway besides reactions."""

import asyncio

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from tests.integration.scene import Scene


def state(scene: Scene, message_id: int) -> tuple[str, str | None]:
    [row] = scene.rows("SELECT state, state_reason FROM event WHERE message_id = ?", message_id)
    return row[0], row[1]


async def test_cut_with_resume_replays_what_was_missed(scene: Scene) -> None:
    message_id = await scene.watch("1h")
    await scene.sandbox.gateway.cut(resumable=True)
    await scene.react(message_id, *scene.people[:2])
    await scene.sandbox.gateway.wait_connected(timeout=15)
    await scene.until(lambda: len(scene.stored_answers(message_id)) == 2, "the replay", timeout=15)
    assert scene.sandbox.record.connections[-1].is_resume


async def test_new_session_reads_what_was_missed_before_anything_is_sent(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    scene.sandbox.gateway.refuse()
    await scene.sandbox.gateway.cut(resumable=False)
    await scene.react(message_id, *scene.people[:7])
    await asyncio.sleep(3)
    assert scene.reminders() == []
    scene.sandbox.gateway.accept()
    [post, *_] = await scene.wait_reminders(1, timeout=20)
    assert sorted(post.pinged_user_ids) == sorted(scene.people[7:])


async def test_nobody_is_pinged_over_a_connection_that_is_dead_without_saying_so(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    scene.sandbox.gateway.silence()
    await scene.react(message_id, *scene.people[:7])
    await asyncio.sleep(4)
    assert scene.reminders() == []
    scene.sandbox.gateway.speak()
    [post, *_] = await scene.wait_reminders(1, timeout=20)
    assert sorted(post.pinged_user_ids) == sorted(scene.people[7:])


async def test_reminder_that_waits_for_discords_rate_limit_does_not_leave_after_a_cut(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    other = await scene.post_event("Another one")
    body = {"message": "You are being rate limited.", "retry_after": 5.0, "global": True}
    headers = {"Retry-After": "5", "X-RateLimit-Scope": "global", "X-RateLimit-Global": "true"}
    scene.sandbox.faults.status("GET", f"/channels/.*/messages/{other}", 429, body=body, headers=headers)
    reading = asyncio.create_task(scene.run("watch", message=str(other), interval="1h"))
    begun = "SELECT 1 FROM reminder_log WHERE event_id = ? AND attempt = 1 AND status = 'pending'"
    await scene.until(lambda: bool(scene.rows(begun, message_id)), "a reminder that waits to leave")
    scene.sandbox.gateway.refuse()
    await scene.sandbox.gateway.cut(resumable=False)
    await reading
    await asyncio.sleep(1)
    assert scene.reminders() == []
    scene.sandbox.gateway.accept()
    # discord.py has been refused some times by then, and waits longer after each.
    [post, *_] = await scene.wait_reminders(1, timeout=90)
    assert sorted(post.pinged_user_ids) == sorted(scene.people)


async def test_deleted_message_ends_its_event_and_keeps_its_answers(scene: Scene) -> None:
    message_id = await scene.watch("1s")
    await scene.react(message_id, *scene.people[:2])
    await scene.until(lambda: len(scene.stored_answers(message_id)) == 2, "the answers")
    await scene.sandbox.director.delete_message(message_id)
    await scene.until(lambda: state(scene, message_id)[0] == "archived", "the end")
    sent = len(scene.reminders())
    await asyncio.sleep(2.5)
    assert len(scene.reminders()) == sent
    assert len(scene.stored_answers(message_id)) == 2


async def test_bulk_delete_and_channel_delete_end_their_events(scene: Scene) -> None:
    first, second = await scene.watch("1h"), await scene.watch("1h")
    await scene.sandbox.director.bulk_delete([first])
    await scene.until(lambda: state(scene, first)[0] == "archived", "the end of the first")
    assert state(scene, second)[0] == "active"
    await scene.sandbox.director.delete_channel(scene.seed.channel_id)
    await scene.until(lambda: state(scene, second) == ("archived", "The channel was deleted."), "the end")


async def test_message_deleted_while_the_bot_was_down_is_archived_at_the_start(scene: Scene) -> None:
    message_id = await scene.watch("1h")
    await scene.kill()
    await scene.sandbox.director.delete_message(message_id)
    await scene.restart()
    await scene.until(lambda: state(scene, message_id)[0] == "archived", "the end")


async def test_clear_and_clear_emoji_withdraw_answers(scene: Scene) -> None:
    message_id = await scene.watch("1h")
    await scene.react(message_id, *scene.people[:3])
    await scene.react(message_id, *scene.people[2:5], emoji="❌")
    await scene.sandbox.director.clear_reactions(message_id, "✅")
    await scene.until(
        lambda: scene.stored_answers(message_id) == dict.fromkeys(scene.people[2:5], "❌"), "the clear of one emoji"
    )
    await scene.sandbox.director.clear_reactions(message_id)
    await scene.until(lambda: scene.stored_answers(message_id) == {}, "the clear of all")


async def test_newcomer_is_asked_and_who_left_is_not(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    await scene.react(message_id, *scene.people[1:])
    await scene.sandbox.director.remove_member(scene.seed.guild_id, scene.people[0])
    newcomer = await scene.sandbox.director.add_member(scene.seed.guild_id, name="Newcomer")
    [post, *_] = await scene.wait_reminders(1)
    assert post.pinged_user_ids == (newcomer,)


async def test_who_cannot_see_the_channel_any_more_is_not_asked(scene: Scene) -> None:
    director, seed = scene.sandbox.director, scene.seed
    role = await director.create_role(seed.guild_id, "Bench")
    await scene.watch("2s")
    await director.edit_overwrite(seed.channel_id, role, deny=int(Permission.VIEW_CHANNEL))
    for person in scene.people[3:]:
        await director.add_role(seed.guild_id, person, role)
    [post, *_] = await scene.wait_reminders(1)
    owner = scene.sandbox.world.guild(seed.guild_id).owner_id
    assert owner in scene.people[3:], "the owner sees every channel, whatever role they have"
    assert sorted(post.pinged_user_ids) == sorted([*scene.people[:3], owner])


async def test_lost_permission_blocks_and_its_return_goes_on(scene: Scene) -> None:
    director, seed = scene.sandbox.director, scene.seed
    message_id = await scene.watch("1s")
    await director.edit_overwrite(
        seed.channel_id, seed.bot_id, deny=int(Permission.SEND_MESSAGES), kind=OverwriteKind.MEMBER
    )
    await scene.until(lambda: state(scene, message_id)[0] == "blocked", "the block")
    sent = len(scene.reminders())
    await asyncio.sleep(1.5)
    assert len(scene.reminders()) == sent
    await director.delete_overwrite(seed.channel_id, seed.bot_id)
    await scene.wait_reminders(sent + 1)
    assert state(scene, message_id) == ("active", None)


async def test_answers_given_while_the_bot_could_not_see_the_channel_are_read_when_it_can_again(scene: Scene) -> None:
    director, seed = scene.sandbox.director, scene.seed
    message_id = await scene.watch("1h")
    await director.edit_overwrite(
        seed.channel_id, seed.bot_id, deny=int(Permission.VIEW_CHANNEL), kind=OverwriteKind.MEMBER
    )
    await scene.react(message_id, *scene.people[:3])
    await director.delete_overwrite(seed.channel_id, seed.bot_id)
    await scene.until(lambda: len(scene.stored_answers(message_id)) == 3, "the reading", timeout=10)
    await scene.until(lambda: state(scene, message_id) == ("active", None), "the event to go on")


async def test_unavailable_guild_archives_nothing_and_goes_on_when_it_is_back(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    await scene.sandbox.director.make_unavailable(scene.seed.guild_id)
    await asyncio.sleep(3)
    assert (scene.reminders(), state(scene, message_id)[0]) == ([], "active")
    await scene.sandbox.director.make_available(scene.seed.guild_id)
    await scene.wait_reminders(1)


async def test_removed_and_invited_again_bot_goes_on(scene: Scene) -> None:
    message_id = await scene.watch("1s")
    await scene.sandbox.director.kick_bot(scene.seed.guild_id, scene.seed.bot_id)
    await scene.until(lambda: state(scene, message_id)[0] == "blocked", "the block")
    sent = len(scene.reminders())
    await scene.sandbox.director.invite_bot(scene.seed.guild_id, scene.seed.bot_id)
    await scene.wait_reminders(sent + 1, timeout=20)
