// Figures that Python has drawn.

/** @typedef {{data: readonly object[], layout: Readonly<Record<string, any>>}} PlotlyFigure as plotly.js takes it */

/**
 * Show a figure with plotly's own script, which the page has; it may write into what it is given.
 * @param {HTMLElement} host
 * @param {PlotlyFigure} figure
 */
export function showFigure(host, figure) {
  const {data, layout} = structuredClone(figure);
  Reflect.get(window, "Plotly").react(host, data, layout, {displaylogo: false});
  host.style.height = `${layout.height}px`;
}
