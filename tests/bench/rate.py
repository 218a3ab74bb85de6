"""What Discord's limits make of it, on the sandbox's real ones: `make bench-rate`, about three minutes.

Counts requests beside a naive bot, times a reminder for 2,000 people, and lets reminders fall due steadily, at half the
bot's share of Discord's limit, a little below it, and a little above.
"""

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from reminder_bot.pace import MARGIN_SECONDS, REQUEST_SECONDS, REQUESTS
from reminder_bot.reminder_message import batches
from reminder_bot.sandbox.behaviour import RateLimits
from tests.bench.clients import BOT, NAIVE_BOT, Client
from tests.bench.process_stats import cpu_seconds, settled_at
from tests.bench.rate_stage import RateStage, set_rate_stage
from tests.bench.request_counts import count_requests

PER_SECOND = REQUESTS / (REQUEST_SECONDS + MARGIN_SECONDS)
"""Requests that the bot's budget lets through, in the long run."""

RATES = (0.5, 0.9, 1.15)
"""Of the budget: half of it, just under it, and just over it."""

LEAD_SECONDS = 0.5
"""Between the skip of the calendar and the first reminder after it."""

APART_SECONDS = 3600.0
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the runs are."""

    people: int = 2_000
    guilds: int = 100
    people_each: int = 20
    seconds: float = 20.0
    """For how long reminders fall due at each rate."""

    reactions: int = 2_000


@dataclass(frozen=True, slots=True)
class Steady:
    """What reminders that fall due at a steady rate met with; lateness in seconds, in the order they were due."""

    rate: float
    lateness: tuple[float, ...]
    cpu_ms: float
    """CPU of the bot's process for each reminder."""

    refusals: int
    """Requests that Discord's limits refused."""

    def quarter(self, number: int) -> float:
        """Return the median lateness in one of four parts, 0 to 3."""
        size = len(self.lateness) // 4
        return statistics.median(self.lateness[number * size : (number + 1) * size])


async def time_large_reminder(folder: Path, people: int) -> tuple[int, float, int]:
    """Remind one event's people at real limits; return the messages, the seconds to the last, and who was pinged."""
    stage = set_rate_stage(guilds=1, people=people, events=1)
    (message,) = stage.messages
    due = stage.dues[message.id] = stage.clock.now() + APART_SECONDS
    expected = len(batches(set(stage.people[0])))
    async with stage.client(BOT, folder, limits=RateLimits()) as client:
        await client.ready()
        stage.clock.skip_to(due)
        record = client.sandbox.record
        await record.wait_until(lambda: len(record.posts) >= expected, PATIENCE_SECONDS)
        pinged = [user_id for post in record.posts for user_id in post.pinged_user_ids]
        assert len(pinged) == len(set(pinged))
        return len(record.posts), record.posts[-1].at - due, len(pinged)


async def remind_steadily(folder: Path, sizes: Sizes) -> tuple[list[Steady], float]:
    """Let reminders fall due at each of the rates; return what they met, and the CPU of a reaction in µs."""
    rates = [PER_SECOND * share for share in RATES]
    counts = [int(rate * sizes.seconds) for rate in rates]
    each = -(-sum(counts) // sizes.guilds)
    stage = set_rate_stage(guilds=sizes.guilds, people=sizes.people_each, events=each)
    # Neighbours are not of one guild: the rate is to be met by all of them together.
    mixed = [message for first in range(each) for message in stage.messages[first::each]]
    ends = list(accumulate(counts))
    parts = [mixed[end - count : end] for end, count in zip(ends, counts, strict=True)]
    for number, (part, rate) in enumerate(zip(parts, rates, strict=True), start=1):
        begins = stage.clock.now() + number * APART_SECONDS
        stage.dues.update({message.id: begins + place / rate for place, message in enumerate(part)})
    async with stage.client(BOT, folder, limits=RateLimits()) as client:
        await client.ready()
        found = [
            await _steady(stage, client, [message.channel_id for message in part], [stage.dues[m.id] for m in part])
            for part in parts
        ]
        return found, await _reaction_us(stage, client, sizes.reactions)


async def _steady(stage: RateStage, client: Client, channels: Sequence[int], dues: Sequence[float]) -> Steady:
    record, pid = client.sandbox.record, client.process.pid
    known, refused, used = len(record.posts), len(record.rate_limits), cpu_seconds(pid)
    stage.clock.skip_to(dues[0] - LEAD_SECONDS)
    await record.wait_until(lambda: len(record.posts) - known >= len(dues), PATIENCE_SECONDS)
    await settled_at(pid)
    sent = {post.channel_id: post.at for post in record.posts[known:]}
    late = tuple(sent[channel] - due for channel, due in zip(channels, dues, strict=True))
    rate = (len(dues) - 1) / (dues[-1] - dues[0])
    cpu = (cpu_seconds(pid) - used) / len(dues) * 1e3
    return Steady(rate, late, cpu, len(record.rate_limits) - refused)


async def _reaction_us(stage: RateStage, client: Client, count: int) -> float:
    pid, events = client.process.pid, stage.watched
    used = cpu_seconds(pid)
    for number in range(count):
        message = events[number % len(events)]
        guild = next(people for people in stage.people if people[0] == message.author_id)
        await client.sandbox.director.react(message.id, guild[1 + number // len(events)], "✅")
        # As they come from people: not one burst.
        await asyncio.sleep(0.002)
    await settled_at(pid)
    return (cpu_seconds(pid) - used) / count * 1e6


async def measure(folder: Path, sizes: Sizes) -> None:
    """Run all three and print them as Markdown."""
    for name in ("bot", "naive", "large", "steady"):
        (folder / name).mkdir()
    ours, theirs = await count_requests(BOT, folder / "bot"), await count_requests(NAIVE_BOT, folder / "naive")
    click.echo("| requests for | bot | naive bot |\n| --- | --- | --- |")
    for occasion, count in ours.items():
        click.echo(f"| {occasion} | {count} | {theirs[occasion]} |")
    messages, seconds, pinged = await time_large_reminder(folder / "large", sizes.people)
    click.echo(f"\nA reminder for {pinged:,} people: {messages} messages, the last {seconds:.1f} s after it was due.")
    found, reaction_us = await remind_steadily(folder / "steady", sizes)
    click.echo("\n| due a second | reminders | median lateness by quarter | most | refused | CPU for each |")
    click.echo("| --- | --- | --- | --- | --- | --- |")
    for run in found:
        quarters = ", ".join(f"{run.quarter(number):.2f}" for number in range(4))
        click.echo(
            f"| {run.rate:.1f} | {len(run.lateness):,} | {quarters} s | {max(run.lateness):.2f} s | {run.refusals}"
            f" | {run.cpu_ms:.1f} ms |"
        )
    click.echo(f"\nThe budget is {PER_SECOND:.1f} a second. A reaction took {reaction_us:,.0f} µs of CPU.")


@click.command()
def main() -> None:
    """Measure once and print."""
    with TemporaryDirectory(prefix="bench-rate-") as folder:
        asyncio.run(measure(Path(folder), Sizes()))


if __name__ == "__main__":
    main()
