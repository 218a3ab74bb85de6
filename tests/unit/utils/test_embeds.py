"""Cards say what they should, and never outgrow Discord's limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as part
from datetime import UTC, datetime, timedelta

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.event_options import LABEL_LIMIT, AnswerChoice, AudienceRule, EventOptions, Meaning
from models.person_facts import NotAsked, Pause
from models.records import Answer, EventState, ReminderStatus, TrackedEvent
from models.shown_records import LogEntry
from utils import embeds
from utils.answer_text import answer_counts
from utils.pagination import paginate

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
ID = 100000000000000000
EVENT = TrackedEvent(
    message_id=ID + 3, channel_id=ID + 2, guild_id=ID + 1, title="Raid on Friday", description=None,
    interval_minutes=90, is_paused=False, last_reminder=None, next_reminder_at=NOW, required_reactions=("✅", "❌"),
    state=EventState.ACTIVE, state_reason=None, state_changed_at=NOW, created_by=None, created_at=NOW,
)  # fmt: skip


@dataclass(frozen=True)
class StatusFacts:
    """An event's status as the queries give it."""

    event: TrackedEvent = EVENT
    answers: tuple[Answer, ...] = ()
    asked: frozenset[int] | None = frozenset()
    missing: tuple[int, ...] | None = ()
    unknown_reason: str | None = None
    is_sending: bool = False
    log: tuple[LogEntry, ...] = ()
    excused: Mapping[NotAsked, int] = part(default_factory=dict)
    paused: Mapping[Pause, int] = part(default_factory=dict)


def _answer(user_id: int, emoji: str = "✅") -> Answer:
    return Answer(user_id, emoji, (emoji,), NOW)


def _entry(status: ReminderStatus, error: str | None = None, batches: int = 1) -> LogEntry:
    return LogEntry(1, EVENT.message_id, NOW, 1, batches, status, 1, NOW, 1, 12, error)


def _fields(embed: discord.Embed) -> dict[str, str]:
    return {str(field.name): str(field.value) for field in embed.fields}


def _assert_within_limits(embed: discord.Embed) -> None:
    assert len(embed) <= embeds.TOTAL_LIMIT
    assert 1 <= len(embed.title or "") <= embeds.TITLE_LIMIT
    assert 1 <= len(embed.description or "") <= embeds.DESCRIPTION_LIMIT
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 1 <= len(field.name or "") <= embeds.FIELD_NAME_LIMIT
        assert 1 <= len(field.value or "") <= embeds.FIELD_VALUE_LIMIT


texts = st.text(max_size=200) | st.sampled_from(["*" * 200, "@everyone" * 20, "[a](b)" * 30, "\\" * 200, "👩‍👩‍👧" * 30])
long_texts = st.text(max_size=400) | st.sampled_from(["_" * 3000])
ids = st.integers(min_value=1, max_value=2**63 - 1)
crowds = st.lists(ids, max_size=5, unique=True) | st.integers(30, 400).map(lambda n: [ID + k for k in range(n)])
emoji_sets = st.sampled_from([("✅",), ("✅", "❌", "❓"), tuple(f"<:{'e' * 32}:{ID + n}>" for n in range(20))])
# Without the dot that stands between counts, by which a test below takes them apart.
labels = st.text(st.characters(exclude_characters="·"), max_size=LABEL_LIMIT) | st.sampled_from(
    ["*" * LABEL_LIMIT, "@everyone", "Coming"]
)


def _with_labels(event: TrackedEvent, label: str) -> TrackedEvent:
    choices = tuple((emoji, AnswerChoice(Meaning.YES, label)) for emoji in event.required_reactions[:10])
    return replace(event, options=EventOptions(choices=choices))


events = st.builds(
    TrackedEvent,
    message_id=ids, channel_id=ids, guild_id=ids, title=texts, description=st.none(),
    interval_minutes=st.floats(min_value=1 / 60, max_value=28 * 1440), is_paused=st.booleans(),
    last_reminder=st.none() | st.just(NOW), next_reminder_at=st.none() | st.just(NOW), required_reactions=emoji_sets,
    state=st.sampled_from(EventState), state_reason=st.none() | long_texts, state_changed_at=st.just(NOW),
    created_by=st.none(), created_at=st.just(NOW),
)  # fmt: skip
entries = st.builds(
    LogEntry,
    log_id=ids, event_id=ids, scheduled_at=st.just(NOW), batch=st.integers(1, 9), batch_count=st.integers(1, 9),
    status=st.sampled_from(ReminderStatus), attempt=st.integers(0, 9), sent_at=st.none() | st.just(NOW),
    message_id=st.none(), users_notified=st.integers(0, 100_000), error_message=st.none() | long_texts,
)  # fmt: skip


