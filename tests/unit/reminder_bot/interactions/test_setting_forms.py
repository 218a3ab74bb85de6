"""What people type into the forms of settings: read in either language, or refused with what to write."""

from typing import Any, cast

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.event_options import AnswerChoice, Meaning
from reminder_bot.interactions.setting_forms import read_answers, read_before, read_minutes
from reminder_bot.interactions.setting_words import answers_text
from utils.errors import InvalidEmojiError, InvalidIntervalError, UserError
from utils.i18n import speaking

RAID = "<:raid:4200000000000000>"
Y, N, M, ELSE = Meaning.YES, Meaning.NO, Meaning.MAYBE, Meaning.OTHER


class Emoji:
    """As much of a custom emoji as is looked at."""

    def __init__(self, name: str, id: int) -> None:
        self.name, self.id = name, id

    def __str__(self) -> str:
        return f"<:{self.name}:{self.id}>"


class Guild:
    """A guild with one custom emoji, which counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def fetch_emojis(self) -> list[Emoji]:
        """Return its emoji."""
        self.asked += 1
        return [Emoji("raid", 4_200_000_000_000_000)]


async def read(text: str, guild: Any = None) -> list[tuple[str, Meaning, str]]:
    """Read answers, as triples."""
    answers = await read_answers(text, cast(discord.Guild, guild or Guild()))
    return [(emoji, choice.meaning, choice.label) for emoji, choice in answers]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("✅ yes Coming\n❌ no\n❓ maybe", [("✅", Y, "Coming"), ("❌", N, ""), ("❓", M, "")]),
        ("✅ OUI Présent\n❌ non\n❓ Peut-être", [("✅", Y, "Présent"), ("❌", N, ""), ("❓", M, "")]),
        ("✅ yes Coming, ❌ no, ❓ maybe", [("✅", Y, "Coming"), ("❌", N, ""), ("❓", M, "")]),
        ("✅ yes, gladly\n❌ no, sorry, not this time", [("✅", Y, "gladly"), ("❌", N, "sorry, not this time")]),
        ("✅\n\n  ❌  ", [("✅", Y, ""), ("❌", N, "")]),
        ("✅ Coming\n❌ Not me", [("✅", Y, "Coming"), ("❌", N, "Not me")]),
        ("✅ no\n❌ yes", [("✅", N, ""), ("❌", Y, "")]),
        ("🍕 other Food\n🥗 autre", [("🍕", ELSE, "Food"), ("🥗", ELSE, "")]),
        (f"{RAID} yes\n:raid: no", None),
        (":raid: yes In\n❌ no", [(RAID, Y, "In"), ("❌", N, "")]),
        ("<:renamed:4200000000000000> yes\n❌ no", [(RAID, Y, ""), ("❌", N, "")]),
    ],
)
async def test_answers_are_read_with_meaning_and_label(text: str, answers: Any) -> None:
    if answers is None:
        with pytest.raises(InvalidEmojiError):
            await read(text)
    else:
        assert await read(text) == answers


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "An event has 2 to 10 answers."),
        ("✅", "An event has 2 to 10 answers."),
        ("\n".join(f"{each} yes" for each in "🍇🍈🍉🍊🍋🍌🍍🥭🍎🍏🍐"), "An event has 2 to 10 answers."),
        ("✅ yes\n✅\ufe0f no", "Each emoji may be given only once"),
        ("🍕\n✅", "After 🍕, write what it says"),
        ("🍕 pizza\n✅", "After 🍕, write what it says"),
        ("yes ✅\nno ❌", "“yes” is no emoji that I can use"),
        (":pizza: yes\n❌", "“:pizza:” is no emoji that I can use"),
        ("<@&5> yes\n❌", "no emoji that I can use"),
    ],
)
async def test_answers_that_cannot_be_used_are_refused_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        await read(text)
    assert told in str(refused.value)


async def test_discord_is_asked_for_emoji_only_where_there_are_custom_ones() -> None:
    guild = Guild()
    await read("✅ yes\n❌ no", guild)
    assert guild.asked == 0
    await read(":raid: yes\n❌ no", guild)
    assert guild.asked == 1


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_what_a_form_is_given_is_read_back_in_every_language(language: str) -> None:
    answers = tuple(
        (emoji, AnswerChoice(meaning, label))
        for emoji, meaning, label in [
            ("✅", N, ""),
            ("🍕", ELSE, "With cheese, please"),
            ("❓", M, "yes and no"),
            (RAID, Y, "a"),
        ]
    )
    with speaking(language):
        assert await read_answers(answers_text(answers), cast(discord.Guild, Guild())) == answers


@given(st.text(max_size=200))
async def test_any_text_is_read_or_refused(text: str) -> None:
    for each in (text, f"✅ {text}\n❌ {text}"):
        try:
            await read(each)
        except UserError:
            continue


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1h, 1d", (1440, 60)), ("1h", (60,)), ("", ()), ("  ", ()), ("90s; 2 min", (2,)), ("un jour, 30m", (1440, 30))],
)
def test_times_before_a_start_are_read_longest_first(text: str, minutes: tuple[int, ...]) -> None:
    assert read_before(text) == minutes


@pytest.mark.parametrize("text", ["soon", "10s", "400d", "1h, x", "1m,2m,3m,4m,5m,6m"])
def test_times_before_a_start_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(InvalidIntervalError):
        read_before(text)


def test_age_is_whole_minutes_within_bounds() -> None:
    assert read_minutes("2h30m") == 150
    for text in ("0", "59s", "367 days", "never"):
        with pytest.raises(InvalidIntervalError):
            read_minutes(text)
