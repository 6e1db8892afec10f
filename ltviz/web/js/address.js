// A page's address keeps its settings after the #, so that a link leads back to them.

const Address = {
  longest: 2000, // letters of a value: some programs cut a longer address, so it is not in it

  /** Write what differs from the opening state. */
  write({state, first, theme, spec}) {
    const changed = Object.entries(state).filter(([name, value]) => value !== first[name] && String(value).length <= Address.longest);
    if (theme !== spec.theme) changed.push(["look", theme]);
    const hash = changed.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  },

  /** Return the dials' values and the look that an address holds; what is not valid is left out. */
  read({spec}, address) {
    const state = {};
    let look = null;
    for (const part of address.hash.slice(1).split("&")) {
      const at = part.indexOf("=");
      const [name, text] = [part.slice(0, at), Address.decoded(part.slice(at + 1))];
      if (name === "look" && (text === "auto" || Object.hasOwn(spec.looks, text))) look = text;
      const each = spec.dials.find((one) => one.name === name);
      if (!each) continue;
      const {reads} = ROWS[each.kind];
      if (reads && !each.values.length) {
        const told = reads(text);
        if (told !== null) state[name] = told;
        continue;
      }
      if (each.kind === "number" && !text.trim()) continue; // as a number it would be 0
      const value = each.kind === "number" ? Number(text) : each.kind === "flag" ? text === "true" : text;
      if (each.kind === "number" && Number.isFinite(value)) state[name] = each.values[nearest(each.values, value)];
      else if (each.values.includes(value)) state[name] = value;
    }
    return {state, look};
  },

  decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return "";
    }
  },
};
