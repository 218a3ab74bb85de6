"""The use case of an event's answers: which emoji count, what they mean and what they are called."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from models.event_options import LABEL_LIMIT, OfferedAnswer
from models.records import TrackedEvent
from models.setting_json import FEWEST_ANSWERS, MOST_ANSWERS
from persistence.event_answers import set_answers
from persistence.writer import DatabaseWriter
from reminder_bot.event_index import EventIndex
from reminder_bot.event_requests import Change
from reminder_bot.restoration import Restoration
from reminder_bot.session import GatewaySession
from utils.emoji import emoji_key, is_emoji
from utils.errors import EventNotFoundError, InvalidEmojiError, StorageError, UserError
from utils.formatting import escape_text, one_line
from utils.i18n import _
from utils.time import Clock

SHOWN = 40


class EventAnswers:
    """Changes what people may answer, while they go on answering."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        index: EventIndex,
        session: GatewaySession,
        restoration: Restoration,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._index = index
        self._session = session
        self._restoration = restoration
        self._one_at_a_time = asyncio.Lock()

    def check(self, answers: Sequence[OfferedAnswer]) -> None:
        """Refuse answers that cannot be; none of them need mean that somebody comes.

        Raises:
            InvalidEmojiError: one is no emoji, or comes twice.
            UserError: there are too few, too many, or a label is too long.
        """
        if len(answers) < FEWEST_ANSWERS:
            raise UserError(_("An event needs at least two answers. Name another emoji."))
        if len(answers) > MOST_ANSWERS:
            raise UserError(_("An event may have {limit} answers at most. Leave some out.").format(limit=MOST_ANSWERS))
        known: set[str] = set()
        for answer in answers:
            if not is_emoji(answer.emoji):
                shown = escape_text(one_line(answer.emoji, SHOWN, "?"))
                raise InvalidEmojiError(
                    _("“{text}” is not one emoji. Choose one from the emoji picker.").format(text=shown)
                )
            if emoji_key(answer.emoji) in known:
                raise InvalidEmojiError(_("{emoji} comes twice. Give each answer its own emoji.").format(
                    emoji=answer.emoji
                ))  # fmt: skip
            known.add(emoji_key(answer.emoji))
            if len(answer.label) > LABEL_LIMIT:
                raise UserError(_("The name of {emoji} is too long. Use {limit} letters at most.").format(
                    emoji=answer.emoji, limit=LABEL_LIMIT
                ))  # fmt: skip

    async def change(self, event: TrackedEvent, answers: Sequence[OfferedAnswer], *, by: int) -> Change:
        """Have these answers count from now on, in this order; ``by`` is who asked for it.

        One transaction. Answers whose emoji stays are kept; who held others only is asked again. Nobody is reminded
        before the message was read again, because of those who had put a new emoji on it already. An emoji that stays
        keeps the event's spelling of it.

        Raises:
            UserError: the answers cannot be; nothing was changed.
            EventNotFoundError: the event is over.
            StorageError: nothing was changed.
        """
        self.check(answers)
        async with self._one_at_a_time:
            changed = await self._stored(event, answers, by)
        if changed is None:
            raise EventNotFoundError(_("This event is over already."))
        before, after = changed
        return Change(after, before)

    async def _stored(
        self, event: TrackedEvent, answers: Sequence[OfferedAnswer], by: int
    ) -> tuple[TrackedEvent, TrackedEvent] | None:
        watched = self._index.get(event.message_id)
        if watched is None:
            return None
        key = (event.guild_id, event.message_id)
        counted = tuple(watched.spellings.values())
        offered = [
            replace(each, emoji=watched.spell(each.emoji) or each.emoji, label=one_line(each.label, LABEL_LIMIT))
            for each in answers
        ]
        self._session.distrust(event.message_id)
        # Up to the writer's queue nothing is awaited: every frame is either read by the old answers and stored before
        # the change, or read by the new ones and stored after it.
        self._index.respell(event.message_id, tuple(each.emoji for each in offered))
        try:
            return await self._writer.submit(set_answers, *key, offered, self._clock.now(), by)
        except StorageError:
            self._index.respell(event.message_id, counted)
            raise
        finally:
            # Again: a reading by the old answers may have ended meanwhile.
            self._session.distrust(event.message_id)
            self._restoration.restore_soon(*key)
