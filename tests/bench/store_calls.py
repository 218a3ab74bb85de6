"""Every store function, called as the application does, on one event of a full database."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from models.event_options import EventOptions
from models.records import EventState, NewEvent, Person, ReactionSignal, ReminderStatus, Schedule, SignalKind
from persistence import bot_state, deletions, due_events, events, guilds, reactions, reminder_log
from tests.bench.filling import EMOJIS, FIRST_CHANNEL, FIRST_PERSON, LONG_AFTER
from tests.fakes import START

Call = Callable[[int, int], object]
"""Takes the ids of a guild and of an event in it."""

NOW = START + timedelta(days=1)
STRANGER = Person(FIRST_PERSON + 10**9, "Stranger", is_bot=False)
HELD = {FIRST_PERSON + number: frozenset({EMOJIS[0]}) for number in range(100)}


def _new_event(guild_id: int, event_id: int) -> NewEvent:
    return NewEvent(event_id, FIRST_CHANNEL, guild_id, "Title", None, 60.0, EMOJIS, None, NOW + timedelta(hours=1))


def _signal(kind: SignalKind, guild_id: int, event_id: int, person: Person | None) -> ReactionSignal:
    user_id = FIRST_PERSON if person is None else person.user_id
    return ReactionSignal(kind, guild_id, event_id, user_id, EMOJIS[0], NOW, person)


def _claim(guild_id: int, event_id: int) -> int:
    people = [[STRANGER.user_id + number for number in range(50)]]
    claims = reminder_log.claim(guild_id, event_id, NOW, people, NOW, due_only=False)
    return claims[0].log_id


def _claim_to_complete(guild_id: int, event_id: int) -> None:
    log_id = _claim(guild_id, event_id)
    begun = reminder_log.begin_attempt(guild_id, log_id, {STRANGER.user_id}, NOW)
    assert begun is not None
    reminder_log.complete(guild_id, log_id, event_id + 1, NOW, begun.recipients, NOW)
    reminder_log.recipients_of(guild_id, log_id)


def _claim_to_delete(guild_id: int, event_id: int) -> None:
    schedule = Schedule(None, None, EventOptions(deletes_older=True, delete_after_minutes=5))
    events.set_schedule(guild_id, event_id, schedule, NOW)
    _claim_to_complete(guild_id, event_id)
    for deletion in deletions.list_due_deletions(NOW, 1):
        deletions.postpone_deletion(guild_id, deletion.log_id, NOW, NOW)
        deletions.end_deletion(guild_id, deletion.log_id, NOW)


def _claim_to_close(guild_id: int, event_id: int) -> None:
    reminder_log.close_batch(guild_id, _claim(guild_id, event_id), ReminderStatus.SKIPPED, "why", NOW)


OF_EVENTS: Mapping[str, Call] = {
    "get_event": events.get_event,
    "list_events": lambda g, _e: events.list_events(g),
    "list_due": lambda _g, _e: due_events.list_due(NOW, 100),
    "next_due_after": lambda _g, _e: due_events.next_due_after(NOW),
    "watch_event": lambda g, e: events.watch_event(_new_event(g, e), NOW),
    "set_interval": lambda g, e: events.set_interval(g, e, 30.0, NOW, NOW),
    "pause": lambda g, e: events.pause(g, e, NOW),
    "resume": lambda g, e: events.resume(g, e, NOW, NOW),
    "set_state": lambda g, e: events.set_state(g, e, EventState.BLOCKED, "why", NOW),
    "set_text": lambda g, e: events.set_text(g, e, "Title", None, NOW),
    "arm_if_quiet": lambda g, e: events.arm_if_quiet(g, e, NOW, NOW),
    "go_quiet": lambda g, e: events.go_quiet(g, e, LONG_AFTER, NOW),
    "search_titles": lambda g, _e: events.search_titles(g, "Event", 25),
}
OF_REACTIONS: Mapping[str, Call] = {
    "apply_signal_first": lambda g, e: reactions.apply_signals([_signal(SignalKind.ADD, g, e, STRANGER)], NOW),
    "apply_signal_again": lambda g, e: reactions.apply_signals([_signal(SignalKind.ADD, g, e, None)], NOW),
    "apply_signal_remove": lambda g, e: reactions.apply_signals([_signal(SignalKind.REMOVE, g, e, None)], NOW),
    "apply_signal_clear": lambda g, e: reactions.apply_signals([_signal(SignalKind.CLEAR, g, e, None)], NOW),
    "list_answers": reactions.list_answers,
    "answered_user_ids": reactions.answered_user_ids,
    "answered": reactions.answered,
    "answered_among": lambda g, e: reactions.answered_among(g, e, HELD),
    "reconcile": lambda g, e: reactions.reconcile(g, e, HELD, (), NOW),
}
OF_PEOPLE: Mapping[str, Call] = {
    "upsert_guild": lambda g, _e: guilds.upsert_guild(g, "Name", NOW),
    "get_guild_name": lambda g, _e: guilds.get_guild_name(g),
    "upsert_people": lambda g, _e: guilds.upsert_people(g, [STRANGER], NOW),
    "get_people": lambda g, _e: guilds.get_people(g),
    "get_value": lambda _g, _e: bot_state.get_value("key"),
    "set_value": lambda _g, _e: bot_state.set_value("key", "value", NOW),
}
OF_REMINDERS: Mapping[str, Call] = {
    "claim": _claim,
    "claim_to_complete": _claim_to_complete,
    "claim_to_close": _claim_to_close,
    "pending_of": reminder_log.pending_of,
    "list_pending": lambda _g, _e: reminder_log.list_pending(),
    "list_log": lambda g, e: reminder_log.list_log(g, e, 25),
    "known_message_ids": reminder_log.known_message_ids,
    "claim_to_delete": _claim_to_delete,
    "list_due_deletions": lambda _g, _e: deletions.list_due_deletions(NOW, 100),
    "next_deletion_after": lambda _g, _e: deletions.next_deletion_after(NOW),
}
GROUPS: Mapping[str, Mapping[str, Call]] = {
    "event": OF_EVENTS,
    "answer": OF_REACTIONS,
    "directory": OF_PEOPLE,
    "reminder": OF_REMINDERS,
}
