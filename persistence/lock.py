"""One process per database: an advisory lock beside the file."""

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from utils.errors import DatabaseInUseError, StorageError


class DatabaseLock:
    """A lock on ``<path>.lock``, held until `release` or the end of the process, whichever comes first.

    The kernel holds it, so a killed process leaves none behind. The file itself stays: removing it would let two
    processes lock two different files of one name. It holds the owner's pid, for people and for the refusal.
    """

    def __init__(self, path: Path) -> None:
        # Two names of one database must meet at one lock.
        self._database = path.resolve()
        self.path = self._database.with_name(f"{self._database.name}.lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or fail at once.

        Raises:
            DatabaseInUseError: another process, or another lock of this one, holds it.
            StorageError: the lock file cannot be written.
        """
        if self._descriptor is not None:
            return
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageError(f"The lock file {self.path} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = _pid_in(descriptor)
            os.close(descriptor)
            raise DatabaseInUseError(str(self._database), pid) from error
        except OSError as error:
            os.close(descriptor)
            raise StorageError(f"The file system cannot lock {self.path}: {error.strerror}.") from error
        self._descriptor = descriptor
        # The pid is for people only: on a full disk the lock holds without it.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)

    def refuse_if_held(self) -> None:
        """Make sure that nobody holds the lock; makes and changes nothing.

        Raises:
            DatabaseInUseError: another process, or another lock of this one, holds it.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatabaseInUseError(str(self._database), _pid_in(descriptor)) from error
        finally:
            os.close(descriptor)

    def release(self) -> None:
        """Give the lock back; without one, do nothing."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _pid_in(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else None
