"""Discord's limits on messages.

Source: discord.com/developers/docs/resources/message#create-message and #embed-object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reminder_bot.sandbox.component_limits import component_problems
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import ApiError, ErrorKind, FormError
from reminder_bot.sandbox.mentions import parse_allowed_mentions

MAX_CONTENT = 2000
MAX_EMBEDS = 10
MAX_EMBED_FIELDS = 25
MAX_EMBED_TOTAL = 6000
MAX_NONCE = 25

Problem = tuple[str, tuple[str, str]]


def too_long(path: str, limit: int) -> Problem:
    """Return the problem of a text over its limit."""
    return path, ("BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")


def bad_length(path: str, least: int, most: int) -> Problem:
    """Return the problem of a text or list outside its bounds."""
    return path, ("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def required(path: str) -> Problem:
    """Return the problem of a field that is not there."""
    return path, ("BASE_TYPE_REQUIRED", "This field is required")


def check_message(body: Payload, *, is_edit: bool = False) -> None:
    """Check what a message is made of.

    Raises:
        FormError: a field breaks its limit.
        ApiError: there is nothing in a new message.
    """
    problems = dict(_message_problems(body))
    if problems:
        raise FormError(problems)
    parse_allowed_mentions(body.get("allowed_mentions"))
    if not is_edit and not has_content(body):
        raise ApiError(ErrorKind.EMPTY_MESSAGE)


def has_content(body: Payload) -> bool:
    """Whether a body holds anything that can be shown."""
    text = body.get("content")
    shown = ("embeds", "components", "attachments", "sticker_ids", "poll")
    return bool(text and str(text).strip()) or any(body.get(name) for name in shown)


def _message_problems(body: Payload) -> Iterator[Problem]:
    content = body.get("content")
    if content is not None and len(str(content)) > MAX_CONTENT:
        yield too_long("content", MAX_CONTENT)
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > MAX_NONCE:
        yield too_long("nonce", MAX_NONCE)
    flags = body.get("flags")
    if flags is not None and (isinstance(flags, bool) or not str(flags).isdigit()):
        yield "flags", ("NUMBER_TYPE_COERCE", f'Value "{flags}" is not int.')
    yield from _embed_list_problems(body.get("embeds") or [])
    yield from component_problems(body.get("components") or [])


def _embed_list_problems(embeds: list[Payload]) -> Iterator[Problem]:
    if len(embeds) > MAX_EMBEDS:
        yield bad_length("embeds", 0, MAX_EMBEDS)
    for index, embed in enumerate(embeds):
        yield from _embed_problems(f"embeds.{index}", embed)
    if sum(map(embed_size, embeds)) > MAX_EMBED_TOTAL:
        sentence = f"Embed size exceeds maximum size of {MAX_EMBED_TOTAL}"
        yield "embeds", ("MAX_EMBED_SIZE_EXCEEDED", sentence)


def _embed_problems(path: str, embed: Payload) -> Iterator[Problem]:
    texts = (
        ("title", embed.get("title"), 256),
        ("description", embed.get("description"), 4096),
        ("footer.text", (embed.get("footer") or {}).get("text"), 2048),
        ("author.name", (embed.get("author") or {}).get("name"), 256),
    )
    for name, text, limit in texts:
        if text is not None and len(text) > limit:
            yield too_long(f"{path}.{name}", limit)
    url = embed.get("url")
    if url and not str(url).startswith(("http://", "https://")):
        sentence = f"Scheme \"{str(url).split(':')[0]}\" is not supported. Scheme must be one of ('http', 'https')."
        yield f"{path}.url", ("URL_TYPE_INVALID_SCHEME", sentence)
    fields = embed.get("fields") or []
    if len(fields) > MAX_EMBED_FIELDS:
        yield bad_length(f"{path}.fields", 0, MAX_EMBED_FIELDS)
    for index, field in enumerate(fields):
        yield from _field_problems(f"{path}.fields.{index}", field)


def _field_problems(path: str, field: Payload) -> Iterator[Problem]:
    for name, limit in (("name", 256), ("value", 1024)):
        text = field.get(name)
        if not text:
            yield required(f"{path}.{name}")
        elif len(text) > limit:
            yield too_long(f"{path}.{name}", limit)


def embed_size(embed: Payload) -> int:
    """Count the characters that Discord adds up over all embeds of a message."""
    texts: list[Any] = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
    ]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text) for text in texts if text)
