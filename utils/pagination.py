"""Long lists cut into pages."""

from collections.abc import Iterable

from utils.formatting import truncate


def paginate(lines: Iterable[str], max_lines: int = 10, max_chars: int = 4000) -> list[tuple[str, ...]]:
    """Cut lines into pages, in order; no lines give no pages.

    Each page, its lines joined by newlines, has at most ``max_lines`` lines and ``max_chars`` characters: the default
    leaves room in an embed's description, which holds 4,096. A longer line is shortened.

    Source: https://discord.com/developers/docs/resources/message#embed-object-embed-limits

    Raises:
        ValueError: a limit is less than one.
    """
    if max_lines < 1 or max_chars < 1:
        raise ValueError("a page holds at least one line of one character")
    pages: list[tuple[str, ...]] = []
    page: list[str] = []
    size = 0
    for line in (truncate(line, max_chars) for line in lines):
        if page and (len(page) == max_lines or size + 1 + len(line) > max_chars):
            pages.append(tuple(page))
            page, size = [], 0
        size += len(line) + (1 if page else 0)
        page.append(line)
    if page:
        pages.append(tuple(page))
    return pages
