"""Marks on every text that people read, so that a gettext catalogue can take them; until then they pass through."""


def _(text: str) -> str:
    """Return the text in the reader's language."""
    return text


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of the text that goes with the number."""
    return one if count == 1 else many