@st.composite
def statuses(draw: st.DrawFn) -> StatusFacts:
    event = draw(events)
    answered = draw(crowds)
    width = draw(st.integers(1, len(event.required_reactions)))
    answers = tuple(_answer(user_id, event.required_reactions[n % width]) for n, user_id in enumerate(answered))
    asked = draw(st.none() | crowds.map(frozenset))
    missing = None if asked is None else tuple(sorted(asked - set(answered)))
    reason = draw(long_texts) if asked is None else None
    log = tuple(draw(st.lists(entries, max_size=7)))
    return StatusFacts(event, answers, asked, missing, reason, draw(st.booleans()), log)


@settings(max_examples=80)
@given(statuses())
def test_status_card_of_anything_stays_within_limits(status: StatusFacts) -> None:
    _assert_within_limits(embeds.status_card(status))


@pytest.mark.parametrize("emoji_count", [1, 3, 6, 20])
def test_status_card_of_thousands_shares_its_room_between_the_lists(emoji_count: int) -> None:
    emoji = tuple(f"<:{'e' * 32}:{ID + n}>" for n in range(emoji_count))
    event = replace(EVENT, title="*" * 200, required_reactions=emoji, last_reminder=NOW)
    answers = tuple(_answer(ID + n, emoji[n % emoji_count]) for n in range(2000))
    log = tuple(_entry(ReminderStatus.FAILED, "_" * 3000) for _ in range(7))
    status = StatusFacts(
        event, answers, frozenset(ID + n for n in range(4000)), tuple(range(ID + 2000, ID + 4000)), log=log
    )
    card = embeds.status_card(status)
    _assert_within_limits(card)
    assert len(card.fields) == emoji_count + 2
    assert all("<@" in str(field.value) for field in card.fields[:-1])


@settings(max_examples=40)
@given(statuses(), labels)
def test_status_card_with_names_of_any_kind_stays_within_limits(status: StatusFacts, label: str) -> None:
    _assert_within_limits(embeds.status_card(replace(status, event=_with_labels(status.event, label))))


def test_status_card_calls_answers_by_their_names() -> None:
    event = _with_labels(EVENT, "On *time*")
    fields = _fields(embeds.status_card(StatusFacts(event, (_answer(1),), frozenset({1, 2}), (2,))))
    assert list(fields) == ["✅ On \\*time\\* 1", "❌ On \\*time\\* 0", "Missing: 1"]


@given(events, labels, st.integers(0, 10**6))
def test_counts_of_anything_fit_and_cut_no_emoji(event: TrackedEvent, label: str, count: int) -> None:
    text = answer_counts(_with_labels(event, label), dict.fromkeys(event.required_reactions, count), 1024)
    assert 1 <= len(text) <= 1024
    assert all(part == "…" or part.startswith(event.required_reactions) for part in text.split(" · "))


def test_counts_are_named_while_that_fits() -> None:
    event = _with_labels(EVENT, "Coming")
    assert answer_counts(event, {"✅": 3}, 1024) == "✅ Coming 3 · ❌ Coming 0"
    assert answer_counts(event, {"✅": 3}, 12) == "✅ 3 · ❌ 0"
    assert answer_counts(event, {"✅": 3}, 8) == "…"
    assert answer_counts(EVENT, {}, 1024) == "✅ 0 · ❌ 0"


def test_who_answered_without_being_asked_is_told_apart_from_who_cannot_see_the_channel() -> None:
    facts = StatusFacts(EVENT, (_answer(1), _answer(2)), frozenset({1}), ())
    assert "Also answered: 1 person who cannot see the channel any more" in str(embeds.status_card(facts).description)
    choosing = replace(EVENT, options=EventOptions(audience=AudienceRule(members=(1,))))
    assert "Also answered: 1 person who is not asked" in str(
        embeds.status_card(replace(facts, event=choosing)).description
    )


@given(st.lists(events, min_size=1, max_size=25))
def test_list_cards_of_anything_stay_within_limits(found: list[TrackedEvent]) -> None:
    for card in embeds.list_cards(paginate(embeds.event_line(event) for event in found), len(found)):
        _assert_within_limits(card)


@given(st.lists(ids, unique=True, max_size=300), st.integers(80, 1024))
def test_people_list_fits_and_accounts_for_everybody(user_ids: list[int], limit: int) -> None:
    text = embeds.people_list(user_ids, limit)
    assert 1 <= len(text) <= limit
    shown = text.count("<@")
    if shown < len(user_ids):
        assert text.endswith(f"and {len(user_ids) - shown} more")


def test_people_list_of_nobody_says_so() -> None:
    assert embeds.people_list([]) == "nobody"


