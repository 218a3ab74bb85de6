"""How far an import is, as a bar and as lines."""

import pytest

from reminder_bot import import_progress
from reminder_bot.import_progress import BarProgress, LineProgress


def run(progress: BarProgress | LineProgress, total: int, *steps: int) -> None:
    progress.begin("Reading a.json", total, "bytes")
    for step in steps:
        progress.advance(step)
    progress.end()


def test_lines_tell_the_end_of_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    run(LineProgress(), 100, 50, 50)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Reading a.json: done, ")
    assert line.endswith(" MiB/s")


def test_lines_tell_of_a_long_step_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_progress, "_LINE_SECONDS", 0)
    run(LineProgress(), 100, 50, 25)
    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "Reading a.json: 50 %",
        "Reading a.json: 75 %",
        "Reading a.json: done",
    ]


@pytest.mark.parametrize(("total", "steps"), [(100, (50, 50)), (0, ()), (100, ()), (100, (70, 70))])
def test_bar_ends_whatever_was_counted(capsys: pytest.CaptureFixture[str], total: int, steps: tuple[int, ...]) -> None:
    run(BarProgress(), total, *steps)
    assert capsys.readouterr().out == ""
