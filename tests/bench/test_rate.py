"""The run of `make bench-rate` with many guilds, at a small size: that it works, not how fast."""

from pathlib import Path

from tests.bench.rate import Sizes, remind_steadily

SMALL = Sizes(guilds=2, people_each=3, seconds=0.2, reactions=4)


async def test_steady_reminders_at_discords_limits_all_go_out_after_they_were_due(tmp_path: Path) -> None:
    runs, reaction_us = await remind_steadily(tmp_path, SMALL)
    assert all(late > 0 for run in runs for late in run.lateness)
    assert [run.refusals for run in runs] == [0, 0, 0]
    assert reaction_us >= 0
