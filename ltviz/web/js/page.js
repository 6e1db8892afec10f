// A static page: the entries stand in it, so nothing is asked of anyone; and the front page's small pictures.

/** The page's numbers: base64 of deflated [length of the JSON, JSON, buffer]. */
async function numbersOf() {
  const text = atob(document.getElementById("ltviz-data").textContent);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const whole = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(whole).arrayBuffer();
  const end = 4 + new DataView(buffer).getUint32(0, true);
  const tree = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, end - 4)));
  return [tree, buffer.slice(end)];
}

/** Answers from the page, at once; `own(state)` may work out what the page does not hold. */
class PageSource {
  constructor(entries, buffer, own) {
    this.own = own;
    this.entries = entries;
    this.buffer = buffer;
  }

  ask(list) {
    for (const {table, key, state} of list) {
      const told = this.entries[table][key] ?? this.own?.(state);
      if (told === undefined) this.onmessage({error: "This page has no numbers for this setting.", table, key});
      else this.onmessage({entry: {table, key, tree: unpack(told, this.buffer)}});
    }
    this.onmessage({done: true});
  }
}

/** Gives the page around an explorer its look. */
class PageExplorer extends Explorer {
  restyle() {
    super.restyle();
    dress(this.lookName, this.look);
  }

  /** The command below the picture draws what it shows. */
  draw() {
    const drawn = super.draw();
    const line = document.getElementById("ltviz-command");
    if (drawn && line && this.told.command) line.textContent = this.told.command;
    return drawn;
  }
}

/** Colours of the page around explorers, and of the browser's own controls. */
function dress(name, look) {
  const {style, dataset} = document.documentElement;
  for (const each of ["ink", "paper", "muted", "grid"]) style.setProperty(`--${each}`, look[each]);
  style.setProperty("--accent", look.palette[0]);
  style.colorScheme = name === "dark" ? "dark" : "light";
  dataset.look = name;
}

/** A figure of which every look stands in the page, drawn for a laptop and for a phone, and then stretched. */
PICTURES.figures = class extends PICTURES.figure {
  constructor(host, explorer) {
    super(host, explorer);
    host.style.overflowX = "auto";
    host.tabIndex = 0;
  }

  draw({entries}) {
    const {says, figures} = entries.figures[this.explorer.lookName];
    const wide = this.host.clientWidth;
    const {data, layout} = figures.find((each) => each.layout.width <= wide) ?? figures.at(-1);
    const stretched = {...layout, width: Math.max(layout.width, wide)};
    return super.draw({entries: {figure: {figure: {data, layout: stretched}, says}}});
  }
};

/** Start the page's explorer. */
async function boot() {
  const spec = JSON.parse(document.getElementById("ltviz-spec").textContent);
  new PageExplorer(document.getElementById("ltviz"), spec, new PageSource(...await numbersOf(), PICTURES[spec.picture].own));
}

const SMALL = 670; // pixels across which a small picture is drawn before it shrinks into its card

/** Show each explorer of the front page as it opens: its picture alone, which nobody can touch. */
async function bootFront() {
  const [{looks, theme, cards}, buffer] = await numbersOf();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const around = () => {
    const name = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    dress(name, looks[name]);
  };
  around();
  dark.addEventListener("change", around);
  for (const {spec, entries} of cards) {
    const host = document.getElementById(`picture-${spec.name}`);
    host.style.width = `${SMALL}px`;
    const {section} = new Explorer(host, {...spec, theme, looks}, new PageSource(entries, buffer));
    const size = new ResizeObserver(() => fit(host));
    for (const each of [section, host.parentElement]) size.observe(each);
  }
}

/** Shrink a drawing into the box that holds it, in its middle. */
function fit(host) {
  const {clientWidth, clientHeight} = host.parentElement;
  const scale = Math.min(clientWidth / SMALL, clientHeight / host.offsetHeight);
  const [left, top] = [clientWidth - scale * SMALL, clientHeight - scale * host.offsetHeight];
  host.style.transform = `translate(${left / 2}px, ${top / 2}px) scale(${scale})`;
}
