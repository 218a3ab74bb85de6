"""Stored answers equal a plain model's after any interleaving of frames and reconciliations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.database_models import Reaction
from models.records import Person, ReactionSignal, SignalKind
from persistence import forgotten, guilds, reactions
from persistence.database import DatabaseHandle
from persistence.statements import rows_of
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    MAYBE,
    NO,
    NOW,
    OTHER_GUILD,
    YES,
    apply_signal,
    later,
    met,
    signal,
    watch,
)

ORDER = (YES, NO, MAYBE)
users, emojis = st.integers(1, 3), st.sampled_from(ORDER)
signals = st.one_of(
    st.builds(signal, st.sampled_from([SignalKind.ADD, SignalKind.REMOVE]), users, emojis),
    st.builds(signal, st.just(SignalKind.CLEAR)),
    st.builds(signal, st.just(SignalKind.CLEAR_EMOJI), st.none(), emojis),
)


@dataclass(frozen=True)
class Read:
    """A complete read of the message, and the frames that came while it ran."""

    held: Mapping[int, frozenset[str]]
    journal: Sequence[ReactionSignal]


reads = st.builds(
    Read,
    held=st.dictionaries(users, st.frozensets(emojis, min_size=1)),
    journal=st.lists(signals, max_size=3),
)


class Model:
    """The rules in their plainest words: a list of held emoji per user, and which of them is the answer."""

    def __init__(self) -> None:
        self.held: dict[int, list[str]] = {}
        self.answer: dict[int, str] = {}

    def apply(self, step: ReactionSignal | Read) -> None:
        if isinstance(step, Read):
            self._read(step)
        elif step.kind is SignalKind.CLEAR:
            self.held.clear()
        elif step.kind is SignalKind.CLEAR_EMOJI:
            for user_id in list(self.held):
                self._drop(user_id, str(step.emoji))
        elif step.user_id is not None and step.kind is SignalKind.REMOVE:
            self._drop(step.user_id, str(step.emoji))
        elif step.user_id is not None:
            held = self.held.setdefault(step.user_id, [])
            if step.emoji in held:
                held.remove(str(step.emoji))
            held.append(str(step.emoji))
            self.answer[step.user_id] = str(step.emoji)

    def _drop(self, user_id: int, emoji: str) -> None:
        held = self.held.get(user_id, [])
        if emoji not in held:
            return
        held.remove(emoji)
        if not held:
            del self.held[user_id]
        elif self.answer[user_id] == emoji:
            self.answer[user_id] = held[-1]

    def _read(self, read: Read) -> None:
        for user_id in list(self.held):
            for emoji in list(self.held[user_id]):
                if emoji not in read.held.get(user_id, frozenset()):
                    self.held[user_id].remove(emoji)
            if not self.held[user_id]:
                del self.held[user_id]
        for user_id, found in read.held.items():
            held = self.held.setdefault(user_id, [])
            if self.answer.get(user_id) not in held:
                self.answer[user_id] = next(emoji for emoji in ORDER if emoji in found)
            held += [emoji for emoji in ORDER if emoji in found and emoji not in held]
        for frame in read.journal:
            self.apply(frame)

    def state(self) -> dict[int, tuple[str, tuple[str, ...]]]:
        return {user_id: (self.answer[user_id], tuple(held)) for user_id, held in self.held.items()}


def stored() -> dict[int, tuple[str, tuple[str, ...]]]:
    return {answer.user_id: (answer.emoji, answer.held) for answer in reactions.list_answers(GUILD, EVENT)}


def replay(steps: Sequence[ReactionSignal | Read]) -> None:
    model = Model()
    for step in steps:
        before = stored()
        if isinstance(step, Read):
            result = reactions.reconcile(GUILD, EVENT, step.held, step.journal, NOW)
            model.apply(step)
            after = stored()
            assert result.added == len(after.keys() - before.keys())
            assert result.withdrawn == len(before.keys() - after.keys())
            assert result.changed == sum(before[user][0] != after[user][0] for user in before.keys() & after.keys())
        else:
            changed = apply_signal(step, NOW)
            model.apply(step)
            assert changed == (stored() != before)
        assert stored() == model.state()


def test_stored_answers_equal_the_models_after_any_sequence(handle: DatabaseHandle) -> None:
    watch()

    # Within, and not above: hypothesis runs many sequences in one test, which is one database.
    @settings(max_examples=200)
    @given(st.lists(st.one_of(signals, signals, reads), max_size=15))
    def replayed(steps: list[ReactionSignal | Read]) -> None:
        with handle.database.atomic() as transaction:
            replay(steps)
            transaction.rollback()

    replayed()


def rows() -> list[tuple[object, ...]]:
    # When a row was last written may differ: an answer that is at the end what it was at the beginning is not.
    kept = (Reaction.event, Reaction.user_id, Reaction.emoji, Reaction.held, Reaction.reacted_at)
    return rows_of(Reaction.select(*kept).order_by(Reaction.event, Reaction.user_id))


def one_at_a_time(frames: Sequence[ReactionSignal]) -> tuple[list[bool], list[tuple[object, ...]], list[Person]]:
    changed = [apply_signal(frame, later(1)) for frame in frames]
    return changed, rows(), guilds.get_people(GUILD)


def in_batches(
    frames: Sequence[ReactionSignal], cuts: Sequence[int]
) -> tuple[list[bool], list[tuple[object, ...]], list[Person]]:
    bounds = [0, *sorted(min(cut, len(frames)) for cut in cuts), len(frames)]
    changed = [flag for start, end in pairwise(bounds) for flag in reactions.apply_signals(frames[start:end], later(1))]
    return changed, rows(), guilds.get_people(GUILD)


names = st.sampled_from(["Ann", "Anna"])
frames_of_two_events = st.one_of(
    st.builds(signal, st.sampled_from([SignalKind.ADD, SignalKind.REMOVE]), users, emojis, st.integers(0, 3)),
    st.builds(met, st.builds(signal, st.just(SignalKind.ADD), users, emojis, st.integers(0, 3)), names),
    st.builds(signal, st.just(SignalKind.CLEAR)),
    st.builds(signal, st.just(SignalKind.CLEAR_EMOJI), st.none(), emojis),
    st.builds(signal, st.just(SignalKind.ADD), users, emojis, st.just(1), st.just(OTHER_GUILD)),
).flatmap(
    lambda frame: st.sampled_from([EVENT, EVENT, EVENT + 1, EVENT + 2]).map(lambda e: replace(frame, message_id=e))
)


def test_frames_cut_into_any_batches_leave_what_they_leave_one_at_a_time(handle: DatabaseHandle) -> None:
    watch()
    watch(message_id=EVENT + 1)
    reactions.apply_signals([signal(SignalKind.ADD, user, emoji) for user in (1, 2) for emoji in (YES, NO)], NOW)
    forgotten.forget(3, NOW)

    @settings(max_examples=200)
    @given(st.lists(frames_of_two_events, max_size=20), st.lists(st.integers(0, 20), max_size=4))
    def compared(frames: list[ReactionSignal], cuts: list[int]) -> None:
        outcomes = []
        for play in (one_at_a_time, lambda found: in_batches(found, cuts)):
            with handle.database.atomic() as transaction:
                outcomes.append(play(frames))
                transaction.rollback()
        assert outcomes[0] == outcomes[1]

    compared()
