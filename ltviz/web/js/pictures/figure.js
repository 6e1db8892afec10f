// A figure that Python has drawn: plotly shows it, in place of the one before.

PICTURES.figure = class {
  constructor(host, explorer) {
    this.host = host;
    this.explorer = explorer;
    host.setAttribute("role", "group"); // plotly's own buttons are in it
  }

  draw({entries}) {
    const {figure, says, look, width} = entries.figure;
    Plotly.react(this.host, figure.data, figure.layout, {displaylogo: false});
    this.host.style.height = `${figure.layout.height}px`;
    const {explorer} = this;
    if (!explorer.spec.page && (look !== explorer.lookName || Math.abs(width - this.host.clientWidth) > 12)) {
      explorer.entries.get("figure").clear(); // the same numbers, drawn for another look or width
      setTimeout(() => explorer.pump());
    }
    return {values: {}, numbers: [], says};
  }
};
