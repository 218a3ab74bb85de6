"""Asking a running bot how it is, from another process; standard library only, so that it is quick."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from reminder_bot.setting_values import Address

ANSWER_SECONDS = 5.0

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that mean every interface, by where they are reached on this machine."""


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """What the bot said, or what is wrong with its not saying anything; ``text`` is one line."""

    is_well: bool
    text: str


def ask_health(address: Address) -> HealthAnswer:
    """Return what ``/healthz`` says; waits 5 seconds at most for each step."""
    connection = HTTPConnection(_LOOPBACK.get(address.host, address.host), address.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        status, body = response.status, response.read(65_536)
    except (OSError, HTTPException) as error:
        return HealthAnswer(is_well=False, text=f"No bot answers at {address}: {str(error) or type(error).__name__}.")
    finally:
        connection.close()
    try:
        problems = json.loads(body)["problems"]
    except (ValueError, KeyError, TypeError):
        return HealthAnswer(is_well=False, text=f"What answers at {address} is not this bot.")
    if status == 200:
        return HealthAnswer(is_well=True, text="ok")
    return HealthAnswer(is_well=False, text=" ".join(map(str, problems)) or f"failing, with status {status}")
