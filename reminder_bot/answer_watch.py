"""Who changes their answer while a batch is on its way out: before the message lies a commit, and disks can stall."""

from collections.abc import Iterator, Set
from contextlib import contextmanager


class AnswerWatch:
    """Notes answers as their frames come in, before they are stored, for events that are just being reminded about."""

    def __init__(self) -> None:
        self._answered: dict[int, set[int]] = {}

    @contextmanager
    def watching(self, event_id: int) -> Iterator[Set[int]]:
        """Yield the ids of all who change their answer from now on; one delivery of an event watches at a time."""
        answered = self._answered[event_id] = set()
        try:
            yield answered
        finally:
            del self._answered[event_id]

    def note(self, event_id: int, user_id: int) -> None:
        """Take note of an answer given or taken back, or of a person's own "not now"; nothing where nobody watches."""
        answered = self._answered.get(event_id)
        if answered is not None:
            answered.add(user_id)

    def note_person(self, user_id: int) -> None:
        """Take note of somebody who has changed what they want to hear, in all events that are watched."""
        for answered in self._answered.values():
            answered.add(user_id)
