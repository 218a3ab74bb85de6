"""Answers as they are given, and their reconciliation with Discord's after a start or a new session."""

from collections.abc import Callable

from models.records import ReactionSignal, ReconciliationResult, TrackedEvent
from persistence import events, guilds, reactions
from persistence.group_commit import Failure
from persistence.writer import DatabaseWriter
from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.reaction_source import MessageReading, ReactionSource
from utils.errors import TransientDiscordError
from utils.time import Clock


class ReactionSync:
    """Keeps stored answers equal to Discord's.

    While an event's reactions are being read, every frame about it goes into a journal as well. The read is applied
    first and the journal replayed over it, so what arrived meanwhile wins over what may have been read before it.
    """

    def __init__(self, *, clock: Clock, writer: DatabaseWriter, source: ReactionSource, answers: AnswerWatch) -> None:
        self._clock = clock
        self._writer = writer
        self._source = source
        self._answers = answers
        self._journals: dict[int, list[list[ReactionSignal]]] = {}
        # Bound once: of each frame that waits, the garbage collector walks every object.
        self._store_all = self._store

    def take(self, signal: ReactionSignal, tell: Callable[[ReactionSignal, bool | Failure], None]) -> None:
        """Have one reaction frame stored; ``tell`` hears whether an answer changed, when it is durable, or the failure.

        Raises:
            StorageClosedError: it cannot be stored any more.
        """
        if signal.user_id is not None:
            self._answers.note(signal.message_id, signal.user_id)
        for journal in self._journals.get(signal.message_id, ()):
            journal.append(signal)
        self._writer.submit_together(self._store_all, signal, tell)

    async def reconcile(self, event: TrackedEvent) -> ReconciliationResult:
        """Read the message's reactions from Discord, then make the stored answers equal to them in one transaction.

        Raises:
            DiscordError: the read was not complete; nothing was changed.
            StorageError: the result could not be stored; nothing was changed.
        """
        journal: list[ReactionSignal] = []
        journals = self._journals.setdefault(event.message_id, [])
        journals.append(journal)
        try:
            reading = await self._source.read(event)
            # From here to the writer's queue nothing is awaited: a later frame is queued behind this.
            result = await self._writer.submit(self._apply, event, reading, tuple(journal))
        finally:
            journals.remove(journal)
            if not journals:
                self._journals.pop(event.message_id, None)
        if result is None:
            raise TransientDiscordError("The answers of this event were changed while they were being read.")
        return result

    def _store(self, signals: list[ReactionSignal]) -> list[bool]:
        return reactions.apply_signals(signals, self._clock.now())

    def _apply(
        self, event: TrackedEvent, reading: MessageReading, journal: tuple[ReactionSignal, ...]
    ) -> ReconciliationResult | None:
        """Store a reading; None, and nothing, when it was made by other answers than the event offers now."""
        if reactions.answers_offered(event.guild_id, event.message_id) not in (None, event.required_reactions):
            return None
        now = self._clock.now()
        guilds.upsert_people(event.guild_id, reading.people, now)
        # What the bot has written itself is stored as it was typed, and shown with more than that.
        if reading.title is not None and not event.options.is_own_post:
            events.set_text(event.guild_id, event.message_id, reading.title, reading.description, now)
        return reactions.reconcile(event.guild_id, event.message_id, reading.held, journal, now)
