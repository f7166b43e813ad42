"""A bar chart in SVG, to be read on a light page and on a dark one, without a script or a font."""

from collections.abc import Sequence
from html import escape

WIDTH = 720
LABEL_WIDTH = 300
VALUE_WIDTH = 80
BAR_HEIGHT, ROW_HEIGHT = 18, 28
TOP = 44
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.own { fill: #1a7f5a } .other { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .own { fill: #3fb68b } .other { fill: #6e7681 }
}"""


def bar_chart(title: str, bars: Sequence[tuple[str, float, bool]]) -> str:
    """Return the chart. bars: what it is, how much, and whether it is ours; one at the least."""
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    most = max(value for _, value, _ in bars)
    height = TOP + ROW_HEIGHT * len(bars) + 8
    words = "; ".join(f"{label}: {value:,.0f}" for label, value, _ in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="title description" width="{WIDTH}" height="{height}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(words)}</desc>',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="8" y="24">{escape(title)}</text>',
    ]
    for place, (label, value, is_own) in enumerate(bars):
        y = TOP + ROW_HEIGHT * place
        middle = y + BAR_HEIGHT - 5
        length = max(1.0, room * value / most)
        kind = "own" if is_own else "other"
        lines += [
            f'<text x="{LABEL_WIDTH - 8}" y="{middle}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{kind}" x="{LABEL_WIDTH}" y="{y}" width="{length:.1f}"'
            f' height="{BAR_HEIGHT}" rx="3"/>',
            f'<text x="{LABEL_WIDTH + length + 6:.1f}" y="{middle}">{value:,.0f}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
