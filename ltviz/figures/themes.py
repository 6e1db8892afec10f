"""Four looks for every figure: a light page, a dark page, a lecture hall and a printed paper.

Colours are Okabe and Ito's, in an order that keeps neighbours apart for every kind of colour vision; wherever
colour tells things apart, `Theme.marker` or `Theme.dash` tells them apart as well.
"""

from __future__ import annotations

import functools
import html
import re
import textwrap
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from ltviz.core.checks import one_of
from ltviz.figures._night import Figure
from ltviz.losses import PLACES

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, ORANGE, YELLOW, BLACK = "#56B4E9", "#E69F00", "#F0E442", "#000000"
MARKERS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "x",
    "star",
    "triangle-down",
    "hexagon",
    "pentagon",
    "hourglass",
)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "2px,6px")
FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
FREQUENT, RARE, MIDDLE = 0, 1, 2  # of the palette, where classes are told apart by how frequent they are
INK, GREY = 6, 14  # of the palette, for what is no class
PLAIN = 0  # of the places of losses: cross-entropy's, with which the others are compared
SIDES = {"positive": 5, "negative": 4}  # of the hues: of a margin that has one half on either side of the boundary
TURNS = {"class": 6, "instance": 4}  # of the hues: DBM's, whose margin it is, and that of the wrong side
GROUPS = {"many": FREQUENT, "medium": MIDDLE, "few": RARE}
SEQUENTIAL = "cividis"  # even steps of lightness, and the same to a colour-blind eye


@dataclass(frozen=True)
class Theme:
    """A look.

    Parameters
    ----------
    name : str
        Its key in `THEMES`.
    ink, paper, muted, grid : str
        Colours of text, ground, secondary text and grid lines.
    palette : tuple of str
        Sixteen colours, taken in turn by `colour`: those of classes.
    hues : tuple of str
        Eight colours of losses, which no class beside them has, each with a contrast of 3 or more to its ground.
    guess : str
        The colour of what a reader guesses, which no loss and no class has.
    size : float
        Font size of the axes in pixels; titles are larger.
    line, dot : float
        Width of lines and diameter of markers in pixels.
    width : float
        Width of the figure in pixels: titles are broken into lines that fit it.
    title : str, optional
        In place of every figure's own, shown as it is; empty for a figure without title and subtitle.
    caption : bool
        Whether a subtitle stands below the title.
    """

    name: str
    ink: str
    paper: str
    muted: str
    grid: str
    palette: tuple[str, ...]
    hues: tuple[str, ...]
    guess: str
    size: float
    line: float
    dot: float
    width: float = 900.0
    title: str | None = None
    caption: bool = True

    def colour(self, i: int) -> str:
        """Return the i-th colour; after sixteen they repeat, with another marker and dash."""
        return self.palette[i % len(self.palette)]

    def fill(self, i: int, opacity: float = 0.2) -> str:
        """Return the i-th colour, translucent, for bands and bars."""
        red, green, blue = (int(self.colour(i)[k : k + 2], 16) for k in (1, 3, 5))
        return f"rgba({red},{green},{blue},{opacity:g})"

    def marker(self, i: int) -> str:
        """Return the i-th marker's symbol."""
        return MARKERS[i % len(MARKERS)]

    def dash(self, i: int) -> str:
        """Return the i-th line's dash."""
        return DASHES[i % len(DASHES)]

    def stroke(self, i: int, **more: Any) -> dict[str, Any]:
        """Return the i-th line: its colour, dash and width."""
        return {"color": self.colour(i), "dash": self.dash(i), "width": self.line, **more}

    @property
    def losses(self) -> Theme:
        """The look whose i-th colour, marker and dash are those of the loss in the i-th of `ltviz.losses.places`."""
        return _OfLosses(**vars(self))

    def sized(self, font: float, width: float) -> Theme:
        """Return the theme for another font size and width in pixels; lines and markers follow the font."""
        ratio = font / self.size
        return replace(self, size=font, line=self.line * ratio, dot=self.dot * ratio, width=width)

    @property
    def narrow(self) -> bool:
        """Whether the figure has room for one column of plots only, as in a paper's column."""
        return self.width < 40 * self.size

    @functools.lru_cache(32)  # noqa: B019 - a look is small
    def template(self) -> go.layout.Template:
        """Return the plotly template."""
        axis = {
            "showline": True,
            "linecolor": self.muted,
            "linewidth": max(1.0, self.line / 2),
            "gridcolor": self.grid,
            "gridwidth": 1,
            "zeroline": False,
            "ticks": "outside",
            "ticklen": self.size * 0.3,
            "tickcolor": self.muted,
            "tickfont": {"color": self.ink},
            "title": {"standoff": self.size * 0.7, "font": {"size": self.size * 1.05}},
            "automargin": True,
        }
        small = {"size": self.size * 0.92}
        return go.layout.Template(
            layout={
                "font": {"family": FONT, "size": self.size, "color": self.ink},
                "paper_bgcolor": self.paper,
                "plot_bgcolor": self.paper,
                "colorway": self.palette,
                "colorscale": {"sequential": SEQUENTIAL},
                "xaxis": axis,
                "yaxis": axis,
                "legend": {"bgcolor": "rgba(0,0,0,0)", "font": small, "itemwidth": 30, "tracegroupgap": 0},
                "hoverlabel": {"bgcolor": self.paper, "bordercolor": self.muted, "font": {**small, "color": self.ink}},
                "annotationdefaults": {"font": small, "showarrow": False, "arrowcolor": self.muted},
                "coloraxis": {"colorbar": {"outlinewidth": 0, "thickness": self.size}},
                "separators": ". ",
                "modebar": {"remove": ["sendChartToCloud"]},  # it would upload the figure
            }
        )


