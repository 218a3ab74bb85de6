"""When members change what they want to hear: nothing on its way names them, and their events are looked at."""

from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.attention import Attention
from reminder_bot.event_index import EventIndex


class ChoiceChanges:
    """Passes on that somebody's choices are others now; called in the turn of the event loop in which they change."""

    def __init__(self, *, index: EventIndex, attention: Attention, answers: AnswerWatch) -> None:
        self._index = index
        self._attention = attention
        self._answers = answers

    def of_member(self, guild_id: int, user_id: int) -> None:
        """Take note that a member has chosen anew how, when or about what they are reminded, or went or came back."""
        self._answers.note_person(user_id)
        for watched in self._index.in_guild(guild_id):
            self._attention.mark(guild_id, watched.message_id)

    def of_event(self, event_id: int, user_id: int) -> None:
        """Take note that a member has chosen whether to be asked about one event, or when."""
        self._answers.note(event_id, user_id)
        if (watched := self._index.get(event_id)) is not None:
            self._attention.mark(watched.guild_id, event_id)
