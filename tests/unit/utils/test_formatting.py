"""Texts: cleaned, escaped, shortened without harm, mentions cut into messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.formatting import (
    clean_text,
    escape_text,
    first_line_and_rest,
    mention,
    mention_chunks,
    plural,
    truncate,
)

FAMILY = "👨‍👩‍👧‍👦"


def test_cleaning_removes_what_hides_or_turns_text() -> None:
    assert clean_text("a\u202eb\u200bc\x00d\ufeffe\u2066f") == "abcdef"


def test_cleaning_keeps_joined_emoji_and_line_breaks() -> None:
    assert clean_text(f"{FAMILY}\tx\r\ny\u2028z") == f"{FAMILY} x\ny\nz"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** _it_ `code` ~~no~~ ||spoiler||", r"\*\*bold\*\* \_it\_ \`code\` \~\~no\~\~ \|\|spoiler\|\|"),
        ("[click](x)", r"\[click\]\(x\)"),
        ("<@123> <t:1>", "\\<@\u200b123\\> \\<t:1\\>"),
        ("@everyone", "@\u200beveryone"),
        ("https://evil.example", "https:\u200b//evil.example"),
        ("\\*", r"\\\*"),
        ("# head", r"\# head"),
    ],
)
def test_escaping_takes_the_power_from_markup(text: str, expected: str) -> None:
    assert escape_text(text) == expected


@given(st.text("ab@<>[]()*_`\\|~#:/everyonhttps0123 \u200b\u202e"))
def test_escaped_text_holds_no_mention_and_no_link(text: str) -> None:
    escaped = escape_text(text)
    assert "@everyone" not in escaped
    assert "@here" not in escaped
    assert "<@1" not in escaped
    assert "://" not in escaped
    assert "](" not in escaped


def test_short_text_is_left_alone() -> None:
    assert truncate("abc", 3) == "abc"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        (f"a{FAMILY}b", 5, "a…"),
        (f"a{FAMILY}b", 8, "a…"),
        ("ae\u0301bc", 3, "a…"),
        ("a👍🏽bc", 3, "a…"),
        ("🇩🇪🇫🇷x", 4, "🇩🇪…"),
        ("🇩🇪🇫🇷xy", 5, "🇩🇪🇫🇷…"),
        (r"ab\*cd", 4, "ab…"),
        (r"ab\\cd", 5, "ab\\\\…"),
        ("abc", 1, "…"),
    ],
)
def test_long_text_is_cut_between_what_is_seen_as_characters(text: str, limit: int, expected: str) -> None:
    assert truncate(text, limit) == expected


@given(st.text("a\u0301\u200d👍🏽🇩🇪\ufe0f\\ *", max_size=30), st.integers(1, 20))
def test_shortened_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = truncate(text, limit)
    assert len(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


def test_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        truncate("a", 0)


@pytest.mark.parametrize(("count", "expected"), [(0, "0 answers"), (1, "1 answer"), (2, "2 answers")])
def test_number_takes_the_word_that_goes_with_it(count: int, expected: str) -> None:
    assert plural(count, "answer", "answers") == expected


@given(st.lists(st.integers(1, 2**63 - 1), max_size=300), st.integers(22, 400), st.integers(1, 90))
def test_chunks_hold_everybody_once_in_order_within_the_limits(
    ids: list[int], max_chars: int, max_mentions: int
) -> None:
    chunks = mention_chunks(ids, max_chars, max_mentions)
    assert [user_id for chunk in chunks for user_id in chunk] == list(dict.fromkeys(ids))
    for chunk in chunks:
        assert 0 < len(chunk) <= max_mentions
        assert len(" ".join(map(mention, chunk))) <= max_chars


def test_chunks_are_as_full_as_they_may_be() -> None:
    ids = range(100_000_000_000_000_000, 100_000_000_000_000_200)
    assert [len(chunk) for chunk in mention_chunks(ids)] == [80, 80, 40]
    width = len(mention(ids[0]))
    assert [len(chunk) for chunk in mention_chunks(ids, max_chars=10 * (width + 1) - 1)] == [10] * 20


def test_limit_that_allows_no_mention_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 5"):
        mention_chunks([123], max_chars=5)
    with pytest.raises(ValueError, match="at least one mention"):
        mention_chunks([123], max_mentions=0)


@pytest.mark.parametrize(
    ("content", "title", "description"),
    [
        ("Raid night", "Raid night", None),
        ("Raid night\nFriday\n20:00", "Raid night", "Friday\n20:00"),
        ("\n \n\u200b\n  Raid  \n\n Bring food \n", "Raid", "Bring food"),
        ("# Raid night\ntext", "Raid night", "text"),
        ("> **Raid night**", "Raid night", None),
        ("__**Raid**__", "Raid", None),
        ("**a** or **b**", "**a** or **b**", None),
        ("---\nRaid", "---", "Raid"),
        ("", "An event", None),
        (" \n\u2800\n", "An event", None),
        ("🎉", "🎉", None),
        ("Raid\n\u200b", "Raid", None),
    ],
)
def test_message_gives_title_and_description(content: str, title: str, description: str | None) -> None:
    assert first_line_and_rest(content, "An event") == (title, description)


def test_title_and_description_are_shortened() -> None:
    title, description = first_line_and_rest("t" * 300 + "\n" + "d" * 3000, "An event")
    assert (len(title), len(description or "")) == (200, 2000)


@given(st.text())
def test_any_message_has_a_visible_title_that_fits(content: str) -> None:
    title, description = first_line_and_rest(content, "An event")
    assert title.strip()
    assert len(title) <= 200
    assert "\n" not in title
    assert description is None or 0 < len(description) <= 2000
