// A figure that Python has drawn: plotly shows it, in place of the one before.

/** @import {Controls, Drawn, Scene} from "../types.js" */
/** @import {PlotlyFigure} from "../plotly.js" */
import {PICTURES} from "../pictures.js";
import {showFigure} from "../plotly.js";

/**
 * A figure for one look and width.
 * @typedef {object} Fitted
 * @property {PlotlyFigure} figure
 * @property {string} says
 * @property {string} look for which it was drawn
 * @property {number} width in pixels
 */

class FigurePicture {
  rigid = true;

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.host = host;
    this.controls = controls;
    host.setAttribute("role", "group"); // plotly's own buttons are in it
  }

  /**
   * @param {Scene<{}, {figure: Fitted}>} scene
   * @returns {Drawn}
   */
  draw({entries, lookName}) {
    const {figure, says, look, width} = entries.figure;
    showFigure(this.host, figure);
    const fits = look === lookName && Math.abs(width - this.host.clientWidth) <= 12;
    // the same numbers are then drawn for another look or width
    return {values: {}, numbers: [], says, stale: fits ? undefined : "figure"};
  }
}

PICTURES.figure = FigurePicture;
