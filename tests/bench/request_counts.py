"""How many requests each occasion takes, by the sandbox's record; the same occasions for the bot and a naive one."""

import os
import signal
from pathlib import Path

from reminder_bot.sandbox.record import RestCall
from tests.bench.clients import NAIVE_BOT, READY, Client
from tests.bench.process_stats import settled_at
from tests.bench.rate_stage import RateStage, set_rate_stage

PEOPLE = 165
UNTOUCHED, ANSWERED, _LARGE, NEW = range(4)
"""Events by place: nobody has answered; 60 and 40 people have; 150 have with one emoji; not watched yet."""

BATCHES = (3, 1, 1)
"""Messages that each event's reminder takes, 80 people in each at most."""

BEFORE_REMINDERS = 3600.0
PATIENCE_SECONDS = 60.0

Counts = dict[str, int]
"""Requests by occasion."""


async def count_at_work(module: tuple[str, ...], folder: Path) -> Counts:
    """Start a bot, let it remind, be answered and be asked to watch; return how many requests each took.

    Raises:
        TimeoutError: the bot did not do what it was to do.
    """
    stage = _stage()
    async with stage.client(module, folder) as client:
        return await _at_work(stage, client)


async def count_requests(module: tuple[str, ...], folder: Path) -> Counts:
    """Return the requests of `count_at_work`, and those after lost connections and at a second start.

    Raises:
        TimeoutError: the bot did not do what it was to do.
    """
    stage = _stage()
    async with stage.client(module, folder) as client:
        counts = await _at_work(stage, client)
        counts |= await _after_losses(stage, client)
    async with stage.client(module, folder) as client:
        await client.ready()
        calls = client.sandbox.record.calls
        counts["later start"] = len(calls) - len(_of_events(stage, calls))
    return counts


async def _at_work(stage: RateStage, client: Client) -> Counts:
    await client.ready()
    calls = list(client.sandbox.record.calls)
    counts = {"first start": len(calls) - len(_of_events(stage, calls))}
    counts |= {f"start, {name}": count for name, count in _by_event(stage, calls).items()}
    counts |= await _reminders(stage, client)
    return counts | await _from_people(stage, client)


async def _reminders(stage: RateStage, client: Client) -> Counts:
    record, before = client.sandbox.record, len(client.sandbox.record.calls)
    if client.module == NAIVE_BOT:
        os.kill(client.process.pid, signal.SIGUSR1)
    else:
        stage.clock.skip_to(stage.dues[stage.messages[UNTOUCHED].id])
    await record.wait_until(lambda: len(record.posts) >= sum(BATCHES), PATIENCE_SECONDS)
    await settled_at(client.process.pid)
    return {f"reminder, {name}": count for name, count in _by_event(stage, record.calls[before:]).items()}


async def _from_people(stage: RateStage, client: Client) -> Counts:
    director, record = client.sandbox.director, client.sandbox.record
    owner, person = stage.people[0][0], stage.people[0][-1]
    answered, new = stage.messages[ANSWERED], stage.messages[NEW]
    before = len(record.calls)
    await director.react(answered.id, person, "❓")
    await director.unreact(answered.id, person, "❓")
    await settled_at(client.process.pid)
    counts = {"reaction, and its withdrawal": len(record.calls) - before}
    before = len(record.calls)
    await director.command(owner, new.channel_id, "watch", {"message": str(new.id)}, timeout=PATIENCE_SECONDS)
    await settled_at(client.process.pid)
    return {**counts, "/watch": len(record.calls) - before}


async def _after_losses(stage: RateStage, client: Client) -> Counts:
    gateway, record = client.sandbox.gateway, client.sandbox.record
    before = len(record.calls)
    await gateway.cut()
    await record.wait_until(lambda: record.connections[-1].is_resume, PATIENCE_SECONDS)
    await settled_at(client.process.pid)
    counts = {"reconnection, resumed": len(record.calls) - before}
    before, said = len(record.calls), _times_ready(client)
    await gateway.cut(resumable=False)
    await record.wait_until(lambda: _times_ready(client) > said, PATIENCE_SECONDS)
    await settled_at(client.process.pid)
    calls = record.calls[before:]
    counts["new session"] = len(calls) - len(_of_events(stage, calls))
    return counts | {f"new session, {name}": count for name, count in _by_event(stage, calls).items()}


def _stage() -> RateStage:
    stage = set_rate_stage(guilds=1, people=PEOPLE, events=4)
    untouched, answered, large, new = stage.messages
    everybody = stage.people[0]
    stage.answer(answered, everybody[:60], "✅")
    stage.answer(answered, everybody[60:100], "❌")
    stage.answer(large, everybody[:150], "✅")
    new.reactions.clear()
    due = stage.clock.now() + BEFORE_REMINDERS
    stage.dues.update({message.id: due for message in (untouched, answered, large)})
    return stage


def _of_events(stage: RateStage, calls: list[RestCall]) -> list[RestCall]:
    channels = {str(message.channel_id) for message in stage.messages}
    return [call for call in calls if channels & set(call.path.split("/"))]


def _by_event(stage: RateStage, calls: list[RestCall]) -> Counts:
    names = ("nobody has answered", "100 answers", "150 answers")
    return {
        name: sum(str(message.channel_id) in call.path.split("/") for call in calls)
        for name, message in zip(names, stage.messages, strict=False)
    }


def _times_ready(client: Client) -> int:
    return client.log.read_text(encoding="utf-8", errors="replace").count(READY[client.module])
