"""An event's whole life on a stepped clock, through a real bot process, each ping held against the written rules.

That the oracle would see a broken rule is shown here by messages that were tampered with, and in
tests/proof/test_event_mutants.py by bots with one rule broken.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.integration.event_oracle import Message, expected, judge
from tests.integration.event_scenario import TITLE, messages, open_scenario, play


async def test_event_moved_twice_across_a_change_of_the_clocks_pings_whom_the_rules_say(tmp_path: Path) -> None:
    async with open_scenario(tmp_path) as scenario:
        await play(scenario)
        card, *posts = scenario.scene.sandbox.record.posts
        wrong = judge(scenario.story, messages(posts))
        assert wrong == [], "\n".join(wrong)
        assert [due.kind for due in expected(scenario.story)] == [
            *("silent", "silent", "moved", "silent", "silent", "decide", "before", "silent"),
            *("silent", "moved", "decide", "before", "silent", "silent", "before", "tally"),
        ]
        assert (card.message_id, card.pinged_user_ids) == (scenario.event_id, ())
        (shown,) = scenario.scene.sandbox.world.message(scenario.event_id).embeds
        # In seconds since 1970: 20:00 and 12:00 in Paris on that Monday, by its summer time.
        times = [field["value"][: len("<t:1932746400")] for field in shown["fields"][:2]]
        assert (shown["title"], times) == (TITLE, ["<t:1932746400", "<t:1932717600"])
        for what, tampered in _tampered(messages(posts)):
            assert judge(scenario.story, tampered), what


def _tampered(true: list[Message]) -> Iterator[tuple[str, list[Message]]]:
    """Yield what was posted with one thing in it changed, for each message and each thing."""
    for place, message in enumerate(true):
        before, after = true[:place], true[place + 1 :]
        yield "left out", [*before, *after]
        yield "sent twice", [*before, message, message, *after]
        for name, one in _changed(message):
            yield name, [*before, one, *after]


def _changed(message: Message) -> Iterator[tuple[str, Message]]:
    hour = timedelta(hours=1)
    yield "an hour off", replace(message, at=message.at + hour, due=message.due + hour)
    yield "an hour late", replace(message, at=message.at + hour)
    yield "one more is pinged", replace(message, pinged=(*message.pinged, 1))
    yield "says something else", replace(message, content=f"{message.content} <@1>")
    if message.pinged:
        yield "one is named only", replace(message, pinged=message.pinged[1:])
    yield "in English", replace(message, text="React to the message with your answer.")
    yield "counted wrongly", replace(message, fields=(("Réponses", "✅ 9 · ❌ 9 · ❓ 9"), *message.fields[1:]))
    yield "without its counts", replace(message, fields=())
