"""What is done in a season, each act through what Discord offers; what was done is told to the story."""

from tests.season.facts import Topic
from tests.season.organising import Organising
from tests.season.plan import Act
from tests.season.wishing import Wishing


class Hands(Organising, Wishing):
    """Does the acts of a plan, as far as they can be done when their moment comes."""

    async def do(self, act: Act) -> None:
        """Do one thing that the plan asks for."""
        await getattr(self, f"_{act.what}")(act)

    async def _answer(self, act: Act) -> None:
        event_id = self.running(act)
        if event_id is None:
            return
        who, director = self.who(act), self.driver.scene.sandbox.director
        held = self.driver.story.value(self.driver.now, Topic.ANSWER, event_id, who)
        if held == act.value:
            return
        at = self.driver.now
        if held is not None:
            await director.unreact(event_id, who, held)
        if act.value is not None:
            await director.react(event_id, who, act.value)
        self.driver.story.note(at, Topic.ANSWER, event_id, who, value=act.value)

    async def _withdraw(self, act: Act) -> None:
        await self._answer(Act(act.at, act.what, act.guild, act.who, act.event, None))

    async def _dms(self, act: Act) -> None:
        await self.driver.scene.sandbox.director.set_accepts_dms(self.who(act), accepts=act.value)
        self.note(Topic.DMS, self.who(act), value=act.value)

    async def _kill(self, _act: Act) -> None:
        await self.driver.kill()

    async def _kill_in_send(self, _act: Act) -> None:
        await self.driver.kill_in_send()

    async def _stop(self, _act: Act) -> None:
        await self.driver.stop()

    async def _outage(self, act: Act) -> None:
        await self.driver.outage(self.driver.now + act.value)
