// A legend for several plots: its entries wrap as words do.

/** Fill a host with entries [{name, colour, dash | marker}]; nothing is done where they are there already. */
function showLegend(host, look, entries) {
  const told = JSON.stringify([entries, look.size, look.ink]);
  if (host.dataset.told === told) return;
  host.dataset.told = told;
  host.replaceChildren(...entries.map((entry) => make("span", {}, sample(look, entry), entry.name)));
}

function sample({line, dot, size}, {colour, dash, marker}) {
  const [wide, high] = [marker ? size : 2 * size, size];
  const svg = Elements.make("svg");
  for (const [name, value] of Object.entries({width: wide, height: high, "aria-hidden": "true"})) svg.setAttribute(name, value);
  const path = svg.appendChild(Elements.make("path"));
  const shown = marker
    ? {d: Marks.path(marker, wide / 2, high / 2, dot / 2), fill: colour}
    : {d: `M0 ${high / 2}H${wide}`, stroke: colour, "stroke-width": line, "stroke-dasharray": Marks.dash(dash, line) || "none"};
  for (const [name, value] of Object.entries(shown)) path.setAttribute(name, value);
  return svg;
}
