"""The faults: what the plan says goes wrong is made to go wrong, and its span is noted."""

import asyncio
import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.faults import Fault, FaultRequest, Predicate, Side
from reminder_bot.sandbox.permissions import Permission
from tests.chaos.crowd import is_deletable
from tests.chaos.keeper import Keeper
from tests.chaos.plan import FaultPlan, Plan
from tests.chaos.stage import BOT_MAY, Stage
from tests.chaos.truth import Truth, Window

POSTS = r"/channels/\d+/messages"
REACTION_PAGES = r"/channels/\d+/messages/\d+/reactions/.*"
LATER_BATCH = re.compile(r"[2-9] of [2-9]")
SLOW_READS = 24
LONGEST_SLOW_SECONDS = 13.0
"""discord.py waits five seconds before it identifies anew, and only then reads."""
NEW_SESSION_SECONDS = 10.0
UNREFUSED_SECONDS = 70.0
"""How long a bot may take whose request for members was refused, when no new session helps it."""


@dataclass(slots=True)
class Struck:
    """A fault's predicate that lets it strike, and notes when and in which channels it did."""

    now: Callable[[], float]
    channels: list[tuple[float, int]] = field(default_factory=list)

    def __call__(self, request: FaultRequest) -> bool:
        """Note a request; the fault has looked at everything else before."""
        self.channels.append((self.now(), int(request.path.split("/")[2])))
        return True


def is_later_batch(request: FaultRequest) -> bool:
    """Whether a message is not the first of its reminder."""
    return LATER_BATCH.search(json.dumps(request.body)) is not None


