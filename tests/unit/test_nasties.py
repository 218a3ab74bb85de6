"""Whatever people write stays text: in the reminder, on every card, in lists, notices, options and suggestions."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TypeVar, cast

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.records import Answer, Claim, EventCounts, EventState, ReminderStatus, TrackedEvent
from models.shown_records import LogEntry
from reminder_bot import reminder_message
from reminder_bot.care_records import CareReport
from reminder_bot.event_index import EventIndex
from reminder_bot.event_requests import EventStatus, Health
from reminder_bot.interactions.event_lookup import choice_name
from reminder_bot.interactions.health_card import health_card
from reminder_bot.interactions.recent_messages import OPTION_LIMIT, message_option
from reminder_bot.message_text import title_and_description
from reminder_bot.notice_text import blocked_text
from reminder_bot.reminder_message import Tally
from tests.nasties import NASTIES, assert_bare, assert_plain, masked_link, pings, unescaped
from utils import embeds
from utils.converters import parse_event_option, parse_link
from utils.durations import duration_suggestions, parse_interval
from utils.emoji import parse_emoji_list
from utils.errors import UserError
from utils.formatting import first_line_and_rest
from utils.links import LARGEST_SNOWFLAKE, MessageLink, parse_message_link
from utils.pagination import paginate

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
ID = 100_000_000_000_000_000
EVENT = TrackedEvent(
    message_id=ID + 3, channel_id=ID + 2, guild_id=ID + 1, title="Raid on Friday", description=None,
    interval_minutes=90, is_paused=False, last_reminder=None, next_reminder_at=NOW, required_reactions=("✅", "❌"),
    state=EventState.ACTIVE, state_reason=None, state_changed_at=NOW, created_by=None, created_at=NOW,
)  # fmt: skip
CLAIM = Claim(
    log_id=1, guild_id=EVENT.guild_id, event_id=EVENT.message_id, scheduled_at=NOW, batch=1, batch_count=1, nonce="n",
    attempt=0, recipients=(ID + 5,), created_at=NOW,
)  # fmt: skip
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

fragments = st.sampled_from(
    [*"@<>[]()*_~`|\\#:/!&{}%$ \n\u200b\u200d\u202e\u0301\u2800\u3164🇩👍", "@everyone", "@here", "<@1>", "<@&2>", "](",
     "https://e.vil", "://", "\\\\", "{0.__class__}", "%s", "x" * 90, "⁠", "👩‍👩‍👧"]
)  # fmt: skip
typed = (
    st.sampled_from(list(NASTIES.values()))
    | st.text(max_size=300)
    | st.lists(fragments, max_size=120).map("".join)
    | st.lists(fragments | st.sampled_from(list(NASTIES.values())), max_size=8).map("".join)
)
titles = typed.map(lambda text: first_line_and_rest(text, "Event")[0]) | typed.map(lambda text: text[:200])
"""What a message's text becomes, and what a database may hold from elsewhere."""

Test = TypeVar("Test", bound=Callable[..., None])


def each_nasty(*others: object, texts: int = 1) -> Callable[[Test], Test]:
    """Try every text of the fixed list, as so many arguments before the others, besides what hypothesis finds."""

    def with_examples(test: Test) -> Test:
        for text in NASTIES.values():
            test = example(*[text] * texts, *others)(test)
        return test

    return with_examples


def assert_card(card: discord.Embed) -> None:
    assert len(card) <= embeds.TOTAL_LIMIT
    assert_plain(str(card.title))
    assert len(card.title or "") <= embeds.TITLE_LIMIT
    assert len(card.description or "") <= embeds.DESCRIPTION_LIMIT
    assert card.url == EVENT.jump_url
    for field in card.fields:
        assert 1 <= len(field.name or "") <= embeds.FIELD_NAME_LIMIT
        assert 1 <= len(field.value or "") <= embeds.FIELD_VALUE_LIMIT


