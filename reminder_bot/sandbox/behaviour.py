"""How strict the sandbox is: its limits and times, as parameters."""

from __future__ import annotations

from dataclasses import dataclass, field

Allowance = tuple[int, float]
"""So many requests in so many seconds."""

_PLENTY: Allowance = (1_000_000, 1.0)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Requests allowed per bucket: a kind of route and its channel, guild or interaction.

    Discord publishes no numbers but the global one; these are what its headers say for these routes.
    That of ``direct_channels``, opening direct messages, is a careful guess.
    Source: discord.com/developers/docs/topics/rate-limits.
    """

    messages: Allowance = (5, 5.0)
    reactions: Allowance = (1, 0.25)
    edits: Allowance = (5, 5.0)
    deletes: Allowance = (5, 1.0)
    follow_ups: Allowance = (5, 2.0)
    direct_channels: Allowance = (10, 10.0)
    default: Allowance = (50, 1.0)
    global_per_second: int = 50

    @classmethod
    def off(cls) -> RateLimits:
        """Return limits that nobody reaches."""
        return cls(_PLENTY, _PLENTY, _PLENTY, _PLENTY, _PLENTY, _PLENTY, _PLENTY, 1_000_000)


@dataclass(frozen=True, slots=True)
class DirectLimits:
    """To how many people a bot may write whom it has never written to; `anti_spam` has the sources.

    Attributes:
        new_people: so many may be approached ``within_seconds``; one more is refused with 40003.
        approaches_until_quarantine: with more attempts than this ``within_seconds``, refused ones among them, the bot
            is quarantined (20026) until it is released.
        within_seconds: of real time, as all limits.
    """

    new_people: int = 25
    approaches_until_quarantine: int = 40
    within_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Times and limits of a sandbox; the defaults are Discord's.

    Attributes:
        heartbeat_seconds: what HELLO asks for.
        nonce_seconds: how long a nonce with enforce_nonce answers the first message.
        interaction_seconds: how long an interaction waits for its first answer.
        token_seconds: how long follow-ups may be sent.
        resume_seconds: how long a session waits for its RESUME.
        member_request_seconds: within this time of a request for all members of a guild, another one is refused;
            Discord has 30, here 0 (never refused) so that a bot may be restarted at will.
        rate_limits: requests per bucket.
        direct_limits: new conversations; they hold also where the rate limits are off.
    """

    heartbeat_seconds: float = 41.25
    nonce_seconds: float = 300.0
    interaction_seconds: float = 3.0
    token_seconds: float = 900.0
    resume_seconds: float = 180.0
    member_request_seconds: float = 0.0
    rate_limits: RateLimits = field(default_factory=RateLimits)
    direct_limits: DirectLimits = field(default_factory=DirectLimits)
