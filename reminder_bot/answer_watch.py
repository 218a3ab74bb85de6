"""Who changes their answer while a message is on its way out: before the message lies a commit, and disks can stall."""

from collections.abc import Iterator, Set
from contextlib import contextmanager


class AnswerWatch:
    """Notes answers as their frames come in, before they are stored, for events that are just being reminded about.

    What somebody chooses for themselves is noted likewise: it may concern every event.
    """

    def __init__(self) -> None:
        self._watching: dict[int, list[set[int]]] = {}

    @contextmanager
    def watching(self, *event_ids: int) -> Iterator[Set[int]]:
        """Yield the ids of all who change an answer to one of these events, or a choice of theirs, from now on.

        Several may watch an event: its own reminder, and messages that tell of several events.
        """
        changed: set[int] = set()
        for event_id in event_ids:
            self._watching.setdefault(event_id, []).append(changed)
        try:
            yield changed
        finally:
            for event_id in event_ids:
                self._leave(event_id, changed)

    def note(self, event_id: int, user_id: int) -> None:
        """Take note of an answer given or taken back; nothing happens when nobody watches the event."""
        for changed in self._watching.get(event_id, ()):
            changed.add(user_id)

    def note_person(self, user_id: int) -> None:
        """Take note that somebody has changed what they chose for themselves, whatever the event."""
        for watchers in self._watching.values():
            for changed in watchers:
                changed.add(user_id)

    def _leave(self, event_id: int, changed: Set[int]) -> None:
        # By identity: two that watch the same event may have seen the same people.
        left = [each for each in self._watching[event_id] if each is not changed]
        if left:
            self._watching[event_id] = left
        else:
            del self._watching[event_id]
