// An explorer in a notebook: the kernel answers, and knows where the dials stand.

const REST = 150; // milliseconds after which a hand rests: only then is the kernel told where the dials stand

/** Two states are the same. */
function same(one, other) {
  return Object.keys(one).length === Object.keys(other).length
    && Object.entries(one).every(([name, value]) => JSON.stringify(other[name]) === JSON.stringify(value));
}

/** The kernel as a source; each view of one widget hears only its own answers. */
class KernelSource {
  constructor(model, place) {
    this.model = model;
    this.place = place;
    this.name = Math.random().toString(36).slice(2);
    this.asked = 0;
    this.heard = (content, buffers) => this.hear(content, buffers);
    model.on("msg:custom", this.heard);
  }

  ask(list) {
    this.asked += 1;
    const id = `${this.name} ${this.asked}`;
    // the first request comes while the explorer is being made, which alone knows its place
    queueMicrotask(() => this.model.send({ask: list, id, ...this.place()}));
  }

  hear(content, buffers) {
    if (content.error && !content.table) this.onerror(content.error); // of a move from Python
    if (!(content.id ?? content.done ?? "").startsWith(`${this.name} `)) return;
    if (!content.entry) return this.onmessage(content);
    const {buffer, byteOffset, byteLength} = buffers[0];
    const tree = unpack(content.entry.tree, buffer.slice(byteOffset, byteOffset + byteLength));
    this.onmessage({entry: {...content.entry, tree}});
  }

  close() {
    this.model.off("msg:custom", this.heard);
  }
}

class NotebookExplorer extends Explorer {
  /** Tell the kernel where the dials stand. */
  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => {
      if (!this.model || same(this.state, this.model.get("at"))) return;
      this.model.set("at", {...this.state});
      this.model.save_changes();
    }, REST);
  }
}

/** Have plotly's script in the page: the kernel sends it once, so that an explorer run again costs little. */
function plotly(model) {
  return new Promise((done) => {
    if (parseInt(window.Plotly?.version) >= 3) return done();
    const heard = (content, buffers) => {
      if (!content.plotly) return;
      model.off("msg:custom", heard);
      const src = URL.createObjectURL(new Blob(buffers, {type: "text/javascript"}));
      document.head.append(make("script", {src, onload: done}));
    };
    model.on("msg:custom", heard);
    model.send({plotly: true});
  });
}

async function render({model, el}) {
  if (model.get("spec").picture === "figure") await plotly(model);
  let explorer = null;
  const open = () => {
    const held = el.contains(document.activeElement) ? document.activeElement.id.split("-").slice(1).join("-") : "";
    const wide = el.querySelector("details")?.open;
    const theme = explorer?.theme;
    explorer?.close();
    const spec = model.get("spec");
    const at = model.get("at");
    const place = () => ({
      look: explorer.lookName,
      width: explorer.host.clientWidth || 900,
    });
    const source = new KernelSource(model, place);
    const moved = !same(at, spec.state);
    explorer = new NotebookExplorer(el, {...spec, state: at, theme: theme ?? spec.theme}, source);
    explorer.model = model;
    explorer.first = {...spec.state};
    if (moved) explorer.guess?.close();
    source.onerror = (text) => explorer.fail(text);
    if (wide) el.querySelector("details").open = true;
    if (held) el.querySelector(`[id$="-${held}"]`)?.focus();
  };
  const follow = () => {
    const at = model.get("at");
    if (same(at, explorer.state) || Object.keys(at).some((name) => !explorer.dial(name))) return;
    explorer.state = {...at};
    explorer.moved();
  };
  open();
  model.on("change:spec", open);
  model.on("change:at", follow);
  return () => {
    model.off("change:spec", open);
    model.off("change:at", follow);
    explorer.close();
  };
}
