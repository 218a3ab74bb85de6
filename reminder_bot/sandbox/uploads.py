"""Files that people give with a command: kept, and handed out under an address of their own, as Discord's CDN does."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.replies import CommandMisuse
from reminder_bot.sandbox.snowflake import SnowflakeFactory, parse_snowflake

PATH = "/attachments"
MOST_BYTES = 10 * 1024 * 1024
"""What Discord takes of a person without Nitro.

Source: https://support.discord.com/hc/en-us/articles/25444343291031-File-Attachments-FAQ
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody chooses for an option."""

    name: str
    content: bytes


class Uploads:
    """Keeps the files; ``base_url`` is where they are handed out."""

    def __init__(self, snowflakes: SnowflakeFactory) -> None:
        """Number the files with ``snowflakes``."""
        self.base_url = ""
        self._snowflakes = snowflakes
        self._kept: dict[int, bytes] = {}

    def keep(self, upload: Upload) -> Payload:
        """Keep a file, and return it as an interaction has it.

        Raises:
            CommandMisuse: it is larger than Discord takes.
        """
        if len(upload.content) > MOST_BYTES:
            raise CommandMisuse(f"{upload.name!r} is larger than {MOST_BYTES} bytes")
        file_id = self._snowflakes.make()
        self._kept[file_id] = upload.content
        url = f"{self.base_url}{PATH}/{file_id}/{upload.name}"
        return {
            "id": str(file_id),
            "filename": upload.name,
            "size": len(upload.content),
            "url": url,
            "proxy_url": url,
            "ephemeral": True,
        }

    async def answer(self, request: web.Request) -> web.Response:
        """Hand out a file."""
        content = self._kept.get(parse_snowflake(request.match_info["file_id"]) or 0)
        if content is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=content, content_type="application/octet-stream")
