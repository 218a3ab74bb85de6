"""`GET /healthz` and `GET /metrics` over plain HTTP, for what watches over the bot."""

import asyncio
import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from reminder_bot.health_check import HealthCheck, Verdict
from reminder_bot.metrics import Metrics
from reminder_bot.setting_values import Address
from reminder_bot.version import VERSION

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format"""


class MetricsServer:
    """Serves both pages until it is closed; an address that cannot be had is tried again.

    The bot goes on without it: reminders matter more than their numbers, and after a restart the port may be free only
    a moment later. What is wrong is logged as an error once, and so stands in `/health`.
    """

    def __init__(self, address: Address, metrics: Metrics, check: HealthCheck) -> None:
        self._address = address
        self._metrics = metrics
        self._check = check
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to serve in the background."""
        self._task = asyncio.create_task(self._serve())

    async def close(self) -> None:
        """Stop serving."""
        await self._check.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _serve(self) -> None:
        app = web.Application()
        app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._show_metrics)])
        requests = log.getChild("requests")
        requests.addFilter(_is_fault_of_ours)
        runner = web.AppRunner(app, logger=requests, access_log=None, handle_signals=False, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await self._bind(runner)
            log.info("metrics served address=%s", self._address)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _bind(self, runner: web.AppRunner) -> None:
        is_told = False
        while True:
            site = web.TCPSite(runner, self._address.host, self._address.port)
            try:
                await site.start()
            except OSError as error:
                await site.stop()
                if not is_told:
                    log.error("metrics not served, trying again: METRICS_ADDRESS=%s: %s", self._address, _reason(error))
                is_told = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _healthz(self, _request: web.Request) -> web.Response:
        verdict = await self._check.verdict()
        return web.json_response(_body(verdict), status=200 if verdict.is_well else 503)

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._metrics.render(), headers={"Content-Type": METRICS_TYPE})


def _body(verdict: Verdict) -> dict[str, object]:
    offline = verdict.offline_seconds
    return {
        "status": "ok" if verdict.is_well else "failing",
        "problems": list(verdict.problems),
        "offline_seconds": None if offline is None else round(offline, 1),
        "version": VERSION,
    }


def _is_fault_of_ours(record: logging.LogRecord) -> bool:
    """Whether a record is worth an operator's time: what a client sends wrong has been answered with 400."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)


def _reason(error: OSError) -> str:
    # asyncio puts a sentence of its own before what the system says.
    return error.strerror.rpartition("): ")[2] if error.strerror else str(error)
