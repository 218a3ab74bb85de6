"""One person's answers: all events of one guild, the newest first."""

import pytest

from models.shown_records import PersonAnswer
from persistence import reactions
from persistence.person_answers import list_answers_of
from tests.unit.persistence.factories import (
    CHANNEL,
    EVENT,
    GUILD,
    NO,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    later,
    watch,
)

pytestmark = pytest.mark.usefixtures("store")


def test_answers_are_those_of_the_person_in_the_guild_newest_event_first() -> None:
    watch(title="Old")
    watch(EVENT + 1, title="New", at=later(5))
    watch(EVENT + 2, OTHER_GUILD)
    apply_signal(add(41, YES, minute=7), NOW)
    apply_signal(add(42, YES), NOW)
    reactions.reconcile(GUILD, EVENT + 1, {41: frozenset({NO})}, (), NOW)
    reactions.reconcile(OTHER_GUILD, EVENT + 2, {41: frozenset({NO})}, (), NOW)
    old = PersonAnswer(GUILD, EVENT, CHANNEL, "Old", YES, later(7))
    new = PersonAnswer(GUILD, EVENT + 1, CHANNEL, "New", NO, None)
    assert list_answers_of(GUILD, 41, 10) == [new, old]
    assert list_answers_of(GUILD, 41, 1) == [new]
    assert list_answers_of(GUILD, 43, 10) == []
