"""Costs over sizes as an SVG on two logarithmic scales, written by hand: a plotting library would be 50 MB for it."""

import math
import re
from collections.abc import Mapping, Sequence
from statistics import median

from tests.bench.figures import Round

WIDTH, HEIGHT, MARGIN = 360, 240, 44
COLOURS = {"reaction_us": "#1f77b4", "look_us": "#d62728", "missing_us": "#2ca02c"}
NAMES = {"reaction_us": "CPU of a reaction", "look_us": "look for due reminders", "missing_us": "who is missing"}

Points = Mapping[int, float]


def chart(rounds: Sequence[Round]) -> str:
    """Return a panel for each arm of `growth`: microseconds over the number of what grows, medians of the rounds."""
    panels = [_panel(arm, index, _curves(arm, rounds)) for index, arm in enumerate(rounds[0])]
    size = f'viewBox="0 0 {WIDTH * 2} {(len(panels) + 1) // 2 * HEIGHT}"'
    style = 'font-family="sans-serif" font-size="11" fill="#444"'
    background = '<rect width="100%" height="100%" fill="white"/>'
    body = "\n".join(panels)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n{background}\n{body}\n</svg>\n'


def _curves(arm: str, rounds: Sequence[Round]) -> dict[str, Points]:
    curves: dict[str, dict[int, float]] = {}
    for metric in rounds[0][arm]:
        if found := re.fullmatch(r"(\w+)@(\d+)", metric):
            curves.setdefault(found[1], {})[int(found[2])] = median(round_[arm][metric] for round_ in rounds)
    return dict(curves)


def _panel(arm: str, index: int, curves: Mapping[str, Points]) -> str:
    sizes = [size for points in curves.values() for size in points]
    costs = [cost for points in curves.values() for cost in points.values()]
    across, up = _decades(sizes), _decades(costs)
    lines = [_grid(across, up), _text(WIDTH / 2, 16, f"microseconds over {arm}", "middle")]
    for place, (metric, points) in enumerate(curves.items()):
        places = [(_x(size, across), _y(cost, up)) for size, cost in sorted(points.items())]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        colour = COLOURS[metric]
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        lines.append(f'<g fill="{colour}">{_text(MARGIN + 6, 32 + 13 * place, NAMES[metric], "start")}</g>')
    left, top = index % 2 * WIDTH, index // 2 * HEIGHT
    return f'<g transform="translate({left},{top})">\n' + "\n".join(lines) + "\n</g>"


def _grid(across: range, up: range) -> str:
    marks = []
    for power in across:
        x = _x(10**power, across)
        marks.append(_line(x, 22, x, HEIGHT - MARGIN + 10))
        marks.append(_text(x, HEIGHT - MARGIN + 24, f"{10**power:,}", "middle"))
    for power in up:
        y = _y(10.0**power, up)
        marks.append(_line(MARGIN, y, WIDTH - 12, y))
        marks.append(_text(MARGIN - 4, y + 4, f"{10.0**power:,g}", "end"))
    return "\n".join(marks)


def _decades(numbers: Sequence[float]) -> range:
    """Return the powers of ten that enclose the numbers."""
    low = math.floor(math.log10(min(numbers)))
    return range(low, max(math.ceil(math.log10(max(numbers))), low + 1) + 1)


def _x(size: float, across: range) -> float:
    return MARGIN + (math.log10(size) - across[0]) / (across[-1] - across[0]) * (WIDTH - MARGIN - 24)


def _y(cost: float, up: range) -> float:
    return HEIGHT - MARGIN + 10 - (math.log10(cost) - up[0]) / (up[-1] - up[0]) * (HEIGHT - MARGIN - 12)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
