#!/usr/bin/env python3
"""Draws docs/performance.svg from what the benchmarks print with --json.

    bailee bench gdpr --json > gdpr.json; bailee bench http --json > http.json
    docs/performance-picture.py gdpr.json http.json > docs/performance.svg

Each bar tells how many times as fast as its peer Bailee was: to the right of the line it is faster, to the left slower.
"""

import json
import math
import sys
from html import escape

WIDTH, LINE, MARGIN, NAMES, FIGURES = 960, 22, 24, 460, 90
DECADES = (-2, 2)  # from a hundredth to a hundred times
TITLES = {
    "gdpr": "GDPRbench, time to complete",
    "http": "HTTP, against the lower of two ceilings",
    "audit": "The audit log",
    "erase": "Erasing a person, against one with a single record",
}
SHEET = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 700; font-size: 15px } .quiet { fill: #6a737d; font-size: 12px } .figure { text-anchor: end }
.axis { stroke: #d0d7de } .even { stroke: #24292f } .faster { fill: #2f8f5b } .slower { fill: #c77d2b }
"""


def times_as_fast(row):
    """Less is better where the unit is a time; a rate is the other way about. Sizes are no speed."""
    if row["unit"].endswith("/s"):
        return row["bailee"] / row["peer"]
    if row["unit"] in ("s", "ms"):
        return row["peer"] / row["bailee"]
    return None


def place(times):
    """Where a factor stands on the logarithmic axis, kept within it."""
    low, high = DECADES
    share = (min(max(math.log10(times), low), high) - low) / (high - low)
    return NAMES + share * (WIDTH - NAMES - FIGURES)


def section(result, top):
    """One benchmark: its title, its peers, and a bar for each row."""
    rows = [(row, times_as_fast(row)) for row in result["rows"]]
    rows = [(row, times) for row, times in rows if times]
    title = TITLES.get(result["bench"], result["bench"])
    yield top, f'<text class="title" x="{MARGIN}" y="{top}">{escape(title)}</text>'
    for number, (row, times) in enumerate(rows, 1):
        base = top + number * LINE + 4
        name = f'{row["name"]} · {row["engine"]} · {row["peer_name"]}'
        even, end = place(1), place(times)
        kind = "faster" if times >= 1 else "slower"
        yield base, (
            f'<text class="quiet" x="{MARGIN}" y="{base}" textLength="{min(len(name) * 6, NAMES - MARGIN - 10)}" '
            f'lengthAdjust="spacingAndGlyphs">{escape(name)}</text>'
            f'<rect class="{kind}" x="{min(even, end):.1f}" y="{base - 11}" '
            f'width="{max(abs(end - even), 1):.1f}" height="13" rx="2"/>'
            f'<text class="figure" x="{WIDTH - MARGIN}" y="{base}">{times:.2g} ×</text>'
        )


def main():
    drawn, bottom = [], 10
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for base, piece in section(json.load(file), bottom + 30):
                drawn.append(piece)
                bottom = base
    height = bottom + 44
    axis = []
    for decade in range(DECADES[0], DECADES[1] + 1):
        kind, at = ("even" if decade == 0 else "axis"), place(10**decade)
        axis.append(f'<path class="{kind}" d="M{at:.1f} 18V{height - 30}"/>')
        axis.append(f'<text class="quiet" text-anchor="middle" x="{at:.1f}" y="{height - 14}">{10.0**decade:g} ×</text>')
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        "<title>How many times as fast as its peer Bailee is</title>"
        f"<style>{SHEET}</style>"
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>'
    )
    print("\n".join(axis + drawn))
    print("</svg>")


if __name__ == "__main__":
    main()
