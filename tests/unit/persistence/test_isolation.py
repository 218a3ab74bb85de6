"""Every store function that takes a guild, tried with another guild's ids: it finds nothing and changes nothing."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from models.event_options import NO_OPTIONS, Meaning, OfferedAnswer
from models.held_records import Held, HeldKind, HeldReason, Way
from models.person_facts import PersonFacts, PutOff
from models.records import (
    Answered,
    EventState,
    Person,
    ReconciliationResult,
    ReminderKind,
    ReminderStatus,
    Schedule,
    SignalKind,
)
from models.sql import run_sql
from persistence import (
    audit,
    deletions,
    dormant_events,
    escalations,
    event_answers,
    events,
    gathered,
    gathered_log,
    guilds,
    held,
    held_due,
    members,
    pending_batches,
    pending_gathered,
    person_answers,
    plan_claims,
    plans,
    reactions,
    reminder_log,
    snoozes,
    told,
)
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NO,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    later,
    met,
    signal,
    watch,
)
from tests.unit.persistence.test_gathered import hold

LOG = 1
HELD_ROW, GATHERED = 2, 1
NOTHING: tuple[Any, ...] = (
    None,
    [],
    False,
    0,
    frozenset(),
    {},
    ReconciliationResult(0, 0, 0),
    Answered(frozenset(), {}),
    PersonFacts(),
)

STRAY = [signal(kind, 7, NO if kind is SignalKind.ADD else YES, 1, OTHER_GUILD) for kind in SignalKind]

HELD = Held(EVENT, 8, HeldKind.SILENT, later(90), Way.CHANNEL, HeldReason.QUIET)

TRIED: dict[str, Callable[[], Any]] = {
    "audit.list_entries": lambda: audit.list_entries(OTHER_GUILD, 10, EVENT) + audit.list_entries(OTHER_GUILD, 10),
    "guilds.get_guild_name": lambda: guilds.get_guild_name(OTHER_GUILD),
    "guilds.get_people": lambda: guilds.get_people(OTHER_GUILD),
    "dormant_events.list_dormant": lambda: dormant_events.list_dormant(OTHER_GUILD),
    "events.get_event": lambda: events.get_event(OTHER_GUILD, EVENT),
    "events.list_events": lambda: events.list_events(OTHER_GUILD),
    "events.set_interval": lambda: events.set_interval(OTHER_GUILD, EVENT, 5.0, later(5), later(1)),
    "events.pause": lambda: events.pause(OTHER_GUILD, EVENT, later(1)),
    "events.resume": lambda: events.resume(OTHER_GUILD, EVENT, later(5), later(1)),
    "events.set_state": lambda: events.set_state(OTHER_GUILD, EVENT, EventState.ARCHIVED, "gone", later(1)),
    "events.set_text": lambda: events.set_text(OTHER_GUILD, EVENT, "Changed", None, later(1)),
    "events.arm_if_quiet": lambda: events.arm_if_quiet(OTHER_GUILD, EVENT + 1, later(5), later(1)),
    "events.go_quiet": lambda: events.go_quiet(OTHER_GUILD, EVENT + 2, later(60), later(1)),
    "events.search_titles": lambda: events.search_titles(OTHER_GUILD, "raid", 10),
    "members.opt_out": lambda: members.opt_out(OTHER_GUILD, EVENT, 8, later(1)),
    "members.opt_in": lambda: members.opt_in(OTHER_GUILD, EVENT, 7),
    "snoozes.snooze": lambda: snoozes.snooze(OTHER_GUILD, [EVENT], 7, later(9), Way.CHANNEL, later(1)),
    "snoozes.end_snooze": lambda: snoozes.end_snooze(OTHER_GUILD, EVENT, 7),
    "snoozes.own_waiting": lambda: snoozes.own_waiting(OTHER_GUILD, 7),
    "person_answers.list_answers_of": lambda: person_answers.list_answers_of(OTHER_GUILD, 7, 5),
    "person_answers.running_answers": lambda: person_answers.running_answers(OTHER_GUILD, 7),
    "reactions.reconcile": lambda: reactions.reconcile(OTHER_GUILD, EVENT, {8: frozenset({NO})}, [], later(1)),
    "reactions.list_answers": lambda: reactions.list_answers(OTHER_GUILD, EVENT),
    "reactions.answered_user_ids": lambda: reactions.answered_user_ids(OTHER_GUILD, EVENT),
    "reactions.answered": lambda: reactions.answered(OTHER_GUILD, EVENT),
    "reactions.answers_offered": lambda: reactions.answers_offered(OTHER_GUILD, EVENT),
    "reactions.withdraw": lambda: reactions.withdraw(OTHER_GUILD, EVENT, [YES], later(1), later(1)),
    "event_answers.set_answers": lambda: event_answers.set_answers(
        OTHER_GUILD, EVENT, [OfferedAnswer(NO, Meaning.NO)], later(1)
    ),
    "reactions.answered_among": lambda: reactions.answered_among(OTHER_GUILD, EVENT, [7]),
    "reminder_log.claim": lambda: reminder_log.claim(
        OTHER_GUILD, EVENT + 2, later(60), [(7,)], later(60), due_only=False
    ),
    "reminder_log.pass_over": lambda: reminder_log.pass_over(
        OTHER_GUILD, EVENT + 2, later(60), PutOff((HELD,)), later(60), due_only=False
    ),
    "held.waiting_for": lambda: held.waiting_for(OTHER_GUILD, EVENT, ReminderKind.SILENT),
    "held.person_facts": lambda: held.person_facts(OTHER_GUILD, EVENT, ReminderKind.SILENT, 1),
    "escalations.ladder": lambda: escalations.ladder(OTHER_GUILD, EVENT, 1),
    "escalations.own_rungs": lambda: escalations.own_rungs(OTHER_GUILD, [EVENT], 8, 1),
    "escalations.still_silent": lambda: escalations.still_silent(OTHER_GUILD, EVENT),
    "events.set_schedule": lambda: events.set_schedule(
        OTHER_GUILD, EVENT, Schedule(later(90), None, NO_OPTIONS), later(1)
    ),
    "plans.list_planned": lambda: plans.list_planned(OTHER_GUILD, EVENT + 1),
    "plan_claims.end_event": lambda: plan_claims.end_event(
        OTHER_GUILD, EVENT, "no", ReminderKind.TALLY, [], later(60), later(60)
    )[1],
    "reminder_log.begin_attempt": lambda: reminder_log.begin_attempt(OTHER_GUILD, LOG, [], later(61)),
    "reminder_log.complete": lambda: reminder_log.complete(OTHER_GUILD, LOG, 500, later(61), [7], later(61)),
    "reminder_log.come_home": lambda: reminder_log.come_home(OTHER_GUILD, LOG, later(61)),
    "deletions.postpone_deletion": lambda: deletions.postpone_deletion(OTHER_GUILD, LOG, later(99), later(61)),
    "deletions.end_deletion": lambda: deletions.end_deletion(OTHER_GUILD, LOG, later(61)),
    "reminder_log.close_batch": lambda: reminder_log.close_batch(
        OTHER_GUILD, LOG, ReminderStatus.FAILED, "no", later(61)
    ),
    "reminder_log.close_pending": lambda: reminder_log.close_pending(
        OTHER_GUILD, EVENT, ReminderStatus.FAILED, "no", later(61)
    ),
    "pending_batches.pending_batch": lambda: pending_batches.pending_batch(OTHER_GUILD, LOG),
    "pending_batches.pending_of": lambda: pending_batches.pending_of(OTHER_GUILD, EVENT),
    "pending_batches.readiness": lambda: pending_batches.readiness(OTHER_GUILD, EVENT, later(60)),
    "reminder_log.list_log": lambda: reminder_log.list_log(OTHER_GUILD, EVENT, 10),
    "reminder_log.known_message_ids": lambda: reminder_log.known_message_ids(OTHER_GUILD, EVENT + 3),
    "reminder_log.recipients_of": lambda: reminder_log.recipients_of(OTHER_GUILD, LOG),
    "told.get_told": lambda: told.get_told("topic", OTHER_GUILD),
    "told.drop_told": lambda: told.drop_told("topic", OTHER_GUILD),
    "held_due.look_anew": lambda: held_due.look_anew(OTHER_GUILD, NOW) + held_due.look_anew(OTHER_GUILD, NOW, 18),
    "held_due.settle_waiting": lambda: held_due.settle_waiting(
        OTHER_GUILD, [HELD_ROW], {HELD_ROW: later(9)}, later(61)
    ),
    "gathered.claim_gathered": lambda: gathered.claim_gathered(OTHER_GUILD, Way.CHANNEL, 4, [HELD_ROW], later(61)),
    "gathered.begin_gathered": lambda: gathered.begin_gathered(OTHER_GUILD, GATHERED, [HELD_ROW + 1], {}, later(61)),
    "gathered.complete_gathered": lambda: gathered.complete_gathered(
        OTHER_GUILD, GATHERED, 500, later(61), [7], later(61)
    ),
    "gathered.close_gathered": lambda: gathered.close_gathered(
        OTHER_GUILD, GATHERED, ReminderStatus.FAILED, "no", later(61)
    ),
    "gathered.fall_back": lambda: gathered.fall_back(OTHER_GUILD, GATHERED, "no", later(61)),
    "gathered.take_home": lambda: gathered.take_home(OTHER_GUILD, GATHERED, {HELD_ROW + 1: 5}, "no", later(61)),
    "pending_gathered.pending_gathered": lambda: pending_gathered.pending_gathered(OTHER_GUILD, GATHERED),
    "pending_gathered.known_gathered_ids": lambda: pending_gathered.known_gathered_ids(OTHER_GUILD, GATHERED),
    "gathered_log.list_gathered": lambda: (
        gathered_log.list_gathered(OTHER_GUILD, 5, EVENT) + gathered_log.list_gathered(OTHER_GUILD, 5)
    ),
    "reactions.apply_signals": lambda: [changed for changed in reactions.apply_signals(STRAY, later(1)) if changed],
}

WRITE_THEIR_OWN_GUILD = {
    "upsert_guild",
    "upsert_people",
    "upsert_person",
    "watch_event",
    "record_setting",
    "record_forgetting",
    "change_choices",
    "note_told",
}
"""These make rows of the guild they are given; for an event of another, `watch_event` has a test of its own."""


@pytest.fixture
def content(handle: DatabaseHandle) -> list[str]:
    """A guild where each function would have something to find or to change."""
    for number in range(4):
        watch(message_id=EVENT + number)
    guilds.upsert_guild(GUILD, "Guild", NOW)
    apply_signal(met(add(7, YES), "Ann"), NOW)
    reminder_log.claim(GUILD, EVENT, later(60), [(7, 8)], later(60), due_only=True)
    events.go_quiet(GUILD, EVENT + 1, later(60), NOW)
    events.set_schedule(GUILD, EVENT + 1, Schedule(later(90), None, NO_OPTIONS), NOW)
    told.note_told("topic", GUILD, "text", NOW)
    (sent,) = reminder_log.claim(GUILD, EVENT + 3, later(60), [(7,)], later(60), due_only=True)
    reminder_log.complete(GUILD, sent.log_id, 500, later(60), [7], later(60))
    held.put_off(EVENT, PutOff((HELD,), frozenset({8})), later(60))
    waiting = hold(18)
    assert (waiting, hold(19)) == (HELD_ROW, HELD_ROW + 1)
    assert gathered.claim_gathered(GUILD, Way.CHANNEL, 4, [HELD_ROW + 1], later(60)) is not None
    members.opt_out(GUILD, EVENT, 7, NOW)
    snoozes.snooze(GUILD, [EVENT], 7, later(5), Way.CHANNEL, NOW)
    guilds.upsert_people(OTHER_GUILD, [Person(1, "Zoe", is_bot=False)], NOW)
    run_sql(handle.database, "DELETE FROM user WHERE user_id = 1")
    return list(handle.connection().iterdump())


@pytest.mark.parametrize("attempt", TRIED.values(), ids=TRIED)
def test_another_guilds_ids_find_and_change_nothing(
    handle: DatabaseHandle, content: list[str], attempt: Callable[[], Any]
) -> None:
    assert attempt() in NOTHING
    assert list(handle.connection().iterdump()) == content


def test_every_store_function_that_takes_a_guild_is_tried() -> None:
    takes_a_guild = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in (
            audit,
            deletions,
            escalations,
            event_answers,
            events,
            gathered,
            gathered_log,
            guilds,
            held,
            held_due,
            members,
            pending_batches,
            pending_gathered,
            person_answers,
            plan_claims,
            plans,
            reactions,
            reminder_log,
            snoozes,
            told,
        )
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "guild_id" in inspect.signature(function).parameters
        and name not in WRITE_THEIR_OWN_GUILD
    }
    assert takes_a_guild <= set(TRIED)
    assert len(takes_a_guild) > 20
