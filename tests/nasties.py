"""Texts that people write to harm a bot, and what Discord would make of a text; not judged by the bot's own code."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_MESSAGE = 4000
LARGEST = 2**63

NASTIES = {
    "everyone": "@everyone @here come",
    "mentions": "<@1> <@!2> <@&3> <#4> </watch:5> <id:customize> <t:0:R>",
    "split mention": "@\u200beveryone <\u200b@1> <@\u200b1> @\u202eeveryone",
    "link": "https://evil.example/?a=b [click](https://evil.example) <https://evil.example>",
    "link breaker": "a](https://evil.example) [b",
    "link breaker 2": "]( [[x]](y) \\](https://evil.example)",
    "angles": "](<https://evil.example> \"title\")",
    "emphasis": "**bold** __under__ ~~gone~~ ||spoiler|| `code` ```block",
    "blocks": "# head",
    "quote": ">>> quote",
    "backslash": "\\",
    "backslashes": "\\" * 255,
    "zero width": "Raid\u200b\u200c\u200d\u2060\ufeff night",
    "direction": "Raid \u202egnp.exe\u202c \u2066x\u2069 \u200f\u200e\u061c night",
    "only invisible": "\u200b\u200e\u2060\ufeff\u3164\u115f",
    "only joiners": "\u200c\u200d\u034f",
    "blank braille": "\u2800\u2800",
    "spaces": " \u00a0\u2003 ",
    "controls": "a\x00\x07\x1b[31mb\r\nsecond\x85third\u2028fourth",
    "zalgo": "Z" + "\u0301" * 3000,
    "long": "x" * LONGEST_MESSAGE,
    "long markup": "*_`|[" * 800,
    "long ats": "@" * LONGEST_MESSAGE,
    "long addresses": "://" * 1333,
    "long emoji": "👩‍👩‍👧‍👦" * 300,
    "flags": "🇩" * 999,
    "sql": "'; DROP TABLE event; --",
    "sql wildcard": "%_%' OR '1'='1",
    "format": "{0.__class__} {name} {when!r:>9999} {} {{",
    "percent": "%s %(x)s %d %n %%",
    "template": "$(id) `id` ${HOME} {{7*7}}",
    "path": "../../etc/passwd",
    "windows path": "C:\\..\\con",
    "file address": "file:///etc/passwd",
    "json": '", "content": "@everyone',
    "zero": "0",
    "minus one": "-1",
    "two to the 63": str(LARGEST),
    "largest id": str(LARGEST - 1),
    "two to the 64": str(2**64),
    "digits": "9" * 4000,
    "other digits": "\u0661\u0662\u0663 \u00b2\u00b3 \uff11\uff12",
    "infinity": "inf nan 1e308 -0",
    "link of zeros": "https://discord.com/channels/0/0/0",
    "link of minus ones": "https://discord.com/channels/-1/-1/-1",
    "link beyond": f"https://discord.com/channels/{LARGEST}/{LARGEST}/{LARGEST}",
    "link to messages": "https://discord.com/channels/@me/1/1",
    "link of markup": "https://discord.com/channels/**a**/<@1>/@everyone",
}  # fmt: skip

_PING = re.compile(r"@everyone|@here|<@[!&]?[0-9]+>")
_MARKUP = frozenset("*_~`|<>[]()#")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def pings(text: str) -> list[str]:
    """Return what would ping in a message's text; a backslash before a mention does not stop Discord."""
    return _PING.findall(text)


def unescaped(text: str) -> Iterator[str]:
    """Yield the characters that no backslash stands before, as Discord reads them."""
    characters = iter(text)
    for char in characters:
        if char == "\\":
            # Before a letter, a digit or a space a backslash is only a backslash.
            following = next(characters, "")
            if following.isalnum() or following.isspace() or not following:
                yield "\\"
                yield following
            continue
        yield char


def assert_plain(text: str) -> None:
    """Fail when Discord would show a text of people's as anything but text: ping, link, markup, turned round."""
    assert pings(text) == []
    assert "://" not in text, "an address that Discord would link"
    assert not _MARKUP & set(unescaped(text)), "markup"
    assert "\\" not in list(unescaped(text)), "a backslash that would escape what follows"
    assert_bare(text)


def assert_bare(text: str) -> None:
    """Fail when a text shows nothing, breaks the line, or turns what stands after it round."""
    assert is_visible(text)
    assert not _TURNING & set(text), "it turns text round"
    assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")], "controls"


def is_visible(text: str) -> bool:
    """Whether there is something to see and to click on."""
    blank = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
    return any(unicodedata.category(char)[0] in "LNPS" and char not in blank for char in text)


def masked_link(text: str) -> tuple[str, str, str]:
    """Return the label, the address and the rest of a text that begins with a link, as Discord reads it.

    A label ends at the first bracket that nothing escapes.
    """
    assert text.startswith("["), text
    end = 1
    while text[end] != "]":
        assert text[end] != "[", "a link within the link"
        end += 2 if text[end] == "\\" else 1
    found = re.match(r"\]\(([^)\s]*)\)", text[end:])
    assert found is not None, f"the link is broken: {text}"
    return text[1:end], found[1], text[end + found.end() :]
