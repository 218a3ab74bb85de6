"""What the kernel knows about a process: CPU, memory, wake-ups. Linux only.

Source: https://man7.org/linux/man-pages/man5/proc.5.html
"""

import asyncio
import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, in steps of 10 ms."""
    # The name, in parentheses, may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    """Return the memory that is in RAM now."""
    return _kilobytes(pid, "VmRSS") / 1024


def peak_mb(pid: int) -> float:
    """Return the most memory that was in RAM since the start or `forget_peak`."""
    return _kilobytes(pid, "VmHWM") / 1024


def forget_peak(pid: int) -> None:
    """Begin a new peak."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


def wake_ups(pid: int) -> int:
    """Return how often the threads of a process have waited for something: each time is a wake-up."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(_field(thread / "status", "voluntary_ctxt_switches") for thread in threads)


async def settled_at(pid: int, *, quiet_seconds: float = 0.5) -> float:
    """Wait until a process has used no CPU for a while; return when it last did, by `time.perf_counter`."""
    used, last = cpu_seconds(pid), time.perf_counter()
    while time.perf_counter() - last < quiet_seconds:
        await asyncio.sleep(0.01)
        now = cpu_seconds(pid)
        if now != used:
            used, last = now, time.perf_counter()
    return last


def _kilobytes(pid: int, name: str) -> int:
    return _field(Path(f"/proc/{pid}/status"), name)


def _field(path: Path, name: str) -> int:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(f"{path} has no {name}")
