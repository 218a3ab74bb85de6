"""When the bot knew of something, from what was written to its socket."""

from reminder_bot.sandbox.record import Connection, Delivered
from tests.chaos.delivery import Delivery, Mark
from tests.chaos.facts import NEVER

FIRST = Connection("a", 10.0, is_resume=False, ended_at=20.0)
RESUMED = Connection("a", 22.0, is_resume=True, ended_at=30.0)
SECOND = Connection("b", 33.0, is_resume=False)


def delivery(*delivered: Delivered, stops: tuple[tuple[float, float], ...] = ()) -> Delivery:
    return Delivery(delivered, [FIRST, RESUMED, SECOND], stops)


def test_frame_written_to_a_living_connection_is_known_at_once() -> None:
    assert delivery(Delivered(12.1, "a", 5)).known_at(Mark(12.0, "a", 5)) == 12.1


def test_frame_written_just_before_the_cut_is_known_when_it_is_replayed() -> None:
    written = (Delivered(19.9, "a", 5), Delivered(22.1, "a", 5))
    assert delivery(*written).known_at(Mark(19.9, "a", 5)) == 22.1


def test_frame_never_written_is_known_with_the_next_new_session() -> None:
    assert delivery().known_at(Mark(21.0, "a", 5)) == 33.0


def test_frame_written_to_a_suspended_process_is_known_when_it_goes_on() -> None:
    assert delivery(Delivered(12.1, "a", 5), stops=((12.0, 15.0),)).known_at(Mark(12.0, "a", 5)) == 15.0


def test_what_no_frame_tells_after_the_last_session_is_never_known() -> None:
    assert delivery().known_at(Mark(34.0, None, 0)) == NEVER
