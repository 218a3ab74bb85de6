"""What a file system is asked beyond reading and writing: to keep what was written, and how much room is left."""

import os
import shutil
from pathlib import Path

from utils.errors import StorageError


def flush_file(path: Path) -> None:
    """Return when a file's content is on the disk, power cut or not.

    Never for a database that this process has open: closing the file takes away the locks it has on it.

    Raises:
        StorageError: the file system refused.
    """
    _flush(path, os.O_RDWR)


def flush_folder(path: Path) -> None:
    """Return when the names in a folder are on the disk: files made, renamed, removed.

    Raises:
        StorageError: the file system refused.
    """
    _flush(path, os.O_RDONLY | os.O_DIRECTORY)


def free_bytes(path: Path) -> int:
    """Return how much room this user has on the file system of a path; it or a folder above it must exist.

    Raises:
        StorageError: the file system cannot tell.
    """
    existing = next((place for place in (path, *path.absolute().parents) if place.exists()), path)
    try:
        return shutil.disk_usage(existing).free
    except OSError as error:
        raise StorageError(f"The room on the disk of {path} cannot be told: {error.strerror}.") from error


def remove(path: Path) -> None:
    """Remove a file, if it is there.

    Raises:
        StorageError: the file system refused.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be removed: {error.strerror}.") from error


def _flush(path: Path, flags: int) -> None:
    try:
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(f"{path} cannot be written to the disk: {error.strerror}.") from error