@dataclass(frozen=True)
class _OfLosses(Theme):
    """A look for curves that belong to losses: a place's colour, marker and dash are the same in every picture."""

    def colour(self, i: int) -> str:
        return self.hues[i % PLACES % len(self.hues)]

    def marker(self, i: int) -> str:
        turn, place = divmod(i, PLACES)
        return MARKERS[(place + 3 + 5 * turn) % len(MARKERS)]  # the first three are classes'

    def dash(self, i: int) -> str:
        turn, place = divmod(i, PLACES)
        round_, hue = divmod(place, len(self.hues))
        return DASHES[(_DASHED[hue] + 3 * round_ + 2 * turn) % len(DASHES)]


_DASHED = (4, 5, 1, 3, 0, 1, 2, 0)  # the dash of each hue; a reader's guess is dotted violet
# Wine, plum, teal, umber, green and crimson between grey and black: each loss keeps its hue in light and dark, has none
# of a frequent, middle or rare class (blue, orange, green) and stands apart from them, from each other and from the
# guess for normal, red-blind and green-blind eyes (CIEDE2000 of 9 or more; 15 for the guess).
_LIGHT_HUES = ("#737373", "#46063B", "#74072F", "#309CA3", "#725000", "#296F41", "#CA1F3F", BLACK)
_DARK_HUES = ("#9AA4B1", "#A55983", "#FD657F", "#5CE8F8", "#647938", "#BBFD8C", "#EE0E39", "#F5F5F5")
# The second eight are shades and tints of the first, as far from all others as can be for normal, red-blind and
# green-blind eyes (CIEDE2000 of 8 or more), each with a contrast of 3 or more to its ground.
_LIGHT_PALETTE = (
    *(BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, YELLOW),
    *("#003350", "#602A00", "#003F2E", "#A36186", "#221800", "#275169", "#595959", "#605B1A"),
)
_DARK_PALETTE = (
    *(SKY, ORANGE, GREEN, PURPLE, YELLOW, VERMILLION, "#F5F5F5", BLUE),
    *("#B3DDF5", "#F9E7BF", "#80CEB9", "#AD678E", "#F7F097", "#EAAF80", "#6E6E6E", "#2687BE"),
)

_LIGHT = (_LIGHT_PALETTE, _LIGHT_HUES, "#2A0CA8")
_DARK = (_DARK_PALETTE, _DARK_HUES, "#946CF4")
LIGHT = Theme("light", "#1B1F24", "#FFFFFF", "#5B6470", "#E6E9ED", *_LIGHT, 15.0, 2.5, 8.0)
DARK = Theme("dark", "#E8EBEF", "#14181D", "#9AA4B1", "#2A313A", *_DARK, 15.0, 2.5, 8.0)
PROJECTOR = Theme("projector", "#000000", "#FFFFFF", "#3D434B", "#D5D9DE", *_LIGHT, 19.0, 4.0, 11.0)
PAPER = Theme("paper", "#000000", "#FFFFFF", "#4A4A4A", "#E8E8E8", *_LIGHT, 14.0, 2.0, 7.0)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PROJECTOR, PAPER)}


def theme(name: str | Theme) -> Theme:
    """Return a theme by its name.

    Raises
    ------
    BadInput
        For a name that is not in `THEMES`.
    """
    return name if isinstance(name, Theme) else THEMES[one_of("theme", name, THEMES)]


