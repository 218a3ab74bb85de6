"""An event's options: through JSON and back, and what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.event_options import (
    BEFORE_LIMIT,
    LONGEST_MINUTES,
    NO_OPTIONS,
    AnswerChoice,
    AudienceRule,
    EventOptions,
    Meaning,
    Place,
)
from models.option_fields import EventOptionsField
from utils.errors import ValidationError

minutes = st.integers(min_value=1, max_value=LONGEST_MINUTES)
ids = st.lists(st.integers(min_value=1, max_value=2**63 - 1), max_size=4, unique=True).map(
    lambda found: tuple(sorted(found))
)
audiences = st.builds(AudienceRule, roles=ids, members=ids, excluded_roles=ids, excluded_members=ids)
choices = st.lists(
    st.tuples(
        st.sampled_from(["✅", "❌", "❓", "<:raid:123456789012345678>"]),
        st.builds(AnswerChoice, st.sampled_from(Meaning), st.text(max_size=5)),
    ),
    max_size=3,
).map(tuple)
options = st.builds(
    EventOptions,
    before_minutes=st.lists(minutes, max_size=BEFORE_LIMIT, unique=True).map(
        lambda found: tuple(sorted(found, reverse=True))
    ),
    decide_minutes=minutes,
    audience=audiences,
    choices=choices,
    place=st.sampled_from(Place),
    place_channel_id=st.none() | st.integers(min_value=1, max_value=2**63 - 1),
    deletes_older=st.booleans(),
    delete_after_minutes=st.none() | minutes,
    wants_tally=st.booleans(),
    is_own_post=st.booleans(),
)


@given(options)
def test_options_come_back_from_json_as_they_were(given_options: EventOptions) -> None:
    text = json.dumps(given_options.to_json())
    assert EventOptions.from_json(json.loads(text)) == given_options
    field: Any = EventOptionsField()
    assert field.python_value(field.db_value(given_options)) == given_options


def test_nothing_chosen_stores_nothing() -> None:
    assert NO_OPTIONS.to_json() == {}
    assert EventOptions.from_json({}) == NO_OPTIONS


@pytest.mark.parametrize(
    "value",
    [
        [],
        None,
        {"colour": 1},
        {"before_minutes": 60},
        {"before_minutes": [0]},
        {"before_minutes": [LONGEST_MINUTES + 1]},
        {"before_minutes": [1, 2, 3, 4, 5, 6]},
        {"decide_minutes": True},
        {"decide_minutes": None},
        {"audience": {"roles": [1]}},
        {"audience": {"people": []}},
        {"audience": {"roles": ["x"]}},
        {"choices": [["✅", "perhaps", ""]]},
        {"choices": [["✅"]]},
        {"place": "moon"},
        {"place_channel_id": "x"},
        {"deletes_older": 1},
        {"wants_tally": None},
    ],
)
def test_what_is_no_set_of_options_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        EventOptions.from_json(value)


def test_an_answer_means_what_was_chosen_else_what_it_usually_means() -> None:
    chosen = EventOptions(choices=(("✅", AnswerChoice(Meaning.OTHER, "Tank")),))
    assert (chosen.meaning_of("✅"), chosen.label_of("✅")) == (Meaning.OTHER, "Tank")
    assert [NO_OPTIONS.meaning_of(emoji) for emoji in "✅❌❓🛡"] == [
        Meaning.YES, Meaning.NO, Meaning.MAYBE, Meaning.OTHER,
    ]  # fmt: skip
    assert chosen.label_of("❌") is None


@given(audiences, st.sets(st.integers(min_value=1, max_value=2**63 - 1)), st.data())
def test_a_rule_without_some_people_asks_nobody_it_did_not_ask(
    rule: AudienceRule, others: set[int], data: st.DataObject
) -> None:
    gone = others | data.draw(st.sets(st.sampled_from(sorted(rule.people)))) if rule.people else others
    left = rule.without(gone)
    assert left.people == rule.people - gone
    assert left.is_choosing == rule.is_choosing
    assert (left.roles, left.excluded_roles) == (rule.roles, rule.excluded_roles)
    assert AudienceRule.from_json(left.to_json()) == left
