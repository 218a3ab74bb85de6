"""Measuring: every figure several times, each arm in a process of its own, figure and reference in turn."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.catalogue import figure_of
from tests.bench.figures import Round

ARM_SECONDS = 600.0
STOP_SECONDS = 10.0


class ArmError(Exception):
    """An arm did not end, or not well; holds what it printed."""


def measure(names: Sequence[str], runs: int, *, is_quick: bool, tell: Callable[[str], None]) -> dict[str, list[Round]]:
    """Run every arm of the figures ``runs`` times and return the rounds of each figure.

    The rounds go through all figures one after another, so that a slow minute of the machine falls on all alike.

    Raises:
        ArmError: an arm failed.
    """
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    with TemporaryDirectory(prefix="bench-") as folder:
        for run in range(1, runs + 1):
            for name in names:
                tell(f"run {run} of {runs}: {name}")
                rounds[name].append(_measure_once(name, Path(folder), is_quick=is_quick))
    return rounds


def _measure_once(name: str, folder: Path, *, is_quick: bool) -> Round:
    return {arm: _run_arm(name, arm, folder, is_quick=is_quick) for arm in figure_of(name).arms}


def _run_arm(name: str, arm: str, folder: Path, *, is_quick: bool) -> dict[str, float]:
    size = "quick" if is_quick else "full"
    command = [sys.executable, "-m", "tests.bench.figure", name, arm, "--size", size, "--folder", str(folder)]
    # Compiling the project anew in each process would be measured as part of its start.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            output, errors = process.communicate(timeout=ARM_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ArmError(f"{name} {arm} did not end within {ARM_SECONDS:.0f} seconds") from error
        finally:
            _end(process)
    if process.returncode:
        raise ArmError(f"{name} {arm} failed:\n{errors}")
    metrics: dict[str, float] = json.loads(output.splitlines()[-1])
    return metrics


def _end(process: subprocess.Popen[str]) -> None:
    """Have an arm end that has not: as after Ctrl-C, so that it stops the bot it has started."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
