"""An event of a French guild played on a stepped clock: who answers what and when, and a summer that begins."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.ledger_view import LedgerView
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.uploads import Upload
from tests.integration.event_oracle import MAYBE, NO, YES, Answered, Message, Schedule, Sight, Story, in_utc
from tests.integration.scene import ANSWERS, Scene

PARIS = ZoneInfo("Europe/Paris")
BEGINNING = datetime(2031, 3, 26, 12, tzinfo=PARIS)
"""A Wednesday; in the night to Sunday, 30 March, the clocks of Paris go from 02:00 to 03:00."""

INTERVAL = timedelta(hours=12)
BEFORE = (timedelta(days=1), timedelta(hours=1))
TITLE = "Soirée crêpes"
SETTINGS = {"zone": "UTC", "before_minutes": [1440, 60]}
PATIENCE_SECONDS = 10.0


class HeardClock(SandboxClock):
    """A sandbox's clock that knows which of its changes the bot has heard of."""

    heard = -1

    async def answer(self, request: web.Request) -> web.Response:
        """Note what the asker knows already, and tell the time."""
        self.heard = int(request.query.get("after", "-1"))
        return await super().answer(request)


@dataclass
class Scenario:
    """One guild, one event, and all that is done to it; what is done is written into ``story``."""

    scene: Scene
    clock: HeardClock
    ids: dict[str, int]
    story: Story = field(default_factory=lambda: Story(PARIS, INTERVAL, BEFORE))
    event_id: int = 0

    @property
    def now(self) -> datetime:
        """The calendar's moment."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    # Time

    async def go_to(self, day: int, hour: int, minute: int = 0) -> None:
        """Skip to a time of day in Paris, in March, by way of all that is due before, as the sandbox's page does."""
        goal = BEGINNING.replace(day=day, hour=hour, minute=minute).timestamp()
        ledger = LedgerView(self.scene.database)
        while self.clock.now() < goal:
            self.clock.skip_to(min(goal, ledger.next_due_at() or goal))
            await self._until(lambda: self.clock.heard == self.clock.version, "hearing of the step")
            await self._until(self._is_done, "doing what was due")

    def _due(self) -> list[float]:
        rows = self.scene.rows(
            "SELECT next_reminder_at FROM event WHERE state = 'active' AND next_reminder_at IS NOT NULL"
            " UNION ALL SELECT due_at FROM plan_entry"
        )
        return [datetime.fromisoformat(text).timestamp() for (text,) in rows]

    def _is_done(self) -> bool:
        # In this order: what is claimed between the two is pending by the second.
        if any(due <= self.clock.now() for due in self._due()):
            return False
        return not self.scene.rows("SELECT 1 FROM reminder_log WHERE status = 'pending'")

    async def _until(self, condition: Any, what: str) -> None:
        await self.scene.until(condition, what, timeout=PATIENCE_SECONDS)

    # What people do

    async def answer(self, emoji: str | None, *names: str) -> None:
        """Have people change their only answer, and wait until the bot has written it down and looked at it."""
        for who in (self.ids[name] for name in names):
            held = self.story.held(self.now).get(who)
            if held is not None:
                await self.scene.unreact(self.event_id, who, emoji=held)
            if emoji is not None:
                await self.scene.react(self.event_id, who, emoji=emoji)
            self.story.answers.append(Answered(self.now, who, emoji))
        wanted = self.story.held(self.now)
        await self._until(lambda: self.scene.stored_answers(self.event_id) == wanted, "storing the answers")
        await self._attended()

    async def see(self, name: str, *, sees: bool) -> None:
        """Show the channel to somebody, or hide it."""
        deny = 0 if sees else int(Permission.VIEW_CHANNEL)
        channel_id, who = self.scene.seed.channel_id, self.ids[name]
        await self.scene.sandbox.director.edit_overwrite(channel_id, who, deny=deny, kind=OverwriteKind.MEMBER)
        self.story.sights.append(Sight(self.now, who, sees))
        await self._attended()

    async def join(self, name: str) -> None:
        """Have somebody new join."""
        who = await self.scene.sandbox.director.add_member(self.scene.seed.guild_id, name=name)
        self.ids[name] = who
        self.story.sights.append(Sight(self.now, who, sees=True))
        await self._attended()

    async def leave(self, name: str) -> None:
        """Have somebody leave."""
        await self.scene.sandbox.director.remove_member(self.scene.seed.guild_id, self.ids[name])
        self.story.sights.append(Sight(self.now, self.ids[name], sees=False))
        await self._attended()

    async def _attended(self) -> None:
        """Wait until a reminder is waited for where somebody is missing, and none where nobody is."""
        if not self.event_id or in_utc(self.story.schedules[-1].until) - self.now <= INTERVAL:
            return
        is_missing = bool(self.story.missing(self.now))
        query = "SELECT next_reminder_at IS NOT NULL FROM event"
        await self._until(lambda: self.scene.rows(query) == [(is_missing,)], "looking at who is missing")

    # What the organiser does

    async def settle_in(self) -> None:
        """Set the guild's choices: a file for what it has, then the clock of Paris."""
        document = {"kind": "reminder-bot settings", "version": 1, "settings": SETTINGS}
        file = Upload("settings.json", json.dumps(document).encode())
        await self.scene.run("settings import", file=file)
        reply = await self.scene.run("settings zone", zone="Europe/Paris")
        assert "Paris" in reply.text, reply.text

    async def create(self, start: str, until: str, schedule: tuple[datetime, datetime]) -> None:
        """Write the event into the form, ask for a tally, and post it."""
        form = await self.scene.run("event create")
        assert form.modal is not None
        assert form.modal["title"] == "Nouvel événement", form.modal
        texts = {"title": TITLE, "text": "Chez Mara, avec du cidre.", "start": start, "every": "12 h", "until": until}
        draft = await self._press(await self._fill_in(form, texts), "draft:tally")
        await self._save(draft, schedule)
        ((self.event_id,),) = self.scene.rows("SELECT message_id FROM event")
        seed = self.scene.seed
        self.story.url = f"https://discord.com/channels/{seed.guild_id}/{seed.channel_id}/{self.event_id}"
        self.story.title = TITLE

    async def move(self, start: str, until: str, schedule: tuple[datetime, datetime]) -> None:
        """Write another start and another deadline into the event's form; the rest stays as the form shows it."""
        form = await self.scene.run("event edit", event=str(self.event_id))
        told = len(self.scene.reminders())
        await self._save(await self._fill_in(form, {"start": start, "until": until}), schedule)
        await self.scene.wait_reminders(told + 1)
        await self._until(self._is_done, "telling of the move")
        await self._attended()

    async def _save(self, draft: InteractionReply, schedule: tuple[datetime, datetime]) -> None:
        at = self.now
        done = await self._press(draft, "draft:finish")
        assert done.text, "no answer"
        self.story.schedules.append(Schedule(at, *schedule))

    async def _fill_in(self, form: InteractionReply, texts: dict[str, str]) -> InteractionReply:
        values: dict[str, str | list[str]] = {f"event:{name}": text for name, text in texts.items()}
        draft = await self.scene.sandbox.director.submit_modal(self.scene.seed.organiser_id, form, values)
        assert "**Début" in draft.text, draft.text
        return draft

    async def _press(self, reply: InteractionReply, button: str) -> InteractionReply:
        return await self.scene.sandbox.director.click(self.scene.seed.organiser_id, reply, button)