def test_status_card_shows_who_answered_what_and_who_is_missing() -> None:
    status = StatusFacts(
        answers=(_answer(7), _answer(8, "❌")),
        asked=frozenset({7, 8, 9}),
        missing=(9,),
        log=(_entry(ReminderStatus.SENT),),
    )
    card = embeds.status_card(status)
    fields = _fields(card)
    assert fields["✅ 1"] == "<@7>"
    assert fields["❌ 1"] == "<@8>"
    assert fields["Missing: 1"] == "<@9>"
    assert "reminded 12 people" in fields["Last reminders"]
    assert "Answered: 2 of 3" in str(card.description)
    assert "Interval: every 1 hour 30 minutes" in str(card.description)
    assert card.url == EVENT.jump_url


def test_status_card_counts_answers_of_people_who_are_no_longer_asked_apart() -> None:
    card = embeds.status_card(StatusFacts(answers=(_answer(7), _answer(8)), asked=frozenset({7}), missing=()))
    assert _fields(card)["✅ 1"] == "<@7>"
    assert "Answered: 1 of 1" in str(card.description)
    assert "Also answered: 1 person" in str(card.description)


def test_status_card_with_an_unknown_audience_says_why_and_names_nobody_missing() -> None:
    status = StatusFacts(answers=(_answer(7),), asked=None, missing=None, unknown_reason="Members are still coming.")
    card = embeds.status_card(status)
    assert "State: waiting" in str(card.description)
    assert "Members are still coming." in str(card.description)
    assert not any(name.startswith("Missing") for name in _fields(card))
    assert _fields(card)["✅ 1"] == "<@7>"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (_entry(ReminderStatus.FAILED, "no *access*"), r"failed: no \*access\*"),
        (_entry(ReminderStatus.SKIPPED), "skipped"),
        (_entry(ReminderStatus.PENDING), "being sent"),
        (_entry(ReminderStatus.SENT, batches=3), "(1/3) · reminded 12 people"),
    ],
)
def test_status_card_shows_what_became_of_a_reminder(entry: LogEntry, text: str) -> None:
    assert text in _fields(embeds.status_card(StatusFacts(log=(entry,))))["Last reminders"]


@pytest.mark.parametrize(
    ("event", "text", "colour"),
    [
        (EVENT, "reminding", embeds.BLUE),
        (replace(EVENT, next_reminder_at=None), "quiet: everybody has answered", embeds.GREEN),
        (
            replace(EVENT, next_reminder_at=None, starts_at=EVENT.created_at),
            "quiet: everybody has answered, or answers close before another reminder",
            embeds.GREEN,
        ),
        (replace(EVENT, is_paused=True), "paused, `/resume` goes on", embeds.YELLOW),
        (replace(EVENT, state=EventState.BLOCKED, state_reason="no access"), "blocked: no access", embeds.RED),
        (replace(EVENT, state=EventState.COMPLETED, state_reason="unwatched"), "over: unwatched", embeds.GREY),
    ],
)
def test_state_has_words_and_a_colour(event: TrackedEvent, text: str, colour: discord.Colour) -> None:
    assert embeds.state_text(event) == text
    assert embeds.state_colour(event) == colour


def test_sending_goes_before_every_other_state() -> None:
    card = embeds.status_card(StatusFacts(event=replace(EVENT, is_paused=True), is_sending=True))
    assert "State: sending a reminder now" in str(card.description)


def test_event_line_links_title_and_says_what_comes_next() -> None:
    line = embeds.event_line(EVENT)
    assert f"[Raid on Friday]({EVENT.jump_url})" in line
    assert f"<#{EVENT.channel_id}>" in line
    assert f"next <t:{int(NOW.timestamp())}:R>" in line
    assert "quiet" in embeds.event_line(replace(EVENT, next_reminder_at=None))


def test_title_can_neither_ping_nor_end_its_link() -> None:
    link = embeds.event_link(replace(EVENT, title="](https://evil.example) @everyone <@1>"))
    inside = link.removesuffix(f"]({EVENT.jump_url})").removeprefix("[")
    assert inside.startswith(r"\]\(")
    assert "@everyone" not in inside
    assert "<@1>" not in inside.replace("\\", "<")


def test_list_cards_of_several_pages_are_numbered() -> None:
    cards = embeds.list_cards([["a"], ["b"]], 2)
    assert [card.footer.text for card in cards] == ["Page 1 of 2", "Page 2 of 2"]
    assert cards[0].title == "Watched: 2 events"
    assert embeds.list_cards([["a"]], 1)[0].footer.text is None


def test_answered_text_counts_those_who_are_not_missing() -> None:
    assert embeds.answered_text(frozenset(range(12)), tuple(range(9))) == "3 of 12"


def test_interval_below_a_minute_reads_in_seconds() -> None:
    card = embeds.status_card(
        StatusFacts(event=replace(EVENT, interval_minutes=timedelta(seconds=3) / timedelta(minutes=1)))
    )
    assert "every 3 seconds" in str(card.description)
