// A legend for several plots: its entries wrap as words do.

/** @import {Key, Look} from "./types.js" */
import {make} from "./dom.js";
import {setAttributes, svgElement} from "./elements.js";
import {Marks} from "./marks.js";

/**
 * Fill a host with entries; nothing is done where they are there already.
 * @param {HTMLElement} host
 * @param {Look} look
 * @param {Key[]} entries
 */
export function showLegend(host, look, entries) {
  const shown = JSON.stringify([entries, look.size, look.ink]);
  if (host.dataset.shown === shown) return;
  host.dataset.shown = shown;
  host.replaceChildren(
    ...entries.map((entry) => make("span", {inert: entry.waits ?? false}, sample(look, entry), entry.name)),
  );
}

/**
 * @param {Look} look
 * @param {Key} entry
 */
function sample({line, dot, size}, {colour, dash = "solid", marker}) {
  const [wide, high] = [marker ? size : 2 * size, size];
  const svg = svgElement("svg");
  setAttributes(svg, {width: wide, height: high, "aria-hidden": "true"});
  const path = svgElement("path", svg);
  if (marker) setAttributes(path, {d: Marks.path(marker, wide / 2, high / 2, dot / 2), fill: colour});
  else {
    const dashes = Marks.dash(dash, line) || "none";
    setAttributes(path, {
      d: `M0 ${high / 2}H${wide}`,
      stroke: colour,
      "stroke-width": line,
      "stroke-dasharray": dashes,
    });
  }
  return svg;
}