def label(text: object, longest: int = 40) -> str:
    """Return text that a figure shows as it is: no markup, no formulae, cut with an ellipsis when long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    if len(plain) > longest:
        plain = plain[: longest - 1] + "…"
    # plotly reads a small subset of HTML, and text between two dollars as a formula
    return html.escape(plain).replace("$", "&#36;")


_TAG = r"</?(?:b|i|br|em|span|sub|sup)\b[^<>]*>"  # those that the figures use: "few < 20" holds none


def unmarked(text: str) -> str:
    """Return a figure's text as plain text: what `label` escaped as it was, powers and indices in letters."""

    def lowered(match: re.Match[str]) -> str:
        sign, inner = {"sup": "^", "sub": "_"}[match[1]], match[2]
        return sign + (inner if inner.isalnum() else f"({inner})")

    text = re.sub(r"<(sup|sub)>(.*?)</\1>", lowered, text)
    return " ".join(html.unescape(re.sub(_TAG, " ", text)).split())


def _lines(text: str, letters: float) -> str:
    """Break a text into as few lines as fit, all about equally long; a number keeps its unit."""
    text = re.sub(r"(?<=\d) (?=[%σ°])", "\N{NO-BREAK SPACE}", text)
    break_at = functools.partial(textwrap.wrap, text, break_long_words=False, break_on_hyphens=False)
    widest = break_at(int(letters))
    if len(widest) > 1:
        full = len(text.replace(" ", "")) // len(widest)  # what some line holds at least
        first = full if max(map(len, text.split(" "))) < full else 1  # a word may stand out of its line
        widest = break_at(next(n for n in range(first, 10_000) if len(break_at(n)) <= len(widest)))
    return "<br>".join(widest)


def wrap(text: str, theme: Theme, *, scale: float = 1.0) -> str:
    """Break a text of our own (markup allowed) into lines that fit the figure's width."""
    return _lines(text, max(20, (theme.width - 2.5 * theme.size) / (theme.size * scale * 0.54)))


def level(text: str, theme: Theme) -> str:
    """Break the title of a horizontal axis into lines that fit below one plot."""
    return _lines(text, max(20, 0.75 * theme.width / (theme.size * 0.58)))


def upright(text: str, theme: Theme) -> str:
    """Break the title of a vertical axis into lines that fit beside the plot."""
    return _lines(text, max(12, (0.5 if theme.narrow else 0.33) * theme.width / (theme.size * 0.58)))


def blank(theme: Theme, title: str, *, x: str = "", y: str = "", subtitle: str = "") -> go.Figure:
    """Return an empty figure with its title, its axis titles and room for both; its height is the least it needs.

    Parameters
    ----------
    theme : Theme
        The look.
    title, subtitle : str
        What the figure says, and how it was made; long ones are broken into lines. The theme may have a title of its
        own, or none. A narrow figure has no subtitle: a paper's column has a caption in the paper's own text.
    x, y : str
        Axis titles with their units.
    """
    big = theme.size * 1.2
    own = title if theme.title is None else label(theme.title, 1000)
    head, sub = wrap(own, theme, scale=1.3), wrap(subtitle, theme, scale=0.95) if own and theme.caption else ""
    if sub := "" if theme.narrow else sub:  # plotly's own subtitle does not know how many lines the title has
        sub = f'<br><span style="font-size:{theme.size * 0.95:.4g}px;color:{theme.muted}">{sub}</span>'
    text = f"<b>{head}</b>{sub}" if head else ""
    lines = text.count("<br>") + 1 if head else 0
    layout = {  # given at once, a template takes the place of plotly's own, which is large and would be copied first
        "template": theme.template(),
        "title": {
            "text": text,
            "font": {"size": big},
            "x": 0.0,
            "xanchor": "left",
            # plotly hangs one line from its top, but several from the first one's baseline
            "pad": {"l": theme.size, "t": theme.size * 0.8 + (big if lines > 1 else 0.0)},
            "y": 1.0,
            "yanchor": "top",
        },
        "margin": {"t": 0, "l": theme.size * 4.2, "r": theme.size * 1.6, "b": 0},
        "height": max(13 * theme.size, 0.6 * theme.width * theme.narrow),
    }
    figure = grow(Figure(layout=layout), top=theme.size * 2.0 + big * 1.3 * lines, bottom=theme.size * 3.8)
    figure.update_xaxes(title_text=level(x, theme))
    figure.update_yaxes(title_text=upright(y, theme))
    return figure


def plain_loss(theme: Theme, width: float) -> dict[str, Any]:
    """Return the line of what a loss is compared with: cross-entropy's own colour and dash, so wide."""
    return theme.losses.stroke(PLAIN, width=width)


def grow(figure: go.Figure, *, top: float = 0.0, bottom: float = 0.0, plots: float = 0.0) -> go.Figure:
    """Make a figure higher by room above its plots, below them and for them, in pixels."""
    old = figure.layout
    return figure.update_layout(
        height=old.height + top + bottom + plots, margin={"t": old.margin.t + top, "b": old.margin.b + bottom}
    )
