"""Emoji: recognised by shape, compared by key."""

import pytest

from utils.emoji import emoji_key, emoji_matcher, is_emoji, parse_emoji_list
from utils.errors import InvalidEmojiError

TWENTY = "😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓"


ONE_EMOJI = (
    *("✅", "❌", "❓", "❤️", "❤", "👍🏽", "Ⓜ️", "🫡", "🪿", "☑️", "🅰️", "1️⃣", "#⃣", "🇩🇪", "🇦"),
    *("👨‍👩‍👧‍👦", "👩🏻‍❤️‍💋‍👨🏼", "🏳️‍🌈", "🏴‍☠️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    *("<:yes:123456789012345678>", "<a:party_blob:1>"),
)
NO_EMOJI = (
    *("", "a", "1", "#", "é", "→", ":white_check_mark:", "✅✅", "✅ ", " ✅", "✅a"),
    *("🇩🇪🇫🇷", "👍\u200d", "\u200d", "\ufe0f", "🏽👍"),
    *("<:yes>", "<:yes:>", "<:y s:1>", "<:yes:12345678901234567890>", "<b:yes:1>", "<@1>", ":yes:1", "<:yes:1><:no:2>"),
)


@pytest.mark.parametrize("text", ONE_EMOJI)
def test_one_emoji_is_an_emoji(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize("text", NO_EMOJI)
def test_anything_else_is_no_emoji(text: str) -> None:
    assert not is_emoji(text)


def test_key_ignores_the_variation_selector() -> None:
    assert emoji_key("❤️") == emoji_key("❤") == "❤"
    assert emoji_key("1️⃣") == emoji_key("1⃣")


def test_key_of_a_custom_emoji_is_its_id_whatever_its_name() -> None:
    assert emoji_key("<:yes:123>") == emoji_key("<a:renamed:123>") == "id:123"


def test_key_keeps_apart_what_differs() -> None:
    assert len({emoji_key(each) for each in ("👍", "👍🏽", "👎", "<:x:1>", "<:x:2>")}) == 5


@pytest.mark.parametrize("text", ["✅,❌,❓", " ✅ , ❌ ,❓ ", "✅ ❌ ❓", "✅,❌,,❓,"])
def test_list_is_read_in_order(text: str) -> None:
    assert parse_emoji_list(text) == ("✅", "❌", "❓")


def test_list_holds_at_most_twenty() -> None:
    assert len(parse_emoji_list(",".join(TWENTY))) == 20
    with pytest.raises(InvalidEmojiError, match="at most 20"):
        parse_emoji_list(",".join(TWENTY + "✅"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "At least one"),
        (" , ", "At least one"),
        ("✅,no", "“no” is not one emoji"),
        ("✅❌", "is not one emoji"),
        ("✅,✅", "only once"),
        ("❤,❤️", "only once"),
        ("<:a:1>,<:b:1>", "only once"),
    ],
)
def test_bad_list_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidEmojiError, match=sentence):
        parse_emoji_list(text)


def test_matcher_leads_every_spelling_to_the_required_one() -> None:
    matcher = emoji_matcher(["❤️", "<:yes:123>"])
    assert list(matcher.values()) == ["❤️", "<:yes:123>"]
    assert matcher[emoji_key("❤")] == "❤️"
    assert matcher[emoji_key("<:old_name:123>")] == "<:yes:123>"
    assert emoji_key("✅") not in matcher
