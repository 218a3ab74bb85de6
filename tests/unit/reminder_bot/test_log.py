"""The log: form, redaction, and that stopping it loses nothing."""

import io
import json
import logging
import threading
from collections.abc import Iterator

import pytest

from reminder_bot.log import configure_logging

SECRET = "MTk4.Cl2FMQ.secret"


@pytest.fixture(autouse=True)
def levels_as_before() -> Iterator[None]:
    before = (logging.getLogger().level, logging.getLogger("discord").level, list(logging.getLogger().handlers))
    yield
    assert (logging.getLogger().level, logging.getLogger("discord").level, logging.getLogger().handlers) == before


def fail_with(text: str) -> None:
    raise RuntimeError(text)


def test_text_line_has_time_level_logger_and_message() -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "text", stream=stream)
    logging.getLogger("reminder_bot.bot").info("connected guilds=%d", 3)
    handle.stop()
    time, rest = stream.getvalue().split("Z ", 1)
    assert len(time) == len("2026-03-04 20:00:00.000")
    assert rest == "INFO reminder_bot.bot: connected guilds=3\n"


def test_json_line_is_one_object_with_the_traceback_inside() -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "json", stream=stream)
    try:
        fail_with("broken\nin two")
    except RuntimeError:
        logging.getLogger("reminder_bot.bot").exception("über\nall")
    handle.stop()
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert entry.pop("exc").endswith("RuntimeError: broken\nin two")
    assert entry.pop("time").endswith("Z")
    assert entry == {"level": "ERROR", "logger": "reminder_bot.bot", "message": "über\nall"}


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_secret_never_appears_in_messages_arguments_or_tracebacks(log_format: str) -> None:
    stream = io.StringIO()
    handle = configure_logging("DEBUG", "json" if log_format == "json" else "text", secrets=[SECRET, ""], stream=stream)
    logging.getLogger("discord.http").warning("header %s", {"Authorization": f"Bot {SECRET}"})
    logging.getLogger("reminder_bot").info(SECRET, stack_info=True)
    try:
        fail_with(SECRET)
    except RuntimeError:
        logging.getLogger("reminder_bot").exception("failed")
    handle.stop()
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count("***") >= 3


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_lost_connection_is_one_line_with_its_cause(log_format: str) -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "json" if log_format == "json" else "text", secrets=[SECRET], stream=stream)
    try:
        fail_with(f"gateway said\n{SECRET} {'x ' * 500}")
    except RuntimeError:
        logging.getLogger("discord.client").exception("Attempting a reconnect in %.2fs", 1.5)
    handle.stop()
    (line,) = stream.getvalue().splitlines()
    assert "Attempting a reconnect in 1.50s (RuntimeError: gateway said *** x" in line
    assert "Traceback" not in line
    assert len(line) < 400


def test_other_failures_of_the_client_keep_their_traceback() -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "text", stream=stream)
    try:
        fail_with("broken")
    except RuntimeError:
        logging.getLogger("discord.client").exception("Ignoring exception in %s", "on_ready")
    handle.stop()
    assert "Traceback" in stream.getvalue()


def test_line_break_in_a_message_makes_no_second_record() -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "text", stream=stream)
    logging.getLogger("reminder_bot").info("name=%s", "x\r\n2026 ERROR fake")
    handle.stop()
    assert stream.getvalue().count("\n") == 1


def test_libraries_that_would_log_message_texts_stay_at_info() -> None:
    stream = io.StringIO()
    handle = configure_logging("DEBUG", "text", stream=stream)
    logging.getLogger("discord.gateway").debug("payload")
    logging.getLogger("apscheduler.executors").info("job ran")
    logging.getLogger("reminder_bot").debug("kept")
    handle.stop()
    assert stream.getvalue().endswith("DEBUG reminder_bot: kept\n")
    assert stream.getvalue().count("\n") == 1


def test_higher_level_holds_for_libraries_too() -> None:
    stream = io.StringIO()
    handle = configure_logging("ERROR", "text", stream=stream)
    logging.getLogger("discord").warning("hidden")
    logging.getLogger("apscheduler").warning("hidden")
    handle.stop()
    assert stream.getvalue() == ""


def test_stop_writes_everything_and_may_be_called_twice() -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "text", stream=stream)
    for number in range(1000):
        logging.getLogger("reminder_bot").info("%d", number)
    handle.stop()
    handle.stop()
    assert [line.rsplit(" ", 1)[1] for line in stream.getvalue().splitlines()] == [str(n) for n in range(1000)]


def test_arguments_are_rendered_as_they_were_when_logged() -> None:
    stream = io.StringIO()
    handle = configure_logging("INFO", "text", stream=stream)
    names = ["a"]
    logging.getLogger("reminder_bot").info("names=%s", names)
    names.append("b")
    handle.stop()
    assert stream.getvalue().endswith("names=['a']\n")


def test_a_stream_that_blocks_does_not_block_the_caller() -> None:
    release = threading.Event()

    class Stuck(io.StringIO):
        def write(self, text: str) -> int:
            assert release.wait(10)
            return super().write(text)

    stream = Stuck()
    handle = configure_logging("INFO", "text", stream=stream)
    logging.getLogger("reminder_bot").info("first")
    logging.getLogger("reminder_bot").info("second")
    assert stream.getvalue() == ""
    release.set()
    handle.stop()
    assert stream.getvalue().count("\n") == 2
