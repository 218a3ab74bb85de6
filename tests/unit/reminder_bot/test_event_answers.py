"""Answers that are changed while people go on answering: at the end, what is stored is what is on the message."""

import asyncio
import random

import pytest

from models.event_options import LABEL_LIMIT, Meaning, OfferedAnswer
from models.records import ReactionSignal, SignalKind, TrackedEvent
from persistence import events, reactions
from reminder_bot.answer_presets import AnswerPreset, preset_answers, preset_name
from reminder_bot.event_requests import Change
from tests.unit.reminder_bot.conftest import ANSWERS, EVENT, GUILD, House
from utils.emoji import emoji_key
from utils.errors import EventNotFoundError, InvalidEmojiError, StorageError, UserError
from utils.i18n import speaking

YES, NO, MAYBE = ANSWERS
LATE, TANK = "🕒", "🛡️"
PLAIN = (OfferedAnswer(YES, Meaning.YES), OfferedAnswer(NO, Meaning.NO))
WITH_LATE = (*PLAIN, OfferedAnswer(LATE, Meaning.YES, "Late"))


async def change(house: House, answers: tuple[OfferedAnswer, ...]) -> Change:
    return await house.manager.answers.change(await house.event(), answers, by=7)


async def stored(house: House) -> dict[int, str]:
    return {each.user_id: each.emoji for each in await house.reader.run(reactions.list_answers, GUILD, EVENT)}


async def trusted(house: House) -> None:
    """Wait until the event has been read again, and looked at."""
    await house.until(lambda: house.manager.session.can_send(EVENT))
    await house.settle()


def frame(house: House, user_id: int, emoji: str, kind: SignalKind = SignalKind.ADD) -> None:
    """Have Discord know it, and tell it as the listeners do: by the answers that count at this moment."""
    held = house.source.held.get(user_id, frozenset())
    house.source.held[user_id] = held | {emoji} if kind is SignalKind.ADD else held - {emoji}
    watched = house.manager.index.get(EVENT)
    spelled = None if watched is None else watched.spell(emoji)
    if spelled is not None:
        house.manager.take_reaction(ReactionSignal(kind, GUILD, EVENT, user_id, spelled, house.clock.now()))


async def test_answers_are_changed_and_who_gave_one_that_is_gone_is_asked_again(house: House) -> None:
    await house.watch()
    for user_id, emoji in ((1, YES), (2, MAYBE), (3, NO)):
        frame(house, user_id, emoji)
    await house.until(lambda: house.manager.ledger.answers_stored == 3)
    await house.settle()
    assert (await house.event()).next_reminder_at is None, "all have answered"
    done = await change(house, WITH_LATE)
    assert (done.event.required_reactions, done.event.options.label_of(LATE)) == ((YES, NO, LATE), "Late")
    assert done.before is not None
    assert done.before.required_reactions == ANSWERS
    assert not house.manager.session.can_send(EVENT), "nobody is reminded before the message was read again"
    await trusted(house)
    assert await stored(house) == {1: YES, 3: NO}
    assert (await house.event()).next_reminder_at is not None, "somebody is missing again"


async def test_reactions_that_people_had_put_on_already_count(house: House) -> None:
    await house.watch()
    frame(house, 1, LATE)
    assert await stored(house) == {}
    await change(house, WITH_LATE)
    frame(house, 2, LATE)
    await trusted(house)
    assert await stored(house) == {1: LATE, 2: LATE}


async def test_a_record_read_before_the_change_brings_the_old_answers_back_nowhere(house: House) -> None:
    old = await house.watch()
    await change(house, WITH_LATE)
    await trusted(house)
    house.manager.index.put(old)
    frame(house, 1, LATE)
    frame(house, 2, MAYBE)
    await house.settle()
    await house.until(lambda: house.writer.queue_depth == 0)
    assert await stored(house) == {1: LATE}


async def test_a_reading_by_the_old_answers_is_not_stored_and_made_again(house: House) -> None:
    await house.watch()
    house.source.gate = asyncio.Event()
    house.source.looked.clear()
    house.manager.session.distrust(EVENT)
    house.manager.catch_up.access_changed(GUILD)
    await asyncio.wait_for(house.source.looked.wait(), 5)
    changing = asyncio.create_task(change(house, WITH_LATE))
    frame(house, 1, MAYBE)
    await changing
    frame(house, 2, LATE)
    house.source.gate.set()
    await trusted(house)
    assert await stored(house) == {2: LATE}


async def test_a_reading_by_the_old_answers_that_ends_during_the_change_is_not_trusted(house: House) -> None:
    event = await house.watch()
    house.source.gate = asyncio.Event()
    house.source.looked.clear()
    house.manager.catch_up.access_changed(GUILD)
    await asyncio.wait_for(house.source.looked.wait(), 5)
    house.source.gate.set()
    while not house.writer.queue_depth:
        await asyncio.sleep(0)
    await house.manager.answers.change(event, WITH_LATE, by=7)
    assert not house.manager.session.can_send(EVENT)
    await trusted(house)