@each_nasty(False)
@given(titles, st.booleans())
def test_reminder_pings_its_recipients_only_and_shows_the_title_as_text(title: str, late: bool) -> None:
    event = replace(EVENT, title=title)
    people = (ID + 5, ID + 6)
    card = reminder_message.embed(event, CLAIM, Tally({}, 2), NOW, late=late)
    assert_card(card)
    harmless = reminder_message.embed(EVENT, CLAIM, Tally({}, 2), NOW, late=late)
    assert {**card.to_dict(), "title": ""} == {**harmless.to_dict(), "title": ""}
    content = reminder_message.content(people)
    assert pings(content) == [f"<@{user_id}>" for user_id in people]
    allowed = reminder_message.allowed_mentions(people).to_dict()
    assert sorted(allowed["users"]) == sorted(people)
    assert allowed["parse"] == []


@each_nasty(EventState.BLOCKED, False, texts=2)
@given(titles, typed, st.sampled_from(EventState), st.booleans())
def test_status_card_shows_title_reasons_and_log_as_text(
    title: str, reason: str, state: EventState, is_paused: bool
) -> None:
    event = replace(EVENT, title=title, state=state, state_reason=reason, is_paused=is_paused)
    entry = LogEntry(1, EVENT.message_id, NOW, 1, 1, ReminderStatus.FAILED, 1, None, None, 0, reason)
    answers = (Answer(ID + 9, "✅", ("✅",), NOW),)
    status = EventStatus(event, answers, None, None, reason, is_sending=False, log=(entry,) * 5)
    card = embeds.status_card(status)
    assert_card(card)
    for shown in (str(card.description), str(card.fields[-1].value)):
        assert pings(shown) == []
        assert "://" not in shown
        left = "".join(unescaped(shown))
        assert re.findall(r"<(?!#[0-9]+>|t:[0-9]+:[RF]>)|[\[\]*_~|]", left) == [], "more than the bot's own tags"


@given(st.lists(titles, min_size=1, max_size=12))
@example(list(NASTIES.values()))
def test_list_has_one_line_and_one_link_for_each_event(found: list[str]) -> None:
    events = [replace(EVENT, title=title, message_id=ID + number) for number, title in enumerate(found)]
    cards = embeds.list_cards(paginate(embeds.event_line(event) for event in events), len(events))
    lines = [line for card in cards for line in str(card.description).split("\n")]
    assert len(lines) == len(events)
    for line, event in zip(lines, events, strict=True):
        label, address, rest = masked_link(line.removeprefix("**"))
        assert_plain(label)
        assert address == event.jump_url
        assert rest.startswith(f"** · <#{event.channel_id}> · every 1 hour 30 minutes · ")
    assert all(len(card) <= embeds.TOTAL_LIMIT for card in cards)


@each_nasty()
@given(titles)
def test_notice_of_a_block_holds_one_link_with_the_title_as_its_label(title: str) -> None:
    text = blocked_text(replace(EVENT, title=title), "Discord refused: Missing Permissions.")
    assert len(text) <= 2000
    assert pings(text) == []
    label, address, _rest = masked_link(text.removeprefix("I cannot send reminders for "))
    assert_plain(label)
    assert address == EVENT.jump_url


@each_nasty()
@given(titles)
def test_suggestion_shows_the_title_and_can_be_picked(title: str) -> None:
    shown = choice_name(replace(EVENT, title=title))
    assert 1 <= len(shown) <= 100
    assert_bare(shown)


@each_nasty(texts=3)
@given(typed, typed, typed)
def test_option_of_a_message_shows_its_text_and_its_author(content: str, name: str, filename: str) -> None:
    message = SimpleNamespace(
        id=ID, clean_content=content, attachments=[SimpleNamespace(filename=filename)], created_at=NOW,
        author=SimpleNamespace(id=ID, display_name=name),
    )  # fmt: skip
    option = message_option(cast(discord.Message, message), EventIndex(), NOW)
    assert 1 <= len(option.label) <= OPTION_LIMIT
    assert_bare(option.label)
    assert option.description is not None
    assert 1 <= len(option.description) <= OPTION_LIMIT
    assert_bare(option.description)
    assert option.value == str(ID)