def evening_and_noon(day: int) -> tuple[datetime, datetime]:
    """Return 20:00 and 12:00 of a day, as the clocks of Paris show them."""
    return BEGINNING.replace(day=day, hour=20), BEGINNING.replace(day=day, hour=12)


async def play(scenario: Scenario) -> None:
    """Play the whole of it: from the Wednesday before the change of the clocks to the Tuesday after it."""
    await _until_the_first_move(scenario)
    await _until_the_clocks_change(scenario)
    await _until_the_end(scenario)


async def _until_the_first_move(scenario: Scenario) -> None:
    go_to, answer = scenario.go_to, scenario.answer
    await scenario.settle_in()
    await scenario.see("Noor", sees=False)
    await go_to(26, 12, 5)
    saturday = evening_and_noon(29)
    await scenario.create("samedi 29 mars 2031 à 20h", "samedi 29 mars 2031 à 12h", saturday)
    await go_to(26, 13)
    await answer(YES, "Mara", "Jonas")
    await answer(NO, "Priya")
    await answer(MAYBE, "Tomás")
    await go_to(27, 9)
    await answer(YES, "Aiko")
    await answer(NO, "Jonas")
    await go_to(27, 15)
    await answer(MAYBE, "Lena")
    await go_to(27, 18)
    sunday = evening_and_noon(30)
    await scenario.move("dimanche 30 mars 2031 à 20h", "dimanche 30 mars 2031 à midi", sunday)


