// A figure of which every look stands in the page, drawn for a laptop and for a phone, and then stretched.

/** @import {Drawn, Scene} from "../types.js" */
/** @import {PlotlyFigure} from "../plotly.js" */
import {PICTURES} from "../pictures.js";
import {showFigure} from "../plotly.js";

/** @typedef {{says: string, figures: readonly PlotlyFigure[]}} Drawings of one look, the widest first */

class FiguresPicture {
  rigid = true;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    host.setAttribute("role", "group"); // plotly's own buttons are in it
    host.style.overflowX = "auto";
    host.tabIndex = 0;
  }

  /**
   * @param {Scene<{}, {figures: Readonly<Record<string, Drawings>>}>} scene `figures` by the look's name
   * @returns {Drawn}
   */
  draw({entries, lookName}) {
    const {says, figures} = entries.figures[lookName];
    const wide = this.host.clientWidth;
    const {data, layout} = figures.find((each) => each.layout.width <= wide) ?? figures[figures.length - 1];
    showFigure(this.host, {data, layout: {...layout, width: Math.max(layout.width, wide)}});
    return {values: {}, numbers: [], says};
  }
}

PICTURES.figures = FiguresPicture;