@each_nasty(texts=4)
@given(typed, typed, typed, typed)
def test_title_from_any_carrier_has_something_to_see(content: str, head: str, body: str, name: str) -> None:
    opening = SimpleNamespace(
        id=ID, content=content, clean_content=content, embeds=[SimpleNamespace(title=head, description=body)],
        channel=SimpleNamespace(id=ID, name=name),
    )  # fmt: skip
    title, description = title_and_description(cast(discord.Message, opening), f"Event by {name}")
    assert 1 <= len(title) <= 200
    assert_bare(title)
    assert description is None or 1 <= len(description) <= 2000


def test_health_tells_no_ids_of_the_server_in_which_the_last_error_was() -> None:
    last = f"<t:{int(NOW.timestamp())}:R> answers: command failed reference=0badcafe guild_id={ID + 1} user_id={ID + 5}"
    health = Health(
        started_at=NOW, is_online=True, database_bytes=1, writer_queue=0, counts=EventCounts(1, 0, 0), sending=0,
        untold=0, next_due_at=None, lateness=timedelta(), is_storage_failing=False, care=CareReport(),
        away=None, last_error=last,
    )  # fmt: skip
    shown = str(health_card(health, 0.1).fields[-1].value)
    assert "reference=0badcafe" in shown
    assert f"<t:{int(NOW.timestamp())}:R>" in shown
    assert str(ID + 1) not in shown
    assert str(ID + 5) not in shown


# What people type into options


@each_nasty()
@given(typed)
@example("9" * 5000)
@example("1" * 5000 + "h")
@example("1h" * 2000)
@example("0." * 2000)
def test_interval_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        assert MINUTE <= parse_interval(text, MINUTE, DAY) <= DAY
    except UserError as error:
        assert_sentence(error)
    assert all(MINUTE <= parse_interval(found, MINUTE, DAY) <= DAY for found in duration_suggestions(text, MINUTE, DAY))


@each_nasty()
@given(typed)
def test_link_is_read_or_refused_in_a_sentence(text: str) -> None:
    readers: tuple[Callable[[str], MessageLink], ...] = (parse_message_link, partial(parse_link, guild_id=ID))
    for read in readers:
        try:
            link = read(text)
        except UserError as error:
            assert_sentence(error)
        else:
            assert 0 < link.message_id <= LARGEST_SNOWFLAKE
            assert link.channel_id is None or 0 < link.channel_id <= LARGEST_SNOWFLAKE


@each_nasty()
@given(typed)
def test_event_option_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        assert 0 < parse_event_option(text, ID) <= LARGEST_SNOWFLAKE
    except UserError as error:
        assert_sentence(error)


@each_nasty()
@given(typed)
def test_emoji_list_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        assert 1 <= len(parse_emoji_list(text)) <= 20
    except UserError as error:
        assert len(str(error)) <= 200


@pytest.mark.parametrize("number", [0, -1, 2**63, 2**64, 10**19])
@pytest.mark.parametrize("form", ["{0}", "{0}-{0}", "https://discord.com/channels/{1}/{1}/{0}"])
def test_number_that_is_no_snowflake_is_refused(number: int, form: str) -> None:
    text = form.format(number, ID)
    with pytest.raises(UserError):
        parse_link(text, ID)
    with pytest.raises(UserError):
        parse_event_option(text, ID)


def assert_sentence(error: UserError) -> None:
    """An error's sentence may repeat what was typed, but neither pings nor links nor looks like anything but text."""
    text = str(error)
    assert len(text) <= 300
    assert text.endswith((".", "!", "?"))
    assert_plain(text)
