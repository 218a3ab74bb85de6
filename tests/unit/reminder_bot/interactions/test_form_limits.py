"""Forms and selects of an event: what Discord allows for their texts, in either language, whatever was typed before."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.event_options import AnswerChoice, Meaning
from reminder_bot.interactions.answers_select import AnswersSelect
from reminder_bot.interactions.audience_selects import MembersAsked, RolesAsked
from reminder_bot.interactions.event_draft import FormTexts
from reminder_bot.interactions.event_form import EventForm
from reminder_bot.interactions.setting_forms import FORM_LIMIT
from reminder_bot.interactions.setting_words import answers_text
from reminder_bot.settings_book import SettingsBook
from utils.i18n import speaking

ID = 10**19
FIELDS = ("title", "text", "start", "every", "until")

texts = st.text(max_size=300) | st.sampled_from(["W" * 200, "x" * 2000, "👩‍👩‍👧" * 300, "漢" * 4000])


@pytest.fixture(params=["en", "fr"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


async def nothing(*_given: Any) -> Any:
    """Do nothing."""


def assert_select_fits(
    select: discord.ui.Select[Any] | discord.ui.RoleSelect[Any] | discord.ui.UserSelect[Any],
) -> None:
    sent = select.to_component_dict()
    assert 1 <= len(sent["custom_id"]) <= 100
    assert len(sent.get("placeholder") or "") <= 150
    assert 0 <= sent["min_values"] <= sent["max_values"] <= 25
    assert len(cast(Any, sent).get("default_values", ())) <= sent["max_values"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(title=texts.filter(bool), typed=st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)), has_text=st.booleans())
async def test_form_of_anything_fits(title: str, typed: dict[str, str], has_text: bool) -> None:
    form = EventForm(title, FormTexts(**typed), nothing, nothing, has_text=has_text)
    assert 1 <= len(form.title) <= 45
    assert len(form.children) == (5 if has_text else 3)
    for label in form.children:
        assert isinstance(label, discord.ui.Label)
        assert isinstance(label.component, discord.ui.TextInput)
        assert 1 <= len(label.text) <= 45
        assert len(label.description or "") <= 100
        assert not (label.description or "").endswith("…"), "a hint is cut off"
        assert len(label.component.placeholder or "") <= 100
        assert label.component.max_length is not None
        assert len(label.component.default or "") <= label.component.max_length <= 4000


async def test_selects_of_a_draft_fit(language: str) -> None:
    guild = cast(
        discord.Guild, SimpleNamespace(id=ID, preferred_locale=discord.Locale.french, get_role=bool, get_member=bool)
    )
    ids = tuple(range(ID, ID + 25))
    assert_select_fits(RolesAsked(guild, ids, nothing))
    assert_select_fits(MembersAsked(guild, ids, nothing))
    book = SettingsBook.__new__(SettingsBook)
    answers = AnswersSelect(guild, book, (), nothing, nothing)
    assert_select_fits(answers)
    assert 1 <= len(answers.options) <= 25
    for option in answers.options:
        assert 1 <= len(option.label) <= 100
        assert len(option.description or "") <= 100
        assert 1 <= len(option.value) <= 100


def test_ten_custom_answers_fit_into_their_form() -> None:
    answers = tuple((f"<a:{'e' * 32}:{ID + n}>", AnswerChoice(Meaning.MAYBE, "W" * 40)) for n in range(10))
    assert len(answers_text(answers)) <= FORM_LIMIT
