"""Every view and form of the bot's notes what it hears: what does not may be answered by somebody else."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import discord
import pytest

from reminder_bot import cogs, interactions
from reminder_bot.interactions.event_form import EventForm
from reminder_bot.interactions.setting_forms import SettingForm
from reminder_bot.interactions.views import CallerView

NOTING = (CallerView, EventForm, SettingForm)


def own_views() -> Iterator[type[Any]]:
    """Yield every view and form that is defined where commands are answered."""
    for room in (cogs, interactions):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            for _name, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(found, discord.ui.View | discord.ui.Modal) and found.__module__ == module.name:
                    yield found


@pytest.mark.parametrize("found", list(own_views()), ids=lambda found: found.__name__)
def test_view_or_form_is_one_that_notes_what_it_hears(found: type[Any]) -> None:
    assert issubclass(found, NOTING), "it must call `note_heard` first thing in its interaction_check"
