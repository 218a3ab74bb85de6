"""Changed answers: what people had answered follows as if they had withdrawn what is gone, and so does the plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from models.event_options import AnswerChoice, AudienceRule, EventOptions, Meaning, OfferedAnswer
from models.records import EventState, PlanKind, ReactionSignal, Schedule, SignalKind, TrackedEvent
from persistence import audit, events, plans, reactions
from persistence.database import DatabaseHandle
from persistence.event_answers import set_answers
from tests.unit.persistence.factories import EVENT, GUILD, MAYBE, NO, NOW, ORGANISER, YES, add, later, signal, watch
from tests.unit.persistence.test_reactions_property import Model, stored

LATE, TANK = "🕒", "🛡️"
EVERY = (YES, NO, MAYBE, LATE, TANK)


def offered(*emoji: str, meaning: Meaning = Meaning.YES) -> list[OfferedAnswer]:
    return [OfferedAnswer(each, meaning) for each in emoji]


def changed(answers: Sequence[OfferedAnswer]) -> TrackedEvent:
    both = set_answers(GUILD, EVENT, answers, later(5), ORGANISER)
    assert both is not None
    after = events.get_event(GUILD, EVENT)
    assert both[1] == after
    assert after is not None
    return after


def test_an_answer_that_stays_is_kept_with_its_time(store: DatabaseHandle) -> None:
    watch()
    reactions.apply_signals([add(1, YES, 1)], NOW)
    before = reactions.list_answers(GUILD, EVENT)
    changed(offered(LATE, YES))
    assert reactions.list_answers(GUILD, EVENT) == before


def test_who_holds_another_answer_gives_that_one_and_who_holds_none_is_asked_again(store: DatabaseHandle) -> None:
    watch()
    reactions.apply_signals([add(1, NO), add(1, YES), add(1, MAYBE, 2), add(2, MAYBE)], NOW)
    changed(offered(YES, NO))
    [answer] = reactions.list_answers(GUILD, EVENT)
    assert (answer.user_id, answer.emoji, answer.held, answer.reacted_at) == (1, YES, (NO, YES), later(5))


def test_meanings_and_names_are_stored_where_they_are_not_the_usual_ones(store: DatabaseHandle) -> None:
    watch()
    after = changed(
        [OfferedAnswer(YES, Meaning.YES), OfferedAnswer(NO, Meaning.MAYBE), OfferedAnswer(LATE, Meaning.YES, "Late")]
    )
    assert after.options.choices == ((NO, AnswerChoice(Meaning.MAYBE, "")), (LATE, AnswerChoice(Meaning.YES, "Late")))
    assert changed([OfferedAnswer(YES, Meaning.YES), OfferedAnswer(NO, Meaning.NO)]).options == EventOptions()


def test_other_choices_stay_and_the_change_is_recorded(store: DatabaseHandle) -> None:
    watch()
    rule = AudienceRule(roles=(7,))
    events.set_schedule(GUILD, EVENT, Schedule(None, None, EventOptions(audience=rule)), NOW)
    assert changed([OfferedAnswer(YES, Meaning.YES, "In"), OfferedAnswer(NO, Meaning.NO)]).options.audience == rule
    entry = audit.list_entries(GUILD, 1)[0]
    assert entry.actor_id == ORGANISER
    assert entry.changes == {
        "required_reactions": ([YES, NO, MAYBE], [YES, NO]),
        "choices": (None, [[YES, "yes", "In"]]),
    }


def test_what_is_planned_follows_the_meanings(store: DatabaseHandle) -> None:
    watch()
    events.set_schedule(GUILD, EVENT, Schedule(later(4000), None, EventOptions()), NOW)

    def planned() -> list[PlanKind]:
        return [one.kind for one in plans.list_planned(GUILD, EVENT)]

    assert planned() == [PlanKind.BEFORE, PlanKind.COMPLETION], "the custom emoji for maybe means nothing yet"
    changed([OfferedAnswer(YES, Meaning.OTHER), OfferedAnswer(MAYBE, Meaning.MAYBE)])
    assert planned() == [PlanKind.DECIDE, PlanKind.COMPLETION]
    changed(offered(TANK, LATE, meaning=Meaning.YES))
    assert planned() == [PlanKind.BEFORE, PlanKind.COMPLETION]


def test_an_event_that_is_over_or_of_another_server_is_left_alone(store: DatabaseHandle) -> None:
    watch()
    assert set_answers(GUILD + 77, EVENT, offered(YES, LATE), NOW) is None
    events.set_state(GUILD, EVENT, EventState.COMPLETED, None, NOW)
    assert set_answers(GUILD, EVENT, offered(YES, LATE), NOW) is None
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    assert event.required_reactions == (YES, NO, MAYBE)


@dataclass(frozen=True)
class Answers:
    """A change of which emoji count."""

    emoji: tuple[str, ...]


lists = st.lists(st.sampled_from(EVERY), min_size=2, max_size=5, unique=True).map(lambda found: Answers(tuple(found)))
frames = st.one_of(
    st.builds(signal, st.sampled_from([SignalKind.ADD, SignalKind.REMOVE]), st.integers(1, 3), st.sampled_from(EVERY)),
    st.builds(signal, st.just(SignalKind.CLEAR)),
    st.builds(signal, st.just(SignalKind.CLEAR_EMOJI), st.none(), st.sampled_from(EVERY)),
)


def replay(steps: Sequence[ReactionSignal | Answers]) -> None:
    model, counted = Model(), {YES, NO, MAYBE}
    for step in steps:
        if isinstance(step, Answers):
            changed(offered(*step.emoji))
            for emoji in counted - set(step.emoji):
                for user_id in list(model.held):
                    model._drop(user_id, emoji)
            counted = set(step.emoji)
        elif step.emoji is None or step.emoji in counted:
            # The listeners let no other emoji through.
            reactions.apply_signals([step], NOW)
            model.apply(step)
        assert stored() == model.state()


def test_stored_answers_equal_the_models_whatever_is_changed_in_between(handle: DatabaseHandle) -> None:
    watch()

    @settings(max_examples=200)
    @given(st.lists(st.one_of(frames, frames, lists), max_size=15))
    def replayed(steps: list[ReactionSignal | Answers]) -> None:
        with handle.database.atomic() as transaction:
            replay(steps)
            transaction.rollback()

    replayed()
