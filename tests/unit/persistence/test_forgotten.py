"""Who asked to be forgotten is gone, stays gone, and comes back only when they ask for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.bot_state_model import BotState
from models.database_models import Event, ReminderLog
from models.event_options import NOBODY, AudienceRule, EventOptions
from models.fields import SnowflakeField
from models.import_records import ImportedEntry
from models.records import Person, RecipientOutcome, Schedule
from models.sql import run_sql
from models.tables import MODELS
from persistence import events, forgotten, guild_settings, guilds, imported_events, reactions, reminder_log
from persistence.database import DatabaseHandle
from persistence.forgotten import MENTIONED, OWNED, ForgottenPeople, digest_of
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    ORGANISER,
    YES,
    add,
    apply_signal,
    claimed,
    later,
    met,
    new_event,
    watch,
)
from utils.time import to_text

ANNA, BEN = 41, 42
KEY, OTHER_KEY = "aa" * 32, "bb" * 32


def fill() -> int:
    """An event with Anna's answer, and both in a batch; return the batch's id."""
    watch()
    apply_signal(met(add(ANNA, YES), "Anna"), NOW)
    apply_signal(met(add(BEN, YES), "Ben"), NOW)
    return claimed((ANNA, BEN))[0].log_id


def everything(handle: DatabaseHandle) -> str:
    tables = [model._meta.table_name for model in MODELS]
    return repr([run_sql(handle.database, f'SELECT * FROM "{table}"').fetchall() for table in tables])


def test_forgetting_removes_every_row_of_a_person_and_of_nobody_else(handle: DatabaseHandle) -> None:
    log_id = fill()
    removed = forgotten.forget(ANNA, later(1))
    assert removed == {
        "reaction": 1,
        "reminder_recipient": 1,
        "user": 1,
        "member": 0,
        "event_opt_out": 0,
        "held_reminder": 0,
        "gathered_message": 0,
        "escalation": 0,
        "event": 0,
        "guild": 0,
        "audit_log": 0,
        "unresolved_event": 0,
    }
    assert reactions.answered_user_ids(GUILD, EVENT) == {BEN}
    assert [person.user_id for person in guilds.get_people(GUILD)] == [BEN]
    assert reminder_log.recipients_of(GUILD, log_id) == {BEN: RecipientOutcome.PENDING}
    assert f"({ANNA}," not in everything(handle)
    assert "Anna" not in everything(handle)


def test_forgetting_an_organiser_keeps_the_event_without_them(store: DatabaseHandle) -> None:
    watch()
    assert forgotten.forget(ORGANISER, NOW)["event"] == 1
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    assert event.created_by is None


def asking(rule: AudienceRule) -> EventOptions:
    """Have the event ask these people; return what it has stored."""
    schedule = Schedule(None, None, EventOptions(audience=rule))
    changed = events.set_schedule(GUILD, EVENT, schedule, NOW, BEN)
    assert changed is not None
    return changed.options


def test_forgetting_reaches_the_audience_of_an_event_and_what_the_audit_says_of_it(handle: DatabaseHandle) -> None:
    watch()
    asking(AudienceRule(roles=(7,), members=(ANNA, BEN), excluded_members=(ANNA,)))
    asking(AudienceRule(members=(BEN,), excluded_members=(ANNA, 43)))
    removed = forgotten.forget(ANNA, later(1))
    assert (removed["event"], removed["audit_log"]) == (1, 2)
    found = events.get_event(GUILD, EVENT)
    assert found is not None
    assert found.options.audience == AudienceRule(members=(BEN,), excluded_members=(43,))
    assert f'"{ANNA}"' not in everything(handle)
    assert sum(forgotten.forget(ANNA, later(2)).values()) == 0


def test_forgetting_reaches_whom_a_server_asks_by_default(handle: DatabaseHandle) -> None:
    guilds.upsert_guild(GUILD, "Guild", NOW)
    guild_settings.change_settings(GUILD, {"audience": AudienceRule(members=(ANNA,))}, NOW, actor_id=BEN)
    removed = forgotten.forget(ANNA, later(1))
    assert (removed["guild"], removed["audit_log"]) == (1, 1)
    assert guild_settings.get_settings(GUILD).audience == AudienceRule(members=(NOBODY,))
    assert f'"{ANNA}"' not in everything(handle)


def test_forgetting_the_only_one_who_was_chosen_asks_nobody_and_not_everybody(store: DatabaseHandle) -> None:
    watch()
    asking(AudienceRule(members=(ANNA,)))
    forgotten.forget(ANNA, later(1))
    found = events.get_event(GUILD, EVENT)
    assert found is not None
    assert found.options.audience == AudienceRule(members=(NOBODY,))
    assert found.options.audience.is_choosing


def test_forgetting_who_made_an_event_that_asks_them_counts_it_once(store: DatabaseHandle) -> None:
    watch()
    asking(AudienceRule(members=(ORGANISER, BEN)))
    assert forgotten.forget(ORGANISER, NOW)["event"] == 1


def test_forgotten_person_is_named_by_no_audience_again(store: DatabaseHandle) -> None:
    watch()
    forgotten.forget(ANNA, NOW)
    assert asking(AudienceRule(members=(ANNA, BEN))).audience == AudienceRule(members=(BEN,))
    options = EventOptions(audience=AudienceRule(excluded_members=(ANNA,)))
    stored, _before = events.watch_event(replace(new_event(EVENT + 1), options=options), NOW)
    assert stored.options == EventOptions()


def test_merging_lists_reaches_who_is_only_named_by_an_audience(store: DatabaseHandle) -> None:
    watch()
    asking(AudienceRule(roles=(7,), members=(ANNA,)))
    merged = ForgottenPeople({KEY: frozenset({digest_of(ANNA, KEY)})})
    assert forgotten.merge_forgotten(merged, NOW)["event"] == 1


def test_forgotten_person_is_stored_by_no_way_in(handle: DatabaseHandle) -> None:
    log_id = fill()
    forgotten.forget(ANNA, NOW)
    before = everything(handle)
    assert not apply_signal(met(add(ANNA, YES), "Anna"), NOW)
    guilds.upsert_people(GUILD, [Person(ANNA, "Anna", is_bot=False)], NOW)
    reactions.reconcile(GUILD, EVENT, {ANNA: frozenset({YES}), BEN: frozenset({YES})}, [add(ANNA, YES)], NOW)
    assert everything(handle) == before
    reminder_log.complete(GUILD, log_id, 77, later(60), {ANNA, BEN}, later(60))
    assert reminder_log.recipients_of(GUILD, log_id) == {BEN: RecipientOutcome.PINGED}
    next_due = events.get_event(GUILD, EVENT)
    assert next_due is not None
    assert next_due.next_reminder_at is not None
    batches = reminder_log.claim(GUILD, EVENT, next_due.next_reminder_at, [(ANNA, BEN)], later(120), due_only=True)
    assert [claim.recipients for claim in batches] == [(BEN,)]
    events.watch_event(replace(new_event(EVENT + 1), created_by=ANNA), NOW)
    assert Event.get_by_id(EVENT + 1).created_by is None


def test_batch_of_forgotten_people_only_is_closed_unsent(store: DatabaseHandle) -> None:
    watch()
    forgotten.forget(ANNA, NOW)
    (claim,) = claimed((ANNA,))
    assert reminder_log.begin_attempt(GUILD, claim.log_id, {ANNA}, later(60)) is None
    assert ReminderLog.get_by_id(claim.log_id).status == "skipped"


def test_reconciliation_takes_away_an_answer_that_came_back_by_another_way(store: DatabaseHandle) -> None:
    fill()
    forgotten.merge_forgotten(ForgottenPeople({KEY: frozenset({digest_of(BEN, KEY)})}), NOW)
    assert reactions.answered_user_ids(GUILD, EVENT) == {ANNA}


def test_person_who_asks_for_it_is_taken_in_again(store: DatabaseHandle) -> None:
    fill()
    forgotten.forget(ANNA, NOW)
    assert forgotten.take_in_again(ANNA)
    assert not forgotten.take_in_again(ANNA)
    assert apply_signal(add(ANNA, YES), NOW)


def test_forgetting_twice_keeps_one_hash_that_does_not_show_the_id(handle: DatabaseHandle) -> None:
    fill()
    forgotten.forget(ANNA, NOW)
    assert sum(forgotten.forget(ANNA, NOW).values()) == 0
    forgotten.forget(BEN, NOW)
    people = forgotten.forgotten_people()
    ((_key, digests),) = people.digests.items()
    assert len(digests) == 2
    assert BotState.select().count() == 0
    assert forgotten.not_forgotten([BEN, 43, ANNA]) == [43]


def test_forgetting_reaches_imported_events_that_wait_and_finding_their_server_brings_nobody_back(
    store: DatabaseHandle,
) -> None:
    entry = ImportedEntry(
        EVENT, 7, None, "t", 60.0, (YES,), False, False, None, to_text(NOW), (ANNA, BEN), (ANNA, BEN, 43), 11, 2
    )  # fmt: skip
    imported_events.store_entries([entry], NOW)
    assert forgotten.forget(ANNA, NOW)["unresolved_event"] == 1
    assert forgotten.forget(ANNA, NOW)["unresolved_event"] == 0
    assert imported_events.list_unresolved() == [entry._replace(answered=(BEN,), asked=(BEN, 43))]
    # As a file would have it that was restored without its list of the forgotten.
    imported_events.store_entries([entry], NOW)
    imported_events.resolve(EVENT, GUILD, NOW)
    assert reactions.answered_user_ids(GUILD, EVENT) == {BEN}
    assert {person.user_id for person in guilds.get_people(GUILD)} <= {BEN, 43}


def test_merging_lists_reaches_imported_events_that_wait(store: DatabaseHandle) -> None:
    entry = ImportedEntry(EVENT, 7, None, "t", 60.0, (YES,), False, False, None, to_text(NOW), (), (ANNA,), 11, 2)
    imported_events.store_entries([entry], NOW)
    merged = ForgottenPeople({KEY: frozenset({digest_of(ANNA, KEY)})})
    assert forgotten.merge_forgotten(merged, NOW)["unresolved_event"] == 1


def test_lists_with_different_keys_are_merged(store: DatabaseHandle) -> None:
    fill()
    forgotten.forget(ANNA, NOW)
    merged = ForgottenPeople({OTHER_KEY: frozenset({digest_of(BEN, OTHER_KEY)})})
    assert forgotten.merge_forgotten(merged, NOW)["reaction"] == 1
    forgotten.merge_forgotten(merged, NOW)
    assert forgotten.not_forgotten([ANNA, BEN, 43]) == [43]
    assert forgotten.is_forgotten(ANNA)
    assert forgotten.is_forgotten(BEN)
    assert forgotten.take_in_again(BEN)


@given(ids=st.sets(st.integers(1, 2**63 - 1), max_size=8), asked=st.sets(st.integers(1, 2**63 - 1), max_size=8))
def test_exactly_those_are_held_who_were_forgotten(ids: set[int], asked: set[int]) -> None:
    people = ForgottenPeople({KEY: frozenset(digest_of(user_id, KEY) for user_id in ids)} if ids else {})
    assert bool(people) is bool(ids)
    assert {user_id for user_id in asked | ids if people.hold(user_id)} == ids


def test_every_column_with_an_id_is_known_to_name_a_person_or_something_else() -> None:
    named = {f"{field.model._meta.table_name}.{field.name}" for field in (*OWNED, *MENTIONED)}
    something_else = {"guild.guild_id", "event.message_id", "event.channel_id", "reminder_log.message_id"}
    something_else |= {"reminder_log.channel_id", "gathered_message.channel_id", "gathered_message.message_id"}
    something_else |= {"audit_log.event_id", "audit_log.channel_id"}
    something_else |= {"unresolved_event.message_id", "unresolved_event.channel_id"}
    found = {
        f"{model._meta.table_name}.{field.name}"
        for model in MODELS
        for field in model._meta.sorted_fields
        if isinstance(field, SnowflakeField)
    }
    assert found == named | something_else


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_digest_depends_on_the_key(key: str) -> None:
    assert len(digest_of(ANNA, key)) == 64
    assert digest_of(ANNA, KEY) != digest_of(ANNA, OTHER_KEY)
