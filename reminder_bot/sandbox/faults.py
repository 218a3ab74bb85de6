"""Faults on demand: what goes wrong between a bot and Discord, one request at a time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from reminder_bot.sandbox.entities import Payload


class Side(Enum):
    """When a fault strikes: before the effect of a request, or between the effect and its answer."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class FaultRequest:
    """A request as a fault's predicate sees it; ``path`` begins after /api/v10."""

    method: str
    path: str
    body: Any


Predicate = Callable[[FaultRequest], bool]


class ConnectionDropped(Exception):
    """The connection is to be cut instead of answered."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong for matching requests, a number of times or, with None, for ever."""

    name: str
    method: str
    pattern: re.Pattern[str]
    side: Side
    times: int | None
    when: Predicate | None
    hits: int = 0
    is_removed: bool = False

    def matches(self, request: FaultRequest) -> bool:
        """Whether it strikes this request."""
        if self.is_removed or (self.times is not None and self.hits >= self.times):
            return False
        if self.method != request.method or not self.pattern.fullmatch(request.path):
            return False
        return self.when is None or self.when(request)

    def remove(self) -> None:
        """Strike no more."""
        self.is_removed = True

    async def strike(self) -> FaultAnswer | None:
        """Do the harm: wait, answer in the handler's place, or drop the connection.

        Raises:
            ConnectionDropped: no answer is to be sent.
        """
        raise ConnectionDropped


@dataclass(frozen=True, slots=True)
class FaultAnswer:
    """What goes out in place of the real answer; a text body goes out as text/html, as from a proxy."""

    status: int
    body: Payload | str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _StatusFault(Fault):
    answer: FaultAnswer = field(default_factory=lambda: FaultAnswer(500, ""))

    async def strike(self) -> FaultAnswer | None:
        return self.answer


@dataclass(slots=True)
class _SlowFault(Fault):
    seconds: float = 0.0

    async def strike(self) -> FaultAnswer | None:
        await asyncio.sleep(self.seconds)
        return None


@dataclass(slots=True)
class Hold(Fault):
    """A request that stays where it is until the test lets go; the bot may die meanwhile."""

    _reached: asyncio.Event = field(default_factory=asyncio.Event)
    _let_go: asyncio.Event = field(default_factory=asyncio.Event)
    _is_dropped: bool = False

    async def reached(self, timeout: float = 5.0) -> None:
        """Wait until a request is held.

        Raises:
            TimeoutError: none came within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            await self._reached.wait()

    def release(self) -> None:
        """Let it go on: held before its effect, the effect happens now, even if the bot is dead."""
        self._let_go.set()

    def drop(self) -> None:
        """Cut its connection: held before its effect, the effect never happens."""
        self._is_dropped = True
        self._let_go.set()

    async def strike(self) -> FaultAnswer | None:
        """Wait for the test."""
        self._reached.set()
        await self._let_go.wait()
        if self._is_dropped:
            raise ConnectionDropped
        return None


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        """Begin with none."""
        self._faults: list[Fault] = []

    def lose_answer(self, method: str, path: str, *, times: int | None = 1, when: Predicate | None = None) -> Fault:
        """Let the effect happen, then drop the connection without an answer."""
        return self._add(Fault("lose_answer", method, re.compile(path), Side.AFTER, times, when))

    def reset(self, method: str, path: str, *, times: int | None = 1, when: Predicate | None = None) -> Fault:
        """Drop the connection before any effect."""
        return self._add(Fault("reset", method, re.compile(path), Side.BEFORE, times, when))

    def status(
        self,
        method: str,
        path: str,
        status: int,
        *,
        body: Payload | str | None = None,
        headers: dict[str, str] | None = None,
        times: int | None = 1,
        when: Predicate | None = None,
    ) -> Fault:
        """Answer with a status and no effect; a 429 carries what discord.py needs to wait and try again."""
        content = body if body is not None else {"message": f"{status}: sandbox fault", "code": 0}
        extra = dict(headers or {})
        if status == 429:
            extra.setdefault("Via", "1.1 google")
            extra.setdefault("Retry-After", "1")
            content = body if body is not None else {"message": "limited", "retry_after": 0.2, "global": False}
        answer = FaultAnswer(status, content, extra)
        return self._add(_StatusFault("status", method, re.compile(path), Side.BEFORE, times, when, answer=answer))

    def slow(
        self,
        method: str,
        path: str,
        seconds: float,
        *,
        side: Side = Side.BEFORE,
        times: int | None = 1,
        when: Predicate | None = None,
    ) -> Fault:
        """Take so many seconds longer."""
        return self._add(_SlowFault("slow", method, re.compile(path), side, times, when, seconds=seconds))

    def hold(
        self,
        method: str,
        path: str,
        *,
        side: Side = Side.BEFORE,
        times: int | None = 1,
        when: Predicate | None = None,
    ) -> Hold:
        """Keep a request waiting until ``release`` or ``drop``."""
        hold = Hold("hold", method, re.compile(path), side, times, when)
        self._faults.append(hold)
        return hold

    def clear(self) -> None:
        """Remove every fault, and drop what is held."""
        for fault in self._faults:
            fault.remove()
            if isinstance(fault, Hold):
                fault.drop()
        self._faults.clear()

    def take(self, request: FaultRequest) -> list[Fault]:
        """Return the faults that strike a request, each counted as a hit."""
        struck = [fault for fault in self._faults if fault.matches(request)]
        for fault in struck:
            fault.hits += 1
        return struck

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault
