"""How many requests a lost connection and a second start cost."""

from pathlib import Path

from tests.bench.clients import BOT
from tests.bench.request_counts import count_requests


async def test_resume_costs_nothing_and_a_new_session_what_a_start_costs_each_event(tmp_path: Path) -> None:
    counts = await count_requests(BOT, tmp_path)
    assert counts["reconnection, resumed"] == 0
    assert counts["new session"] == 0
    assert counts["later start"] == counts["first start"] - 1
    for name in ("nobody has answered", "100 answers", "150 answers"):
        assert counts[f"new session, {name}"] == counts[f"start, {name}"]
