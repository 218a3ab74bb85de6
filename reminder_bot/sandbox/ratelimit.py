"""Rate limits: one bucket per kind of route and major parameter, one global limit, and Discord's headers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from reminder_bot.sandbox.behaviour import Allowance, RateLimits
from reminder_bot.sandbox.record import RateLimitHit, Record

_RETRY_MARGIN = 0.005
"""Asked on top of the wait, so that who waits exactly that long is not refused again by rounding."""


@dataclass(slots=True)
class _Window:
    resets_at: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limits say about a request: the headers of its answer and, when it is refused, for how long."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False


class RateLimiter:
    """Counts requests in fixed windows that begin with their first request."""

    def __init__(self, limits: RateLimits, record: Record, now: Callable[[], float]) -> None:
        """Begin with nothing counted."""
        self.limits = limits
        self._record = record
        self._now = now
        self._windows: dict[str, _Window] = {}

    def check(
        self, allowance_name: str, bucket_name: str, major: str, bot_id: int, *, is_global_exempt: bool = False
    ) -> Verdict:
        """Count a request, or refuse it.

        Args:
            allowance_name: the field of RateLimits it falls under.
            bucket_name: the routes it is counted with.
            major: the channel, guild or interaction.
            bot_id: who asks.
            is_global_exempt: interaction answers do not count against the global limit.
        """
        limits = self.limits
        if not is_global_exempt:
            window = self._count(f"global:{bot_id}", (limits.global_per_second, 1.0))
            if window.used > limits.global_per_second:
                return self._refuse("global", "global", window, {"X-RateLimit-Global": "true"})
        allowance: Allowance = getattr(limits, allowance_name)
        bucket = hashlib.blake2s(bucket_name.encode(), digest_size=16).hexdigest()
        window = self._count(f"{bucket}:{major}:{bot_id}", allowance)
        headers = self._headers(bucket, allowance, window)
        if window.used > allowance[0]:
            return self._refuse(f"{bucket_name}:{major}", "user", window, headers)
        return Verdict(headers)

    def _count(self, key: str, allowance: Allowance) -> _Window:
        now = self._now()
        window = self._windows.get(key)
        if window is None or window.resets_at <= now:
            window = self._windows[key] = _Window(now + allowance[1])
        window.used += 1
        return window

    def _headers(self, bucket: str, allowance: Allowance, window: _Window) -> dict[str, str]:
        return {
            "X-RateLimit-Bucket": bucket,
            "X-RateLimit-Limit": str(allowance[0]),
            "X-RateLimit-Remaining": str(max(allowance[0] - window.used, 0)),
            "X-RateLimit-Reset": f"{window.resets_at:.3f}",
            "X-RateLimit-Reset-After": f"{max(window.resets_at - self._now(), 0) + _RETRY_MARGIN:.3f}",
        }

    def _refuse(self, name: str, scope: str, window: _Window, headers: dict[str, str]) -> Verdict:
        retry_after = round(max(window.resets_at - self._now(), 0) + _RETRY_MARGIN, 3)
        self._record.rate_limits.append(RateLimitHit(self._now(), name, scope, retry_after))
        # discord.py takes a 429 without Via for a ban by the proxy in front of Discord and gives up.
        answer = {**headers, "Via": "1.1 google", "Retry-After": str(retry_after), "X-RateLimit-Scope": scope}
        return Verdict(answer, retry_after, scope == "global")
