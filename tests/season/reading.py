"""From what the bot posted to what it said: of which events, what, to whom; in either language.

A gathered message of several events has a line for each, ``[title](link) · what``; where it only asks for answers, its
title says so and the lines just name the events. Any other is about the event that its card links to.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from reminder_bot.sandbox.record import Post
from tests.season.excuses import BEFORE, CANCELLED, DECIDE, MOVED, SILENT, STILL_SILENT, TALLY
from tests.season.facts import Item, Message

EVENT_LINK = re.compile(r"https://discord\.com/channels/(\d+)/\d+/(\d+)")
MENTION = re.compile(r"<@!?(\d+)>")
LINE = re.compile(r"\[[^\n]*?\]\(https://discord\.com/channels/\d+/\d+/(\d+)\)(?: · ([^\n]*))?")

CARDS = {
    SILENT: ("to answer.", "Pour répondre, réagi"),
    BEFORE: ("You said you are coming.", "Présence annoncée."),
    DECIDE: ("Your answer is still “maybe”.", "La réponse est encore « peut-être »."),
    MOVED: ("~~",),
    CANCELLED: ("This event does not take place.", "Cet événement n’aura pas lieu."),
    TALLY: ("Answers are closed.", "Les réponses sont closes."),
}
"""What the card of one event says, for each kind; a phrase of each language that stands in no other kind's."""

ANSWERS_WANTED = ("Answers wanted", "Réponses attendues")
"""The title of a card that asks for nothing but answers."""

LINES = {
    STILL_SILENT: ("no answer from", "pas de réponse de", "sans réponse"),
    SILENT: ("your answer is missing", "réponse attendue"),
    BEFORE: ("begins <t:", "commence <t:", "début <t:", "commence dans", "débute <t:"),
    DECIDE: ("still “maybe”", "encore « peut-être »", "toujours « peut-être »"),
    MOVED: ("now ~~", "now <t:", "~~", "its new time is not known"),
    CANCELLED: ("does not take place", "n’aura pas lieu", "n’a pas lieu", "annulé"),
}
"""What a line of a list says, for each kind, in the order in which they are looked for."""


def read(posts: Iterable[Post], made: Iterable[int]) -> list[Message]:
    """Return what the bot told people, in order; what it posted as an event itself, ``made``, is left out."""
    own = set(made)
    return [message(post) for post in posts if not post.is_repeat and post.message_id not in own]


def message(post: Post) -> Message:
    """Return one message."""
    card = post.embeds[0] if post.embeds else {}
    text = plain("\n".join([post.content, *_texts(card)]))
    links = EVENT_LINK.findall(str(card.get("url", "")) + " " + text)
    guild = int(links[0][0]) if links else None
    return Message(
        datetime.fromtimestamp(post.at, UTC),
        guild,
        post.channel_id,
        post.recipient_id,
        () if post.recipient_id is not None else post.pinged_user_ids,
        tuple(int(who) for who in MENTION.findall(post.content)),
        post.is_silent,
        tuple(_items(card)),
        text,
    )


def plain(text: str) -> str:
    """Return a text with the spaces of French made plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _texts(card: dict[str, Any]) -> Iterator[str]:
    yield from (card[name] for name in ("title", "description") if card.get(name))
    for each in card.get("fields") or ():
        yield from (each["name"], each["value"])
    yield (card.get("footer") or {}).get("text") or ""


def _items(card: dict[str, Any]) -> Iterator[Item]:
    text = plain(card.get("description") or "")
    # The card of one event has an "answer here" link: that is no line of a list.
    lines = LINE.findall(text) if EVENT_LINK.fullmatch(str(card.get("url", ""))) is None else []
    is_asking = plain(str(card.get("title", ""))).startswith(ANSWERS_WANTED)
    for event, what in lines:
        kind = SILENT if is_asking else _kind(what, LINES)
        if kind is not None:
            yield Item(int(event), kind, frozenset(int(who) for who in MENTION.findall(what)))
    link = EVENT_LINK.fullmatch(str(card.get("url", "")))
    if not lines and link is not None and (kind := _kind(text, CARDS)) is not None:
        yield Item(int(link[2]), kind)


def _kind(text: str, phrases: dict[str, tuple[str, ...]]) -> str | None:
    return next((kind for kind, ways in phrases.items() if any(way in text for way in ways)), None)
