"""The stage of the demo: its files, its lines, and the tie between it and its bot."""

import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.stage import StageError, new_story_files
from reminder_bot.sandbox.story import sentences

NOW = 1_700_000_000.4
PATIENCE_SECONDS = 10.0


def test_stories_of_one_second_have_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reminder_bot.sandbox.stage.time.strftime", lambda _form: "story-now")
    stories = [new_story_files(tmp_path / "data") for _ in range(3)]
    assert [log.name for _database, log in stories] == ["story-now.log", "story-now-2.log", "story-now-3.log"]
    assert [database for database, _log in stories] == [log.with_suffix(".db") for _database, log in stories]
    assert {stat.S_IMODE(log.stat().st_mode) for _database, log in stories} == {0o600}


def test_folder_that_is_a_file_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StageError, match=r"into /.*/data: it is no folder\."):
        new_story_files(tmp_path / "data")


def test_answer_is_told_sentence_by_sentence_with_time_left_rounded_up() -> None:
    text = f"Raid, Friday 20:30\nWatching. Every 3 seconds.\n\nIt comes <t:{int(NOW) + 3}:R>; not before! <t:1:R>?"
    assert sentences(text, NOW) == [
        "Raid, Friday 20:30",
        "Watching.",
        "Every 3 seconds.",
        "It comes in 3 seconds; not before!",
        "in 0 seconds?",
    ]


def test_description_says_who_acts_and_names_every_channel() -> None:
    seed = seed_world()
    text = Sandbox(seed.world).describe()
    assert "No people act in it by themselves" in text
    assert f"#events ({seed.channel_id})" in text


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's call is Linux's own")
def test_tied_command_is_asked_to_end_when_its_starter_is_killed(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    script = f"trap 'touch {ended}; exit' TERM; echo ready; while :; do sleep 0.02; done"
    starter = (
        "import subprocess, sys; from reminder_bot.sandbox.tie import tied;"
        f"subprocess.run(tied(['sh', '-c', {script!r}]), check=False)"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ended.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ended.exists()


def test_tied_command_is_not_started_when_its_starter_is_gone_already(tmp_path: Path) -> None:
    made = tmp_path / "made"
    command = [sys.executable, "-m", "reminder_bot.sandbox.tie", "1", "touch", str(made)]
    assert subprocess.run(command, check=False).returncode == 1
    assert not made.exists()
