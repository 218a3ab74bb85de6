"""Rate limits: windows per bucket and major parameter, one global limit, and Discord's headers."""

from reminder_bot.sandbox.behaviour import RateLimits
from reminder_bot.sandbox.nonces import Nonces
from reminder_bot.sandbox.ratelimit import RateLimiter, Verdict
from reminder_bot.sandbox.record import Record


class Steps:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def _limiter(limits: RateLimits | None = None) -> tuple[RateLimiter, Steps, Record]:
    clock, record = Steps(), Record()
    return RateLimiter(limits or RateLimits(), record, clock), clock, record


def _post(limiter: RateLimiter, channel: str = "1") -> Verdict:
    return limiter.check("messages", "messages", channel, bot_id=7)


def test_the_sixth_message_within_five_seconds_is_refused() -> None:
    limiter, clock, record = _limiter()
    assert [_post(limiter).retry_after for _ in range(5)] == [None] * 5
    clock.at += 2
    refused = _post(limiter)
    assert refused.retry_after == 3.005
    assert refused.headers["Via"] == "1.1 google"
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert [hit.scope for hit in record.rate_limits] == ["user"]


def test_a_bucket_is_full_again_when_its_window_ends() -> None:
    limiter, clock, _ = _limiter()
    for _ in range(5):
        _post(limiter)
    clock.at += 5
    assert _post(limiter).retry_after is None


def test_channels_are_counted_apart_but_share_the_name_of_the_bucket() -> None:
    limiter, _, _ = _limiter()
    names = {_post(limiter, channel).headers["X-RateLimit-Bucket"] for channel in "1111122222"}
    assert len(names) == 1


def test_the_headers_count_down() -> None:
    limiter, clock, _ = _limiter()
    remaining = [_post(limiter).headers["X-RateLimit-Remaining"] for _ in range(5)]
    assert remaining == ["4", "3", "2", "1", "0"]
    clock.at += 6
    headers = _post(limiter).headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Reset"]) == ("5", "1011.000")
    assert headers["X-RateLimit-Reset-After"] == "5.005"


def test_the_global_limit_counts_over_all_buckets() -> None:
    limiter, _, record = _limiter(RateLimits(global_per_second=3))
    verdicts = [_post(limiter, channel) for channel in "1234"]
    assert [verdict.is_global for verdict in verdicts] == [False, False, False, True]
    assert record.rate_limits[0].scope == "global"


def test_interaction_answers_do_not_count_against_the_global_limit() -> None:
    limiter, _, _ = _limiter(RateLimits(global_per_second=1))
    for token in "abc":
        assert limiter.check("default", "callback", token, 7, is_global_exempt=True).retry_after is None


def test_a_nonce_is_remembered_per_channel_and_author_for_its_time() -> None:
    clock = Steps()
    nonces = Nonces(300, clock)
    nonces.remember(1, 2, "n", 99)
    assert nonces.earlier(1, 2, "n") == 99
    assert nonces.earlier(1, 3, "n") is None
    assert nonces.earlier(3, 2, "n") is None
    clock.at += 300.1
    assert nonces.earlier(1, 2, "n") is None
