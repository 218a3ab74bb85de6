"""What organisers do: choose for their guild, make events, move and cancel them."""

import json
from datetime import timedelta
from typing import Any

from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.uploads import Upload
from tests.season.facts import Schedule, Topic
from tests.season.plan import Act
from tests.season.stage import staged_event
from tests.season.touch import Touch, number, written

BEFORE_MINUTES = [1440, 60]


class Organising(Touch):
    """The hands of those who organise."""

    async def _settings(self, act: Act) -> None:
        guild = number(act.guild)
        self.chosen[guild] = {**self.chosen.get(guild, {}), **act.value}
        await self._give_settings(guild)
        about = self.stage.guilds[guild].guild_id
        for topic, value in act.value.items():
            self.note(topic, about, value=value)

    async def _give_settings(self, guild: int, **more: Any) -> None:
        chosen, staged = self.chosen[guild], self.stage.guilds[guild]
        settings = {
            "zone": chosen.get(Topic.ZONE), "language": chosen.get(Topic.LANGUAGE),
            "quiet_hours": chosen.get(Topic.QUIET), "is_silent": chosen.get(Topic.SILENT, False),
            "escalate_after": chosen.get(Topic.ESCALATE), "before_minutes": BEFORE_MINUTES,
            "log_channel_id": None if staged.log_id is None else str(staged.log_id), **more,
        }  # fmt: skip
        document = {"kind": "reminder-bot settings", "version": 1, "settings": settings}
        reply = await self.command(
            guild, "settings import", file=Upload("settings.json", json.dumps(document).encode())
        )
        assert reply.embeds, reply.text
        stored = self.driver.scene.rows("SELECT settings FROM guild WHERE guild_id = ?", staged.guild_id)
        assert json.loads(stored[0][0]).get("escalate_after") == chosen.get(Topic.ESCALATE), reply.text

    async def _create(self, act: Act) -> None:
        index = number(act.event)
        planned = self.plan.events[index]
        guild = self.stage.guilds[planned.guild]
        roles = {"roles": [str(guild.roles[each]) for each in sorted(planned.roles)]}
        place = "thread" if planned.in_thread else "channel"
        await self._give_settings(planned.guild, audience=roles if planned.roles else None, place=place)
        form = await self.command(planned.guild, "event create")
        texts = {"title": planned.title, "text": "…", "every": f"{planned.interval_hours} h"}
        done = await self._save(planned.guild, form, {**texts, **self._times(planned.guild, planned.schedule)})
        rows = self.driver.scene.rows("SELECT max(message_id) FROM event WHERE guild_id = ?", guild.guild_id)
        event_id = int(rows[0][0])
        assert event_id not in self.stage.events.values(), done.text
        self.stage.events[index] = event_id
        self.driver.story.events[event_id] = staged_event(self.stage, planned, event_id, self.driver.now)
        self.note(Topic.SCHEDULE, event_id, value=planned.schedule)

    async def _move(self, act: Act) -> None:
        event_id = self.running(act)
        if event_id is None or min(filter(None, (act.value.start, act.value.until))) <= self.driver.now + timedelta(
            hours=2
        ):
            return
        guild = number(act.guild)
        form = await self.command(guild, "event edit", event=str(event_id))
        at = self.driver.now
        await self._save(guild, form, self._times(guild, act.value))
        self.driver.story.note(at, Topic.SCHEDULE, event_id, value=act.value)

    async def _cancel(self, act: Act) -> None:
        event_id = self.running(act)
        if event_id is None:
            return
        guild = number(act.guild)
        question = await self.command(guild, "event cancel", event=str(event_id))
        at = self.driver.now
        await self.press(self.stage.guilds[guild].organiser_id, question, "confirm:yes")
        self.driver.story.note(at, Topic.SCHEDULE, event_id, value=None)

    async def _save(self, guild: int, form: InteractionReply, texts: dict[str, str]) -> InteractionReply:
        organiser = self.stage.guilds[guild].organiser_id
        draft = await self.fill_in(organiser, form, {f"event:{name}": text for name, text in texts.items()})
        return await self.press(organiser, draft, "draft:finish")

    def _times(self, guild: int, schedule: Schedule) -> dict[str, str]:
        told = {"start": schedule.start, "until": schedule.until}
        zone, language = self.chosen[guild][Topic.ZONE], self.plan.guilds[guild].language
        return {name: "" if at is None else written(at, zone, language) for name, at in told.items()}