async def _until_the_clocks_change(scenario: Scenario) -> None:
    go_to, answer = scenario.go_to, scenario.answer
    await go_to(28, 10)
    await answer(YES, "Kofi")
    await answer(NO, "Ingrid")
    await answer(MAYBE, "Priya")
    await go_to(28, 14)
    # Now everybody has answered, and no reminder waits until somebody takes an answer back.
    await answer(YES, "Samir")
    await answer(NO, "Felix")
    await go_to(29, 9)
    await answer(None, "Samir")
    await go_to(29, 9, 30)
    await scenario.see("Noor", sees=True)
    await go_to(29, 15)
    await answer(YES, "Lena")
    await answer(NO, "Aiko")
    await go_to(30, 1, 30)


async def _until_the_end(scenario: Scenario) -> None:
    go_to, answer = scenario.go_to, scenario.answer
    await go_to(30, 11)
    monday = evening_and_noon(31)
    await scenario.move("demain à 20h", "lundi 31 mars à 12h", monday)
    await go_to(30, 13)
    await answer(NO, "Tomás")
    await go_to(30, 17)
    await scenario.join("Zoé")
    await go_to(30, 18)
    await scenario.see("Kofi", sees=False)
    await go_to(31, 8)
    await answer(YES, "Noor")
    await scenario.see("Kofi", sees=True)
    await go_to(31, 9)
    await scenario.leave("Zoé")
    await go_to(31, 18, 30)
    await answer(NO, "Mara")
    # The day after, in case that something comes when all is over.
    await go_to(31, 23, 59)


def messages(posts: Sequence[Post]) -> list[Message]:
    """Return what was posted, as the oracle reads it; the spaces of French are made plain ones."""
    return [_message(post) for post in posts]


def _message(post: Post) -> Message:
    card = post.embeds[0] if post.embeds else {}
    fields = tuple((_plain(each["name"]), _plain(each["value"])) for each in card.get("fields", ()))
    at = datetime.fromtimestamp(post.at, UTC)
    return Message(
        at,
        datetime.fromisoformat(card["timestamp"]) if "timestamp" in card else at,
        _plain(post.content),
        _plain(card.get("title", "")),
        _plain(card.get("description", "")),
        _plain(card.get("footer", {}).get("text", "")),
        fields,
        post.pinged_user_ids,
    )


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@asynccontextmanager
async def open_scenario(folder: Path, command: Sequence[str] = ()) -> AsyncIterator[Scenario]:
    """Open a French guild on a clock of its own, with another bot in it; ``command`` starts the bot in another way."""
    clock = HeardClock(BEGINNING.timestamp())
    seed = seed_world(now=clock.now, steady=time.monotonic)
    guild = seed.world.guild(seed.guild_id)
    guild.preferred_locale = seed.world.user(seed.organiser_id).locale = "fr"
    seed.world.add_member(guild.id, seed.world.add_user("Jukebox", is_bot=True).id)
    sandbox = Sandbox(seed.world, behaviour=Behaviour(rate_limits=RateLimits.off()))
    sandbox.keep_time(clock)
    async with sandbox:
        scene = Scene(sandbox, seed, folder, settings={"SANDBOX_CLOCK_URL": sandbox.clock_url})
        scene.bot.command = command or scene.bot.command
        scenario = Scenario(scene, clock, {seed.world.user(each).name: each for each in seed.member_ids})
        begun = scenario.now
        scenario.story.sights += [Sight(begun, who, sees=True) for who in seed.member_ids]
        try:
            await scene.start()
            # What falls due before would be told as late.
            await scene.until(lambda: "ready servers=1" in scene.log(), "getting ready")
            yield scenario
        finally:
            await scene.kill()


assert set(ANSWERS) == {YES, NO, MAYBE}
