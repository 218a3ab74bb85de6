"""What people type to say whom an event asks, against discord.py's own guild."""

import asyncio
import re
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.event_options import NOBODY, AudienceRule
from reminder_bot.bot import ReminderBot
from reminder_bot.interactions import audience_option
from reminder_bot.interactions.audience_option import MOST_NAMED, read_audience
from reminder_bot.pace import RequestBudget
from tests.unit.reminder_bot.test_member_roster import BOT
from tests.unit.reminder_bot.test_member_roster import guild as guild_data
from tests.unit.reminder_bot.test_member_roster import member as member_data
from utils.audience_text import audience_text
from utils.errors import UserError
from utils.i18n import speaking

RAIDERS, BENCH, LEADERS, TWIN, DASHED, ALL = (10**17 + number for number in range(1, 7))
ANNA, BEN, ZOE, NAMESAKE, TROLL, TWINNED = (2 * 10**17 + number for number in range(1, 7))
ROLES = {
    RAIDERS: "Raiders", BENCH: "Bench", LEADERS: "Raid Leaders", TWIN: "Anna B", DASHED: "K - 9", ALL: "All",
}  # fmt: skip
NICKS = {ANNA: "Anna", BEN: "Ben", ZOE: "Zoë Müller", NAMESAKE: "Ben", TROLL: "except", TWINNED: "Anna B"}


def guild() -> discord.Guild:
    members = [member_data(BOT), *(member_data(user_id) | {"nick": nick} for user_id, nick in NICKS.items())]
    data: Any = guild_data(members, len(members))
    plain = data["roles"][0]
    data["roles"] += [plain | {"id": str(role_id), "name": name, "permissions": "0"} for role_id, name in ROLES.items()]
    state: Any = vars(ReminderBot("http://127.0.0.1:1", RequestBudget()))["_connection"]
    return discord.Guild(data=data, state=state)


@pytest.fixture
async def server() -> discord.Guild:
    return guild()


RAID_NOT_BENCH = AudienceRule(roles=(RAIDERS,), excluded_roles=(BENCH,))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"<@&{RAIDERS}> <@{ANNA}> -<@&{BENCH}>", AudienceRule((RAIDERS,), (ANNA,), (BENCH,))),
        (f"<@&{RAIDERS}>,<@!{ANNA}>;- <@&{BENCH}>", AudienceRule((RAIDERS,), (ANNA,), (BENCH,))),
        (f"<@&{RAIDERS}><@{ANNA}>", AudienceRule((RAIDERS,), (ANNA,))),
        (f"-<@&{BENCH}> <@&{RAIDERS}>", RAID_NOT_BENCH),
        (f"<@&{RAIDERS}> except <@&{BENCH}> and <@{ANNA}>", AudienceRule((RAIDERS,), (), (BENCH,), (ANNA,))),
        ("@Raiders sauf @Bench", RAID_NOT_BENCH),
        ("raiders EXCEPT bench", RAID_NOT_BENCH),
        ("Raiders −Bench", RAID_NOT_BENCH),
        ("les Raiders, mais pas Bench", RAID_NOT_BENCH),
        ("Raid Leaders and Anna", AudienceRule((LEADERS,), (ANNA,))),
        ("Anna, raid leaders & zoe muller", AudienceRule((LEADERS,), (ANNA, ZOE))),
        ("K - 9", AudienceRule((DASHED,))),
        (f"u{ANNA}", AudienceRule((), (ANNA,))),
        ("@except", AudienceRule((), (TROLL,))),
        ("@All", AudienceRule((ALL,))),
        ("everyone", AudienceRule()),
        ("@everyone", AudienceRule()),
        ("Tout le monde", AudienceRule()),
        ("tous sauf Bench", AudienceRule(excluded_roles=(BENCH,))),
        ("-Bench -Anna", AudienceRule((), (), (BENCH,), (ANNA,))),
        ("everybody and Raiders", AudienceRule()),
    ],
)
async def test_what_is_typed_is_read(server: discord.Guild, text: str, rule: AudienceRule) -> None:
    assert await read_audience(text, server) == rule


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least one role or member"),
        (" , ", "at least one role or member"),
        ("except", "at least one role or member"),
        ("Raider", "no role and no member “Raider”"),
        ("Raiders Bnech", "no role and no member “Bnech”"),
        ("Raiders\\*", "no role and no member"),
        ("Ben", "Several roles or members are called “ben”"),
        ("Anna B", "Several roles or members are called “anna b”"),
        (f"<@&{10**17 + 99}>", f"<@&{10**17 + 99}> is no role or member of this server"),
        (f"<@{RAIDERS}>", "is no role or member of this server"),
        (f"u{BOT}", f"<@{BOT}> is a bot"),
        ("Raiders -Raiders", f"<@&{RAIDERS}> is both asked and left out"),
        ("Anna except Anna", f"<@{ANNA}> is both asked and left out"),
        ("-everyone", "Everybody cannot be left out"),
        ("Raiders except tout le monde", "Everybody cannot be left out"),
    ],
)
async def test_what_is_not_understood_is_named(server: discord.Guild, text: str, said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        await read_audience(text, server)


async def test_too_many_are_refused(server: discord.Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_option, "MOST_NAMED", 2)
    with pytest.raises(UserError, match="more than 2"):
        await read_audience("Raiders Bench Anna", server)


@settings(max_examples=150)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*ROLES.values(), *NICKS.values(), "-", ",", "@", "<@", "sauf"])).map(" ".join)
)
def test_anything_typed_is_a_rule_or_a_sentence(text: str) -> None:
    async def read() -> None:
        try:
            rule = await read_audience(text, guild())
        except UserError as error:
            assert len(str(error)) < 300
        else:
            assert AudienceRule.from_json(rule.to_json()) == rule

    asyncio.run(read())


ids = st.lists(st.sampled_from([*ROLES, *NICKS]), max_size=3, unique=True).map(lambda found: tuple(sorted(found)))


@pytest.mark.parametrize(
    ("rule", "english", "french"),
    [
        (AudienceRule(), "everybody who sees the channel", "tous ceux qui voient le salon"),
        (AudienceRule((1, 2), (), (3,)), "<@&1> and <@&2>, without <@&3>", "<@&1> et <@&2>, sans <@&3>"),
        (AudienceRule((), (4,)), "<@4>", "<@4>"),
        (AudienceRule((), (NOBODY,)), "nobody", "personne"),
        (
            AudienceRule((), (), (), (5,)),
            "everybody who sees the channel, without <@5>",
            "tous ceux qui voient le salon, sans <@5>",
        ),
    ],
)
def test_rule_in_words(rule: AudienceRule, english: str, french: str) -> None:
    assert audience_text(rule) == english
    with speaking("fr"):
        assert audience_text(rule) == french


async def test_words_are_read_back_as_the_rule_they_say(server: discord.Guild) -> None:
    rule = AudienceRule((RAIDERS, LEADERS), (ANNA,), (BENCH,), (ZOE,))
    for language in ("en", "fr"):
        with speaking(language):
            assert await read_audience(audience_text(rule), server) == rule


def test_words_of_the_longest_rule_fit_a_field() -> None:
    many = tuple(range(10**19, 10**19 + MOST_NAMED))
    assert len(audience_text(AudienceRule(roles=many))) <= 1024
