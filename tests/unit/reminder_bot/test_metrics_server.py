"""The two pages over HTTP; a port that is taken keeps nobody from being reminded."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from reminder_bot import metrics_server
from reminder_bot.health_check import HealthCheck
from reminder_bot.health_request import HealthAnswer, ask_health
from reminder_bot.metrics_server import MetricsServer
from reminder_bot.pulse import Pulse
from reminder_bot.setting_values import Address
from tests.unit.reminder_bot.conftest import House
from tests.unit.reminder_bot.test_metrics import metrics_of


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
async def server(house: House, taken: socket.socket) -> AsyncIterator[MetricsServer]:
    """A server that wants the taken port."""
    check = HealthCheck(
        pulse=Pulse(lambda: house.manager.session.is_online), handle=house.handle, writer=house.writer,
        reader=house.reader,
    )  # fmt: skip
    server = MetricsServer(Address("127.0.0.1", taken.getsockname()[1]), metrics_of(house), check)
    yield server
    await server.close()


async def get(address: Address, page: str) -> tuple[int, str, str]:
    """Return status, type and body of a page."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"GET {page} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    kind = next((line[14:] for line in head.splitlines() if line.lower().startswith("content-type: ")), "")
    return int(head.split()[1]), kind, body


async def served(server: MetricsServer) -> Address:
    """Wait until the server has its port, and return it."""
    async with asyncio.timeout(5):
        while True:
            try:
                await get(server._address, "/")
            except OSError:
                await asyncio.sleep(0.01)
            else:
                return server._address


async def test_health_and_metrics_are_served_and_nothing_else(
    house: House, server: MetricsServer, taken: socket.socket
) -> None:
    taken.close()
    server.start()
    address = await served(server)
    status, kind, body = await get(address, "/healthz")
    assert (status, kind) == (200, "application/json; charset=utf-8")
    assert json.loads(body) == {"status": "ok", "problems": [], "offline_seconds": 0.0, "version": "0.1.0"}
    assert await asyncio.to_thread(ask_health, address) == HealthAnswer(is_well=True, text="ok")
    status, kind, body = await get(address, "/metrics")
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "reminder_bot_gateway_up 1.0" in body
    assert (await get(address, "/"))[0] == 404
    house.manager.session.lost()
    status, _kind, body = await get(address, "/healthz")
    assert (status, json.loads(body)["status"]) == (503, "failing")
    answer = await asyncio.to_thread(ask_health, address)
    assert answer == HealthAnswer(is_well=False, text="Discord has not been reached yet.")


async def test_taken_port_is_an_error_once_and_is_served_when_it_is_free(
    server: MetricsServer,
    taken: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(metrics_server, "RETRY_SECONDS", 0.02)
    server.start()
    await asyncio.sleep(0.1)
    (error,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    port = taken.getsockname()[1]
    expected = f"metrics not served, trying again: METRICS_ADDRESS=127.0.0.1:{port}: address already in use"
    assert error.getMessage() == expected
    taken.close()
    assert (await get(await served(server), "/healthz"))[0] == 200


async def test_what_a_client_sends_wrong_is_refused_and_not_logged_as_a_fault(
    server: MetricsServer, taken: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    taken.close()
    server.start()
    address = await served(server)
    assert (await get(address, "/" + "a" * 100_000))[0] == 400
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_fault_of_ours_is_logged(
    server: MetricsServer, taken: socket.socket, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(server._metrics, "render", fail)
    taken.close()
    server.start()
    assert (await get(await served(server), "/metrics"))[0] == 500
    assert [record.exc_info is not None for record in caplog.records if record.levelno >= logging.ERROR] == [True]


async def test_close_while_the_port_is_still_taken_ends_the_waiting(server: MetricsServer) -> None:
    server.start()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        await server.close()


def test_nobody_there_is_told_in_one_line(taken: socket.socket) -> None:
    address = Address("0.0.0.0", taken.getsockname()[1])
    taken.close()
    answer = ask_health(address)
    assert not answer.is_well
    assert answer.text.startswith(f"No bot answers at {address}: ")
    assert "\n" not in answer.text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "is not this bot"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "is not this bot"),
        (b"220 smtp.example ESMTP\r\n", "No bot answers"),
        (b"", "No bot answers"),
    ],
)
async def test_something_else_at_the_address_is_not_taken_for_a_healthy_bot(said: bytes, text: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()
        await writer.wait_closed()

    stranger = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = stranger.sockets[0].getsockname()[1]
    found = await asyncio.to_thread(ask_health, Address("127.0.0.1", port))
    stranger.close()
    await stranger.wait_closed()
    assert not found.is_well
    assert text in found.text
