"""Who may talk to the sandbox: this machine's own programs, and of all web pages only the one it serves itself.

A browser lets any web page send requests to loopback addresses. So no request may come from a foreign page (Origin), or
under a foreign name that was made to lead here (Host); and the page itself needs the token of its address, which no
other page can know. A bot's client sends no Origin.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

_OWN_NAMES = ("127.0.0.1", "localhost")

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The address holds the token.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every part of the page is sent with: nothing is loaded from elsewhere, nothing is embedded elsewhere."""


@web.middleware
async def refuse_strangers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer 403 to what other web pages send, whatever they ask for."""
    if not is_own_request(request.host, request.headers.get("Origin")):
        return web.Response(status=403, text="This address serves its own page and this machine's bots only.\n")
    return await handler(request)


def is_own_request(host: str, origin: str | None) -> bool:
    """Whether a request was sent to a loopback name, and by no foreign web page."""
    if re.sub(r":\d{1,5}$", "", host) not in _OWN_NAMES:
        return False
    return origin is None or origin == f"http://{host}"


class Guard:
    """Knows the token of the page's address."""

    def __init__(self) -> None:
        """Make a new token: an address is good for one run."""
        self.token = secrets.token_urlsafe(18)

    def admits(self, request: web.Request) -> bool:
        """Whether a request carries the token."""
        return secrets.compare_digest(request.query.get("token", "").encode(), self.token.encode())
