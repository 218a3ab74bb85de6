"""Forgetting while the bot runs: nothing in memory, nothing in an archive just being written, and the way back."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.member_choices import NOTHING_CHOSEN
from models.records import EventState
from persistence import events, reactions
from persistence.archive import Archives
from persistence.outdated import Slice
from reminder_bot.care_jobs import CareJobs
from reminder_bot.config import Settings
from reminder_bot.personal_data import PersonalData
from tests.unit.reminder_bot.conftest import EVENT, GUILD, House

ANNA = 1


@pytest_asyncio.fixture
async def jobs(house: House) -> AsyncIterator[CareJobs]:
    folder = house.path.parent
    settings = Settings.from_environment({"DATABASE_PATH": str(house.path), "BACKUP_FOLDER": str(folder)})
    jobs = CareJobs(settings=settings, clock=house.clock, writer=house.writer, reader=house.reader)
    yield jobs
    await jobs.close()


@pytest.fixture
def personal(house: House, jobs: CareJobs) -> PersonalData:
    return PersonalData(
        clock=house.clock, writer=house.writer, reader=house.reader, jobs=jobs, members=house.members,
        manager=house.manager,
    )  # fmt: skip


async def answers(house: House) -> frozenset[int]:
    return await house.reader.run(reactions.answered_user_ids, GUILD, EVENT)


async def test_forgotten_person_is_in_no_row_and_in_no_memory(house: House, personal: PersonalData) -> None:
    await house.watch()
    await house.react(ANNA, "✅")
    await house.members.change(GUILD, ANNA, wants_direct=True)
    await house.members.opt_out(GUILD, EVENT, ANNA)
    receipt = await personal.forget(GUILD, ANNA)
    assert (receipt.rows["reaction"], receipt.rows["member"], receipt.rows["event_opt_out"]) == (1, 1, 1)
    assert house.members.of(GUILD, ANNA) == NOTHING_CHOSEN
    assert house.members.opted_out(EVENT) == frozenset()
    await house.react(ANNA, "❌")
    assert await answers(house) == frozenset()
    assert json.loads(await personal.file_of(ANNA))["tables"] == {}


async def test_reactions_are_read_anew_before_anybody_is_reminded_again(house: House, personal: PersonalData) -> None:
    await house.watch()
    await house.react(ANNA, "✅")
    await personal.forget(GUILD, ANNA)
    assert await personal.remember(ANNA, [GUILD])
    assert not house.manager.session.can_send(EVENT)
    await house.until(lambda: house.manager.session.can_send(EVENT))
    assert await answers(house) == {ANNA}
    assert not await personal.remember(ANNA, [GUILD])


async def test_what_is_just_being_archived_is_forgotten_as_well(
    house: House, personal: PersonalData, jobs: CareJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch()
    await house.react(ANNA, "✅")
    await house.writer.run(events.set_state, GUILD, EVENT, EventState.ARCHIVED, "gone", house.clock.now())
    house.clock.advance(days=1000)
    goes_on, store = threading.Event(), Archives.store

    def store_slowly(self: Archives, old: Slice) -> list[Path]:
        goes_on.wait(10)
        return store(self, old)

    monkeypatch.setattr(Archives, "store", store_slowly)
    cleaning = asyncio.create_task(jobs.clean_up())
    await asyncio.sleep(0.1)
    forgetting = asyncio.create_task(personal.forget(GUILD, ANNA))
    await asyncio.sleep(0.1)
    assert not forgetting.done()
    goes_on.set()
    receipt = await forgetting
    await cleaning
    assert receipt.archived == 1
    async with jobs.resting_archives() as archives:
        assert archives.paths() != []
        assert archives.about(ANNA) == {}


async def test_file_has_ids_as_text_and_the_archives(house: House, personal: PersonalData, jobs: CareJobs) -> None:
    large = 700_000_000_000_000_001
    await house.watch()
    await house.react(large, "✅")
    await house.writer.run(events.set_state, GUILD, EVENT, EventState.ARCHIVED, "gone", house.clock.now())
    house.clock.advance(days=1000)
    await jobs.clean_up()
    told = json.loads(await personal.file_of(large))
    (archive,) = told["archives"].values()
    assert archive["reaction"][0]["user_id"] == str(large)