class Havoc:
    """Does harm, counts it, and undoes what lasts."""

    def __init__(self, plan: Plan, stage: Stage, truth: Truth, keeper: Keeper) -> None:
        self._plan = plan
        self._stage = stage
        self._truth = truth
        self._keeper = keeper
        self._faults = truth.sandbox.faults
        self._gateway = truth.sandbox.gateway
        self.counts: Counter[str] = Counter()
        self.journal: list[tuple[float, FaultPlan]] = []

    async def strike(self, fault: FaultPlan) -> None:
        """Do one kind of harm and return when it is over."""
        self.counts[fault.kind] += 1
        self.journal.append((self._now(), fault))
        await getattr(self, f"_{fault.kind.name.lower()}")(fault)

    # The process

    async def _kill(self, fault: FaultPlan) -> None:
        async with self._keeper.lock:
            await self._keeper.kill()
            await asyncio.sleep(fault.seconds * (0.1, 0.5, 1.5, 5.0)[fault.amount - 1])
            await self._keeper.start()

    async def _kill_in_send(self, fault: FaultPlan) -> None:
        """Kill it while a message is on its way there, or its answer on the way back."""
        side = Side.BEFORE if fault.mode < 0.5 else Side.AFTER
        when: Predicate | None = is_later_batch if fault.amount >= 3 else None
        async with self._keeper.lock:
            hold = self._faults.hold("POST", POSTS, side=side, when=when)
            try:
                await hold.reached(timeout=4)
            except TimeoutError:
                hold.remove()
            await self._keeper.kill()
            if side is Side.BEFORE and fault.amount % 2:
                hold.drop()
            else:
                hold.release()
            await asyncio.sleep(fault.seconds)
            await self._keeper.start()

    async def _term(self, fault: FaultPlan) -> None:
        async with self._keeper.lock:
            await self._keeper.terminate()
            await asyncio.sleep(fault.seconds * fault.amount)
            await self._keeper.start()

    async def _stop(self, fault: FaultPlan) -> None:
        async with self._keeper.lock:
            await self._keeper.suspend(2.0 + 7.0 * fault.seconds)

    async def _disk(self, fault: FaultPlan) -> None:
        await self._keeper.fill_disk(1.0 + 3.0 * fault.seconds)

    # The gateway

    async def _cut_resume(self, fault: FaultPlan) -> None:
        await self._cut(fault, resumable=True)

    async def _cut_new(self, fault: FaultPlan) -> None:
        await self._cut(fault, resumable=False)

    async def _cut(self, fault: FaultPlan, *, resumable: bool) -> None:
        if fault.mode < 0.5:
            self._gateway.refuse()
        await self._gateway.cut(resumable=resumable)
        if fault.mode < 0.5:
            await asyncio.sleep(fault.seconds * 3)
            self._gateway.accept()

    async def _members(self, fault: FaultPlan) -> None:
        """Refuse or halve a new session's member lists; mostly another session comes soon, else they are asked anew."""
        start = self._now()
        if fault.amount % 2:
            self._gateway.refuse_members()
        else:
            self._gateway.cut_members_short()
        await self._gateway.cut(resumable=False)
        with contextlib.suppress(TimeoutError):
            # Only the new session asks, and discord.py waits five seconds before it begins one.
            await self._gateway.wait_connected(NEW_SESSION_SECONDS)
        await asyncio.sleep(2 + 5 * fault.seconds)
        self._gateway.accept_members()
        is_alone = fault.mode < 0.15 and fault.at + UNREFUSED_SECONDS + 10 < self._plan.seconds
        if not is_alone:
            await self._gateway.cut(resumable=False)
        self._note("members", start, None, recovery=UNREFUSED_SECONDS if is_alone else 1.0)

    # REST

    async def _lose_answer(self, fault: FaultPlan) -> None:
        await self._hit_posts(fault, "lose_answer")

    async def _reset(self, fault: FaultPlan) -> None:
        await self._hit_posts(fault, "reset")

    async def _hit_posts(self, fault: FaultPlan, name: str) -> None:
        struck = Struck(self._now)
        setting = self._faults.lose_answer if name == "lose_answer" else self._faults.reset
        await self._for_a_while([setting("POST", POSTS, times=fault.amount, when=struck)], 4.0)
        self._note_struck(name, struck)

    async def _storm(self, fault: FaultPlan) -> None:
        status = (500, 502, 503, 504)[fault.amount - 1]
        body = "<html>upstream connect error</html>" if fault.mode > 0.7 else None
        seconds, start = 1 + 3 * fault.seconds, self._now()
        channel_id = self._stage.events[fault.event].channel_id
        path, methods = f"/channels/{channel_id}/.*", ["POST", "GET"]
        if fault.mode < 0.4:
            path, methods = ".*", ["POST", "GET", "PUT", "PATCH"]
        set_faults = [self._faults.status(method, path, status, body=body, times=None) for method in methods]
        await self._for_a_while(set_faults, seconds)
        events = None if fault.mode < 0.4 else self._events_in(channel_id)
        self._note("storm", start, events, recovery=3 + 3 * seconds)

    async def _limit(self, fault: FaultPlan) -> None:
        await self._refuse_with_429(fault, is_global=False)

    async def _limit_global(self, fault: FaultPlan) -> None:
        await self._refuse_with_429(fault, is_global=True)

    async def _refuse_with_429(self, fault: FaultPlan, *, is_global: bool) -> None:
        struck, start, wait = Struck(self._now), self._now(), round(0.2 + 1.5 * fault.seconds, 3)
        body = {"message": "You are being rate limited.", "retry_after": wait, "global": is_global}
        headers = {"Retry-After": str(wait), "X-RateLimit-Scope": "global" if is_global else "user"}
        if is_global:
            headers["X-RateLimit-Global"] = "true"
        limit = self._faults.status("POST", POSTS, 429, body=body, headers=headers, times=fault.amount, when=struck)
        await self._for_a_while([limit], 3.0)
        if is_global:
            self._note("limit_global", start, None, recovery=wait + 3)
        else:
            self._note_struck("limit", struck)

    async def _slow_reads(self, fault: FaultPlan) -> None:
        """Let answers to reads travel so long that people react meanwhile, in a session that has to read all."""
        start = self._now()
        slow = self._faults.slow("GET", REACTION_PAGES, 0.3 + fault.seconds, side=Side.AFTER, times=SLOW_READS)
        await self._gateway.cut(resumable=False)
        end = start + LONGEST_SLOW_SECONDS
        while slow.hits < SLOW_READS and self._now() < end:
            await asyncio.sleep(0.1)
        slow.remove()
        self._note("slow", start, None, recovery=4.0)

    # The guild

    async def _forbid(self, fault: FaultPlan) -> None:
        lock_id = self._stage.events[fault.event].lock_id
        if lock_id not in self._stage.world.channels:
            return
        start = self._now()
        sending = Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS
        denied = Permission.VIEW_CHANNEL if fault.mode < 0.5 else sending
        await self._set_permission(lock_id, denied)
        await asyncio.sleep(2 + 4 * fault.seconds)
        if lock_id not in self._stage.world.channels:
            return
        before = self._truth.position()
        await self._set_permission(lock_id, Permission(0))
        mark = self._truth.mark(before)
        events = frozenset(event.event_id for event in self._stage.events if event.lock_id == lock_id)
        for event_id in events:
            self._truth.regained.setdefault(event_id, []).append(mark)
        self._note("forbid", start, events, recovery=4.0, is_permission=True)

    async def _set_permission(self, channel_id: int, denied: Permission) -> None:
        await self._truth.sandbox.director.edit_overwrite(
            channel_id, self._stage.bot_id, allow=BOT_MAY & ~denied, deny=denied, kind=OverwriteKind.MEMBER
        )

    async def _delete_message(self, fault: FaultPlan) -> None:
        event_id = self._stage.events[fault.event].event_id
        if not self._truth.exists(event_id):
            return
        before = self._truth.position()
        await self._truth.sandbox.director.delete_message(event_id)
        self._truth.ended[event_id] = self._truth.mark(before)

    async def _delete_channel(self, fault: FaultPlan) -> None:
        choice = [event for event in self._stage.events if is_deletable(event) and self._truth.exists(event.event_id)]
        if not choice:
            return
        channel_id = choice[fault.event % len(choice)].channel_id
        before = self._truth.position()
        await self._truth.sandbox.director.delete_channel(channel_id)
        mark = self._truth.mark(before)
        for event in self._stage.events:
            if event.channel_id not in self._stage.world.channels and self._truth.exists(event.event_id):
                self._truth.ended[event.event_id] = mark

    # Notes

    def _now(self) -> float:
        return self._truth.sandbox.now()

    def _events_in(self, channel_id: int) -> frozenset[int]:
        return frozenset(event.event_id for event in self._stage.events if event.channel_id == channel_id)

    def _note(
        self, kind: str, start: float, events: frozenset[int] | None, *, recovery: float, is_permission: bool = False
    ) -> None:
        window = Window(kind, start, self._now(), events, recovery, is_permission)
        self._truth.windows.append(window)

    def _note_struck(self, kind: str, struck: Struck) -> None:
        for at, channel_id in struck.channels:
            self._truth.windows.append(Window(kind, at, at, self._events_in(channel_id), 6.0))

    async def _for_a_while(self, faults: list[Fault], seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            for fault in faults:
                fault.remove()
