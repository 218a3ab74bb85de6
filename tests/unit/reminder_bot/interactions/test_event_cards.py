"""The cards of events and the messages about them: one family, none of which outgrows Discord, in either language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.event_options import AnswerChoice, AudienceRule, EventOptions, Meaning, Place
from models.person_facts import NotAsked, Pause
from models.plan_rules import Planned
from models.records import Claim, EventState, PlanKind, ReminderKind, TrackedEvent
from reminder_bot import reminder_message
from reminder_bot.event_requests import EventStatus
from reminder_bot.interactions.event_cards import draft_card, post_card, preview_card, show_card
from reminder_bot.interactions.event_draft import EventDraft, draft_of
from reminder_bot.places import PlacePreview
from reminder_bot.plan_message import COLOURS, plan_content, plan_embed
from reminder_bot.reminder_message import Tally
from tests.nasties import NASTIES, assert_plain, masked_link, pings
from utils.formatting import one_line
from utils.i18n import speaking

ID = 10**19
"""As long as an id can be."""

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
CUSTOM = tuple(f"<a:{'e' * 32}:{ID + n}>" for n in range(10))
LABEL = "*" * 40
MANY = tuple(range(ID, ID + 25))
CROWDED = AudienceRule(roles=MANY, members=MANY, excluded_roles=MANY, excluded_members=MANY)
WIDE = "W" * 200
LATE = datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)

typed = (
    st.text(min_size=1, max_size=200)
    | st.sampled_from(list(NASTIES.values()))
    | st.sampled_from([WIDE, "漢" * 200, "_" * 200, "👩‍👩‍👧" * 25, "[a](https://e.vil) @everyone <@1>"])
)
titles = typed.map(lambda text: one_line(text, 200)).filter(bool)
moments = st.none() | st.just(LATE)
labels = st.just("") | st.just(LABEL) | st.text(max_size=40)
audiences = st.sampled_from([AudienceRule(), CROWDED, AudienceRule(roles=MANY[:2])])


@st.composite
def drafts(draw: st.DrawFn) -> EventDraft:
    emoji = CUSTOM[: draw(st.integers(2, 10))] if draw(st.booleans()) else ("✅", "❌", "❓")
    options = EventOptions(
        audience=draw(audiences),
        place=draw(st.sampled_from(Place)),
        place_channel_id=ID,
        before_minutes=draw(st.sampled_from([(), (60,), (527_039, 527_038, 100_001, 10_081, 61)])),
        wants_tally=draw(st.booleans()),
        choices=tuple((each, AnswerChoice(draw(st.sampled_from(Meaning)), draw(labels))) for each in emoji),
    )
    text = draw(
        st.none() | st.sampled_from(["x" * 2000, "*" * 2000, "👩‍👩‍👧" * 250]) | st.text(min_size=1, max_size=99)
    )
    every = timedelta(minutes=draw(st.sampled_from([1, 90, 40_319])))
    return EventDraft(draw(titles), text, draw(moments), draw(moments), every, emoji, options)


def event_of(draft: EventDraft, *, is_paused: bool = False) -> TrackedEvent:
    return TrackedEvent(
        message_id=ID, channel_id=ID, guild_id=ID, title=draft.title, description=draft.text,
        interval_minutes=draft.interval / timedelta(minutes=1), is_paused=is_paused, last_reminder=None,
        next_reminder_at=LATE, required_reactions=draft.emoji, state=EventState.ACTIVE, state_reason=None,
        state_changed_at=NOW, created_by=None, created_at=NOW, starts_at=draft.starts_at,
        answer_until=draft.answer_until, options=draft.options,
    )  # fmt: skip


def status_of(event: TrackedEvent, count: int | None) -> EventStatus:
    people = None if count is None else tuple(range(ID, ID + count))
    asked = None if people is None else frozenset(people)
    apart = (dict.fromkeys(NotAsked, 10**5), dict.fromkeys(Pause, 10**5))
    return EventStatus(event, (), asked, people, None, False, (), people, *apart)


def claim_of(kind: ReminderKind, count: int, detail: dict[str, str | None] | None = None) -> Claim:
    people = tuple(range(ID, ID + count))
    return Claim(1, ID, ID, LATE, 12, 25, "n", 0, people, NOW, kind, ID, detail)


def planned_of(draft: EventDraft) -> list[Planned]:
    before = [Planned(PlanKind.BEFORE, LATE) for _minutes in draft.options.before_minutes]
    return [*before, *(Planned(kind, LATE) for kind in PlanKind if kind is not PlanKind.BEFORE)]


def assert_fits(card: discord.Embed) -> None:
    assert len(card) <= 6000
    assert 1 <= len(card.title or "") <= 256
    assert len(card.description or "") <= 4096
    assert len(card.fields) <= 25
    assert len(card.footer.text or "") <= 2048
    for field in card.fields:
        assert 1 <= len(field.name or "") <= 256
        assert 1 <= len(field.value or "") <= 1024
    written = [card.description or "", *(str(field.value) for field in card.fields)]
    assert [text for text in written if re.search(r"<[@#:at&][^<>\s]*…", text)] == [], "cut within a mention or emoji"


@pytest.fixture(params=["en", "fr"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


thorough = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
LARGEST = EventDraft(
    "*" * 200, "x" * 2000, LATE, LATE, timedelta(minutes=40_319), CUSTOM,
    EventOptions(
        audience=CROWDED, place=Place.ELSEWHERE, place_channel_id=ID, wants_tally=True,
        before_minutes=(527_039, 527_038, 100_001, 10_081, 61),
        choices=tuple((each, AnswerChoice(Meaning.YES, LABEL)) for each in CUSTOM),
    ),
)  # fmt: skip


@thorough
@given(draft=drafts(), is_cancelled=st.booleans())
@example(draft=LARGEST, is_cancelled=False)
def test_post_fits_and_its_title_is_plain(draft: EventDraft, *, is_cancelled: bool) -> None:
    card = post_card(draft, is_cancelled=is_cancelled)
    assert_fits(card)
    assert_plain(card.title or "")


@thorough
@given(draft=drafts(), before=st.none() | drafts())
@example(
    draft=LARGEST,
    before=replace(LARGEST, options=replace(LARGEST.options, audience=AudienceRule()), interval=timedelta(1)),
)
@example(draft=LARGEST, before=replace(LARGEST, emoji=CUSTOM[:9], starts_at=NOW, answer_until=NOW))
def test_draft_fits_and_its_title_is_plain(draft: EventDraft, before: EventDraft | None) -> None:
    card = draft_card(draft, before)
    assert_fits(card)
    assert_plain(card.title or "")
    assert not (card.description or "").endswith("…"), "a row is missing"


@thorough
@given(draft=drafts(), is_paused=st.booleans(), count=st.none() | st.integers(0, 5000))
@example(draft=LARGEST, is_paused=False, count=5000)
def test_show_and_preview_fit(draft: EventDraft, *, is_paused: bool, count: int | None) -> None:
    event = event_of(draft, is_paused=is_paused)
    status, planned = status_of(event, count), planned_of(draft)
    place = PlacePreview(ID, 5000, "The thread of this event is locked, and I may not open it again.", exists=False)
    for card in (
        show_card(event, status, planned, draft_of(event)),
        preview_card(event, status, planned, place),
        preview_card(event, status, planned, None),
    ):
        assert_fits(card)
        assert_plain(card.title or "")
        assert not any((field.value or "").endswith("…") for field in card.fields)


@thorough
@given(draft=drafts(), count=st.integers(0, 80), comers=st.integers(0, 5000), late=st.booleans())
@example(draft=LARGEST, count=80, comers=5000, late=True)
def test_message_of_every_kind_fits_and_pings_its_recipients(
    draft: EventDraft, count: int, comers: int, *, late: bool
) -> None:
    event = event_of(draft)
    tally = Tally(dict.fromkeys(draft.emoji, 10**6), 10**6, tuple(range(ID, ID + comers)))
    for kind in COLOURS:
        details: list[dict[str, str | None] | None] = [None]
        if kind is ReminderKind.MOVED:
            details = [{"from": LATE.isoformat(), "to": NOW.isoformat()}, {"from": LATE.isoformat(), "to": None}]
        for detail in details:
            claim = claim_of(kind, count, detail)
            content = plan_content(claim)
            assert len(content) <= 2000
            wanted = [] if kind is ReminderKind.TALLY else [f"<@{each}>" for each in claim.recipients]
            assert pings(content) == wanted
            card = plan_embed(event, claim, tally, late=late)
            assert_fits(card)
            assert_plain(card.title or "")
    claim = claim_of(ReminderKind.SILENT, count)
    assert_fits(reminder_message.embed(event, claim, tally, LATE, late=late))
    assert len(reminder_message.content(claim.recipients)) <= 2000


def test_answers_that_are_too_long_for_their_row_go_without_their_names() -> None:
    [value] = [field.value for field in post_card(LARGEST).fields if CUSTOM[0] in str(field.value)]
    assert value == " · ".join(CUSTOM)
    few = replace(LARGEST, emoji=CUSTOM[:2])
    assert "\\*" in str(post_card(few).fields[2].value)


def test_title_cannot_end_its_link() -> None:
    event = event_of(replace(LARGEST, title="](https://evil.example) @everyone <@1>"))
    card = plan_embed(event, claim_of(ReminderKind.BEFORE, 1), Tally({}, None), late=False)
    label, address, rest = masked_link(f"[{card.title}]({card.url})")
    assert (address, rest) == (event.jump_url, "")
    assert pings(label) == []
