"""Texts for Discord: cleaned, escaped, shortened, counted."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from utils.i18n import ngettext, pgettext

TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 2000

# Controls of direction and width can make one text look like another. The joiners U+200C and U+200D stay: scripts and
# emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufff9-\ufffb\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_MARKDOWN = re.compile(r"([\\*_~`|<>\[\]()#])")
_BLOCK_MARK = re.compile(r"(?:#{1,3}|-#|>{1,3}|[-*])\s+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|~~|\|\||`{1,3})(?P<inside>.+)\1")
_ZERO_WIDTH_SPACE = "\u200b"
_JOINER = "\u200d"


def clean_text(text: str) -> str:
    """Remove control characters and those that hide or turn text round; line breaks become newlines, tabs spaces."""
    text = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    return _INVISIBLE.sub("", _CONTROL.sub("", text))


def escape_text(text: str) -> str:
    """Clean a text and escape all that Discord would render, so that it can neither ping nor link nor change the look.

    Shorten before, not after: an escape can make a text twice as long.
    """
    escaped = _MARKDOWN.sub(r"\\\1", clean_text(text))
    escaped = escaped.replace("@", "@" + _ZERO_WIDTH_SPACE)
    # Discord turns bare addresses into links; a backslash before the colon is not enough there.
    return escaped.replace("://", ":" + _ZERO_WIDTH_SPACE + "//")


def one_line(text: str, limit: int, *others: str) -> str:
    """Clean a text and put it on one line of at most ``limit`` characters; not escaped.

    Of the text and the ``others`` it is the first with something to see, so that no link or option is left without
    any; empty when there is none.
    """
    lines = (clean_text(each).replace("\n", " ").strip() for each in (text, *others))
    return truncate(next(filter(_has_visible, lines), ""), limit)


def truncate(text: str, limit: int) -> str:
    """Shorten a text to at most ``limit`` characters, the last one then an ellipsis; no emoji or accent is cut in two.

    Raises:
        ValueError: ``limit`` is less than one.
    """
    if limit < 1:
        raise ValueError("the limit is at least one character")
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and _is_inside_grapheme(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def plural(count: int, one: str, many: str) -> str:
    """Return the number with the word that goes with it: ``1 answer``, ``2 answers``.

    Both words are English, and marked by standing here; the result is in the language in force.
    """
    return f"{number(count)} {ngettext(one, many, count)}"


def number(value: float, digits: int = 0) -> str:
    """Write a number as the language in force does, with so many digits behind the decimal mark: ``1,950``, ``0.5``."""
    marks = {ord(","): pgettext("thousands", ","), ord("."): pgettext("decimal", ".")}
    return f"{value:,.{digits}f}".translate(marks)


def listing(items: Sequence[str]) -> str:
    """Write a list as the language in force does: ``a, b and c``; empty for nothing."""
    *before, last = items or ("",)
    if not before:
        return last
    start = before[0]
    for item in before[1:]:
        start = pgettext("list", "{before}, {next}").format(before=start, next=item)
    return pgettext("list", "{before} and {last}").format(before=start, last=last)


def mention_chunks(user_ids: Iterable[int], max_chars: int = 1900, max_mentions: int = 80) -> list[tuple[int, ...]]:
    """Cut users into groups whose mentions, joined by spaces, fit into one message each; order kept, repeats dropped.

    The default leaves room for a line of text in Discord's 2,000 characters.

    Raises:
        ValueError: a limit does not even allow one mention.
    """
    if max_mentions < 1:
        raise ValueError("a message holds at least one mention")
    chunks: list[tuple[int, ...]] = []
    chunk: list[int] = []
    size = 0
    for user_id in dict.fromkeys(user_ids):
        width = len(mention(user_id))
        if width > max_chars:
            raise ValueError(f"the mention of {user_id} is longer than {max_chars} characters")
        if chunk and (len(chunk) == max_mentions or size + 1 + width > max_chars):
            chunks.append(tuple(chunk))
            chunk, size = [], 0
        size += width + (1 if chunk else 0)
        chunk.append(user_id)
    if chunk:
        chunks.append(tuple(chunk))
    return chunks


def mention(user_id: int) -> str:
    """Write the mention of a user."""
    return f"<@{user_id}>"


def first_line_and_rest(content: str, fallback: str) -> tuple[str, str | None]:
    """Split a message into an event's title (at most 200 characters) and description (at most 2,000, or None).

    The title is the first line with something to see on it, without the heading, quote or emphasis marks around it.
    A message without any text has the title ``fallback``, put on one line. Neither is escaped.
    """
    lines = clean_text(content).split("\n")
    for index, line in enumerate(lines):
        title = _without_marks(line.strip())
        if _has_visible(title):
            rest = "\n".join(lines[index + 1 :]).strip()
            return truncate(title, TITLE_LIMIT), truncate(rest, DESCRIPTION_LIMIT) if _has_visible(rest) else None
    return one_line(fallback, TITLE_LIMIT), None


def _without_marks(line: str) -> str:
    line = _BLOCK_MARK.sub("", line, count=1) if _BLOCK_MARK.match(line) else line
    while (match := _EMPHASIS.fullmatch(line)) and match[1] not in match["inside"]:
        line = match["inside"].strip()
    return line


def _has_visible(text: str) -> bool:
    return any(unicodedata.category(char)[0] in "LNPS" and char != "\u2800" for char in text)


def _is_inside_grapheme(text: str, index: int) -> bool:
    """Tell whether a cut before ``index`` would part what is seen as one character, or a backslash from its mark."""
    char, before = text[index], text[index - 1]
    if before == _JOINER or _extends(char):
        return True
    if _is_flag_letter(char) and _is_flag_letter(before):
        return _run_before(text, index, _is_flag_letter) % 2 == 1
    return before == "\\" and _run_before(text, index, "\\".__eq__) % 2 == 1


def _extends(char: str) -> bool:
    is_skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    is_tag = "\U000e0020" <= char <= "\U000e007f"
    return is_skin_tone or is_tag or char == _JOINER or unicodedata.category(char) in ("Mn", "Mc", "Me")


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _run_before(text: str, index: int, belongs: Callable[[str], bool]) -> int:
    start = index
    while start > 0 and belongs(text[start - 1]):
        start -= 1
    return index - start