@pytest.mark.parametrize("seed", range(12))
async def test_frames_around_changes_end_in_what_is_on_the_message(house: House, seed: int) -> None:
    draw = random.Random(seed)
    await house.watch()
    lists = [WITH_LATE, PLAIN, (OfferedAnswer(TANK, Meaning.YES), OfferedAnswer(LATE, Meaning.NO), PLAIN[0])]
    tasks: list[asyncio.Task[Change]] = []
    for _step in range(60):
        if draw.random() < 0.15:
            tasks.append(asyncio.create_task(change(house, draw.choice(lists))))
        kind = draw.choice([SignalKind.ADD, SignalKind.ADD, SignalKind.REMOVE])
        frame(house, draw.randint(1, 4), draw.choice([YES, NO, MAYBE, LATE, TANK]), kind)
        if draw.random() < 0.4:
            await asyncio.sleep(draw.choice([0, 0, 0.002]))
    await asyncio.gather(*tasks)
    await trusted(house)
    await house.until(lambda: house.writer.queue_depth == 0)
    event, found = await house.event(), await house.reader.run(reactions.list_answers, GUILD, EVENT)
    truth = {user_id: held & set(event.required_reactions) for user_id, held in house.source.held.items()}
    assert {each.user_id: set(each.held) for each in found} == {one: held for one, held in truth.items() if held}
    assert all(each.emoji in each.held for each in found)
    watched = house.manager.index.get(EVENT)
    assert watched is not None
    assert tuple(watched.spellings.values()) == event.required_reactions


async def test_an_emoji_that_stays_keeps_its_spelling(house: House) -> None:
    await house.watch()
    custom = (OfferedAnswer("<:raid:123456789012345678>", Meaning.YES), PLAIN[1])
    await change(house, custom)
    await trusted(house)
    frame(house, 1, "<:raid:123456789012345678>")
    renamed = (OfferedAnswer("<:raids:123456789012345678>", Meaning.YES, "Raid"), PLAIN[1])
    event = (await change(house, renamed)).event
    assert event.required_reactions == ("<:raid:123456789012345678>", NO)
    assert event.options.label_of("<:raid:123456789012345678>") == "Raid"
    await trusted(house)
    assert await stored(house) == {1: "<:raid:123456789012345678>"}


async def test_what_could_not_be_stored_leaves_the_old_answers_counting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch()

    def refuse(*_arguments: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr("reminder_bot.event_answers.set_answers", refuse)
    with pytest.raises(StorageError):
        await change(house, WITH_LATE)
    await trusted(house)
    frame(house, 1, MAYBE)
    frame(house, 2, LATE)
    await house.until(lambda: house.writer.queue_depth == 0)
    assert await stored(house) == {1: MAYBE}


async def test_changed_answers_are_there_after_a_crash(house: House) -> None:
    await house.watch()
    await change(house, WITH_LATE)
    frame(house, 1, LATE)
    await house.reopen()
    await house.connect()
    frame(house, 2, LATE)
    await house.until(lambda: house.writer.queue_depth == 0)
    assert await stored(house) == {1: LATE, 2: LATE}


async def test_an_event_that_is_over_is_refused(house: House) -> None:
    event = await house.watch()
    await house.manager.unwatch(GUILD, EVENT, by=1)
    with pytest.raises(EventNotFoundError):
        await house.manager.answers.change(event, PLAIN, by=1)


def numbers(count: int) -> tuple[OfferedAnswer, ...]:
    return tuple(OfferedAnswer(chr(0x1F600 + number), Meaning.OTHER) for number in range(count))


@pytest.mark.parametrize(
    ("answers", "kind", "said"),
    [
        ((), UserError, "at least two"),
        (PLAIN[:1], UserError, "at least two"),
        (numbers(11), UserError, "10 answers at most"),
        ((*PLAIN, PLAIN[0]), InvalidEmojiError, "✅ comes twice"),
        ((OfferedAnswer("❤️", Meaning.YES), OfferedAnswer("❤", Meaning.NO)), InvalidEmojiError, "comes twice"),
        ((*PLAIN, OfferedAnswer("tank", Meaning.YES)), InvalidEmojiError, "“tank” is not one emoji"),
        ((*PLAIN, OfferedAnswer("", Meaning.YES)), InvalidEmojiError, "is not one emoji"),
        ((*PLAIN, OfferedAnswer(LATE, Meaning.YES, "x" * (LABEL_LIMIT + 1))), UserError, "name of 🕒 is too long"),
    ],
)
async def test_answers_that_cannot_be_are_refused_and_change_nothing(
    house: House, answers: tuple[OfferedAnswer, ...], kind: type[UserError], said: str
) -> None:
    before = await house.watch()
    with pytest.raises(kind, match=said):
        await house.manager.answers.change(before, answers, by=1)
    assert await house.event() == before
    assert house.manager.session.can_send(EVENT)


async def test_ten_answers_of_which_none_says_that_somebody_comes_are_allowed(house: House) -> None:
    before: TrackedEvent = await house.watch()
    assert len((await house.manager.answers.change(before, numbers(10), by=1)).event.required_reactions) == 10


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("preset", AnswerPreset)
async def test_every_preset_may_be_chosen_in_every_language(house: House, preset: AnswerPreset, language: str) -> None:
    with speaking(language):
        answers = preset_answers(preset)
        assert preset_name(preset)
    assert all(answer.label for answer in answers)
    assert any(answer.meaning is Meaning.YES for answer in answers)
    assert len({emoji_key(answer.emoji) for answer in answers}) == len(answers)
    await house.watch()
    assert (await change(house, answers)).event.required_reactions == tuple(answer.emoji for answer in answers)
    assert await house.reader.run(events.get_event, GUILD, EVENT) == await house.event()
