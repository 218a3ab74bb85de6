"""Drafts: what a form makes of one, and what of it is a change."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from models.event_options import EventOptions, Meaning, OfferedAnswer, Place
from reminder_bot.config import Settings
from reminder_bot.interactions.event_draft import EventDraft, read_draft, texts_of
from reminder_bot.services import Services
from reminder_bot.settings_book import SettingsBook
from tests.fakes import START
from tests.unit.reminder_bot.conftest import ANSWERS, GUILD, House
from utils.errors import UserError

HOUR = timedelta(hours=1)
DRAFT = EventDraft("Raid", None, START + 30 * HOUR, START + 10 * HOUR, 12 * HOUR, ANSWERS, EventOptions())


@pytest.fixture
async def services(house: House) -> Services:
    settings = Settings.from_environment({})
    book = SettingsBook(operator=settings, clock=house.clock, writer=house.writer, reader=house.reader)
    await book.load()
    unused = cast(Any, None)
    return Services(settings, book, house.clock, house.manager, unused, unused, unused)


async def test_an_event_can_be_edited_after_its_answers_have_closed(services: Services, house: House) -> None:
    house.clock.advance(hours=11)
    typed = replace(texts_of(services, GUILD, DRAFT), title="Raid day")
    assert read_draft(services, GUILD, typed, DRAFT, DRAFT) == replace(DRAFT, title="Raid day")
    with pytest.raises(UserError, match="in the past"):
        read_draft(services, GUILD, typed, DRAFT)


def test_what_others_have_changed_meanwhile_stays() -> None:
    offered = [OfferedAnswer("👍", Meaning.YES, "Coming"), OfferedAnswer("👎", Meaning.NO)]
    now = replace(DRAFT.offering(offered), starts_at=START + 50 * HOUR, interval=HOUR)
    now = replace(now, options=replace(now.options, place=Place.ELSEWHERE, place_channel_id=7, wants_tally=True))
    mine = replace(DRAFT, title="Raid day", options=replace(DRAFT.options, before_minutes=(30,)))
    assert DRAFT.on(now, DRAFT) == now
    assert mine.on(now, DRAFT) == replace(now, title="Raid day", options=replace(now.options, before_minutes=(30,)))
    assert now.on(DRAFT, DRAFT) == now
