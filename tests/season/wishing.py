"""What members choose for themselves, through the bot's commands and the buttons under its reminders."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.replies import InteractionReply
from tests.season.excuses import SILENT
from tests.season.facts import NEVER, Message, Topic
from tests.season.plan import QUIET, Act
from tests.season.reading import message
from tests.season.touch import Touch, number, written
from tests.season.wall import shown

EVENING, MORNING = time(19), time(9)


class Wishing(Touch):
    """The hands of members."""

    # Commands

    async def _zone(self, act: Act) -> None:
        if act.value is not None:
            await self._run(act, "my timezone", zone=act.value)
        elif self.value(Topic.ZONE, self.who(act)) is not None:
            await self.press(self.who(act), await self._card(act), "mine:zone")
        self.note(Topic.ZONE, self.who(act), value=act.value)

    async def _quiet(self, act: Act) -> None:
        who, card = self.who(act), await self._card(act)
        sort = {None: "as_guild", NEVER: NEVER}.get(act.value, "own")
        form = await self.choose(who, card, "mine:quiet", sort)
        if act.value in QUIET:
            assert form.modal is not None
            (name,) = _inputs(form)
            await self.fill_in(who, form, {name: act.value})
        self.note(Topic.QUIET, who, value=act.value)

    async def _contact(self, act: Act) -> None:
        await self.choose(self.who(act), await self._card(act), "mine:contact", act.value)
        self.note(Topic.CONTACT, self.who(act), value=act.value)

    async def _wants_direct(self, act: Act) -> None:
        who, card = self.who(act), await self._card(act)
        has_button = any(button.custom_id == "mine:direct" for button in card.buttons)
        if has_button and self.value(Topic.WANTS_DIRECT, who) != act.value:
            await self.press(who, card, "mine:direct")
            self.note(Topic.WANTS_DIRECT, who, value=act.value)

    async def _only_roles(self, act: Act) -> None:
        who = self.who(act)
        staged = self.stage.guilds[self.plan.members[number(act.who)].guild]
        roles = frozenset(staged.roles[each] for each in act.value)
        await self.choose(who, await self._card(act), "mine:roles", *map(str, sorted(roles)))
        self.note(Topic.ONLY_ROLES, who, value=roles)

    async def _away(self, act: Act) -> None:
        who = self.who(act)
        if act.value <= self.driver.now:
            return
        locale = self.driver.scene.sandbox.world.user(who).locale
        language = "fr" if locale == "fr" else "en"
        zone = self.driver.story.zone(who, self.driver.now)
        await self._run(act, "away", until=written(act.value, zone, language))
        self.note(Topic.AWAY, who, value=act.value)

    async def _back(self, act: Act) -> None:
        until = self.value(Topic.AWAY, self.who(act))
        if until is not None and until > self.driver.now:
            await self._run(act, "back")
            self.note(Topic.AWAY, self.who(act), value=None)

    # Buttons

    async def _snooze(self, act: Act) -> None:
        found = self._reminded(act)
        if found is None:
            return
        who, (post, button) = self.who(act), found
        offer = await self.press(who, post.message_id, button)
        steps = {str(each.custom_id).rpartition(":")[2]: each.custom_id for each in offer.buttons}
        step = act.value if act.value in steps else "morning"
        if step not in steps:
            return
        at = self.driver.now
        await self.press(who, offer, str(steps[step]))
        until = self._until(who, at, step)
        for event_id in self._meant(post, who):
            schedule = self.driver.story.schedule(event_id, at)
            is_open = schedule is not None and (schedule.closes is None or until < schedule.closes)
            if is_open and self.value(Topic.ANSWER, event_id, who) is None:
                self.driver.story.note(at, Topic.SNOOZE, event_id, who, value=until)

    def _until(self, who: int, at: datetime, step: str) -> datetime:
        """Return when a snooze ends, by the clocks of the person."""
        if step == "hour":
            return at + timedelta(hours=1)
        zone = self.driver.story.zone(who, at)
        today = at.astimezone(ZoneInfo(zone)).date()
        return shown(today, EVENING, zone) if step == "evening" else shown(today + timedelta(days=1), MORNING, zone)

    async def _not_this(self, act: Act) -> None:
        found = self._reminded(act, "not")
        event_id = self.running(act)
        if found is None or event_id is None:
            return
        who, (post, button) = self.who(act), found
        reply = await self.press(who, post.message_id, button)
        if reply.option_values:
            (select,) = _selects(reply)
            reply = await self.choose(who, reply, select, str(event_id))
        if any(each.custom_id == f"not:{event_id}:undo" for each in reply.buttons):
            self.muted[event_id, who] = reply
            self.note(Topic.NOT_THIS, event_id, who, value=True)

    async def _undo(self, act: Act) -> None:
        """Take up again what somebody of the guild has put aside, whoever the plan named."""
        guild = self.stage.guilds[number(act.guild)].guild_id
        mine = [key for key in self.muted if self.driver.story.people[key[1]].guild == guild]
        if not mine:
            return
        event_id, who = mine[0]
        reply = self.muted.pop(mine[0])
        if self.driver.story.schedule(event_id, self.driver.now) is not None:
            await self.press(who, reply, f"not:{event_id}:undo")
            self.note(Topic.NOT_THIS, event_id, who, value=False)

    # How it is done

    async def _run(self, act: Act, name: str, **options: str) -> InteractionReply:
        return await self.command(self.plan.members[number(act.who)].guild, name, by=self.who(act), **options)

    async def _card(self, act: Act) -> InteractionReply:
        return await self._run(act, "my reminders")

    def _reminded(self, act: Act, what: str = "snooze") -> tuple[Post, str] | None:
        """Return the newest reminder of an event that named somebody, and the button under it."""
        event_id, who = self.running(act), self.who(act)
        if event_id is None:
            return None
        for post in reversed(self.driver.scene.sandbox.record.posts):
            if event_id in self._meant(post, who):
                button = _button(post, what)
                return None if button is None else (post, button)
        return None

    def _meant(self, post: Post, who: int) -> list[int]:
        """Return the events of which a message reminded somebody."""
        if who not in post.pinged_user_ids:
            return []
        told: Message = message(post)
        return [item.event for item in told.items if item.kind == SILENT and who in told.people(item)]


def _button(post: Post, what: str) -> str | None:
    rows = [inner for row in post.components for inner in row.get("components", [])]
    ids = [str(inner.get("custom_id")) for inner in rows]
    return next((each for each in ids if each.startswith(f"{what}:")), None)


def _inputs(form: InteractionReply) -> list[str]:
    parts = (form.modal or {})["components"]
    return [str((part.get("component") or part["components"][0])["custom_id"]) for part in parts]


def _selects(reply: InteractionReply) -> list[str]:
    rows = [inner for row in reply.components for inner in row.get("components", [])]
    return [str(inner["custom_id"]) for inner in rows if "options" in inner]
