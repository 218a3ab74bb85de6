"""Message links: every form people paste, and sentences for the rest."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.errors import InvalidLinkError
from utils.links import LARGEST_SNOWFLAKE, MessageLink, parse_message_link

snowflakes = st.integers(1, LARGEST_SNOWFLAKE)


@given(
    snowflakes,
    snowflakes,
    snowflakes,
    st.sampled_from(["https://", "http://", ""]),
    st.sampled_from(
        ["discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com", "www.discord.com", "Discord.com"]
    ),
    st.sampled_from(["", "/", "?x", "?jump=1&a=b", "#top"]),
)
def test_links_are_read_whatever_their_dress(g: int, c: int, m: int, scheme: str, host: str, tail: str) -> None:
    link = f"{scheme}{host}/channels/{g}/{c}/{m}{tail}"
    assert parse_message_link(link) == MessageLink(g, c, m)
    assert parse_message_link(f" <{link}> ") == MessageLink(g, c, m)


@given(snowflakes)
def test_bare_id_is_a_message(message_id: int) -> None:
    assert parse_message_link(f" {message_id} ") == MessageLink(None, None, message_id)


@given(snowflakes, snowflakes)
def test_copied_pair_is_channel_and_message(channel_id: int, message_id: int) -> None:
    assert parse_message_link(f"{channel_id}-{message_id}") == MessageLink(None, channel_id, message_id)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("https://discord.com/channels/@me/2/3", "direct message"),
        ("https://discord.com/channels/1/2", "points to a channel"),
        ("https://discord.com/channels/1", "not complete"),
        ("https://discord.com/channels/1/2/3/4", "not complete"),
        ("https://discord.com/channels/1/2/x", "no Discord id"),
        ("https://discord.com/channels/1/2/0", "no Discord id"),
        (f"https://discord.com/channels/1/2/{LARGEST_SNOWFLAKE + 1}", "no Discord id"),
        ("0", "no Discord id"),
        ("99999999999999999999", "no Discord id"),
        ("", "no link to a message"),
        ("hello", "no link to a message"),
        ("١٢٣", "no link to a message"),
        ("-5", "no link to a message"),
        ("https://discord.com.evil.example/channels/1/2/3", "no link to a message"),
        ("https://evil.example/discord.com/channels/1/2/3", "no link to a message"),
        ("https://notdiscord.com/channels/1/2/3", "no link to a message"),
        ("https://discord.com/channels/1/2/3 and more", "no link to a message"),
    ],
)
def test_what_is_no_message_link_is_refused_with_its_own_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidLinkError, match=sentence):
        parse_message_link(text)


@given(st.text(max_size=60))
def test_any_text_is_a_link_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidLinkError):
        assert 0 < parse_message_link(text).message_id <= LARGEST_SNOWFLAKE
