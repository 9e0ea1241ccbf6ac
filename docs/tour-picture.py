#!/usr/bin/env python3
"""Draws docs/tour.svg from what the tour prints.

    script -qec 'cargo run --release -- demo --fast' tour.ansi   # end it with Ctrl-C
    docs/tour-picture.py tour.ansi > docs/tour.svg
"""

import re
import sys
from html import escape

WIDTH, LINE, SIZE, MARGIN, BAR = 900, 21, 14, 28, 44
ADVANCE = SIZE * 0.602  # of a monospaced glyph, in pixels
STYLES = {"1": "title", "2": "quiet", "36": "command", "32": "good", "31": "bad", "30;43": "marked"}
SHEET = f"""
text {{ font: {SIZE}px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
        white-space: pre; fill: #e7e5df }}
.title {{ font-weight: 700 }} .quiet {{ fill: #8f96a3 }} .command {{ fill: #8dbdf0 }}
.good {{ fill: #83d6a5 }} .bad {{ fill: #ff9f98 }} .marked {{ fill: #14171c }}
"""


def pieces(line):
    """The parts of a line with the name of their style, and the column where each begins."""
    column, style = 0, None
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            style = STYLES.get(part[2:-1])
        elif part:
            yield column, style, part
            column += len(part)


def drawn(line, baseline):
    """One line: grounds of highlighted parts first, then the text."""
    grounds, texts = [], []
    for column, style, part in pieces(line):
        left = MARGIN + column * ADVANCE
        length = len(part) * ADVANCE
        if style == "marked":
            grounds.append(
                f'<rect x="{left - 3:.1f}" y="{baseline - 15}" width="{length + 6:.1f}" height="{LINE}" fill="#e9c873"/>'
            )
        kind = f' class="{style}"' if style else ""
        texts.append(
            f'<text x="{left:.1f}" y="{baseline}" textLength="{length:.1f}" '
            f'lengthAdjust="spacingAndGlyphs"{kind}>{escape(part)}</text>'
        )
    return grounds + [text for text in texts if not re.search(r">\s*</text>$", text)]


def scenes(text):
    """The lines from the first scene to the last."""
    text = text.replace("\r", "")
    start = text.index("\n  \x1b[2m1\x1b[0m") + 1
    return text[start : text.index("  Where to look")].rstrip("\n").split("\n")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = scenes(file.read())
    height = BAR + LINE * len(lines) + MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t">',
        '<title id="t">The tour of bailee demo: a message is read, refused, and erased, and the log is verified</title>',
        f"<style>{SHEET}</style>",
        f'<rect width="{WIDTH}" height="{height}" rx="12" fill="#14171c"/>',
        f'<text x="{MARGIN}" y="30" class="quiet">$ bailee demo</text>',
    ]
    for number, line in enumerate(lines):
        out += drawn(line, BAR + LINE * (number + 1))
    print("\n".join(out + ["</svg>"]))


main()
