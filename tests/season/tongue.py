"""In which language a message is: that of its guild, whoever reads it."""

import re
from collections.abc import Iterator

from tests.season.facts import Finding, Message, Story, Topic

WORD = re.compile(r"[^\W\d_]+")
ENGLISH = frozenset(
    WORD.findall(
        "your answer answers missing the begins begin people person next reminder answered due and with react wanted "
        "please decide another time cancelled news several events this event does not take place from server coming "
        "are nobody was still now said you closed how they stand did late no"
    )
)
FRENCH = frozenset(
    WORD.findall(
        "réponse réponses attendue attendues prochain rappel sans avec prévu personne personnes pour répondre "
        "réagir commence bientôt merci trancher nouvel horaire annulé cet événement événements lieu présence annoncée "
        "modifier encore début présents serveur retard était jusqu au closes voici nouvelles aucun"
    )
)
NO_WORDS = re.compile(r"https?://[^\s)]+|<[^>\s]+>|`[^`]*`")
FEWEST = 2
"""So many words of a language there are at least in each message."""


def spoken(story: Story, messages: list[Message]) -> Iterator[Finding]:
    """Yield the messages that have words of another language, or none of their own."""
    names = [*(event.title for event in story.events.values()), *(guild.name for guild in story.guilds.values())]
    for message in messages:
        if message.guild is None:
            continue
        wanted = {story.value(at, Topic.LANGUAGE, message.guild) for at in story.around(message.at)}
        words = _words(message.text, names)
        right = {"en": (ENGLISH, FRENCH), "fr": (FRENCH, ENGLISH)}
        if not any(len(words & right[each][0]) >= FEWEST and not words & right[each][1] for each in wanted):
            foreign = {each: sorted(words & right[each][1]) for each in wanted}
            yield Finding(
                "wrong language", f"at {message.at:%a %d %b %H:%M:%S} UTC: {foreign} in {message.text[:160]!r}"
            )


def _words(text: str, names: list[str]) -> set[str]:
    for name in names:
        text = text.replace(name, " ")
    return {word.casefold() for word in WORD.findall(NO_WORDS.sub(" ", text))}
