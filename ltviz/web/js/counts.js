// Class counts that a reader types: reading them, and the field for them.

/** Counts as a reader types them, read and refused as ltviz/core/own_counts.py does; it reads files besides. */
const OwnCounts = {
  most: 100000,
  how: "Write 500, 60, 7, or one class a line: name, count.",

  /** {counts, names}; an Error says what is wrong, for the reader. */
  read(text) {
    const lines = text.split(/\r\n?|\n/);
    const parts = OwnCounts.parts(text);
    const numbers = parts.map(OwnCounts.number);
    const widths = new Set(lines.filter((line) => line.trim()).map((line) => OwnCounts.parts(line).length));
    const single = !/[\r\n]/.test(text.trim());
    const even = widths.size === 1 && Math.max(...widths) <= 2;
    const bad = numbers.indexOf(null);
    if (bad < 0 && (single || !even)) return OwnCounts.checked(numbers, []); // one list, in a line or wrapped
    if (single) throw new Error(`${OwnCounts.quoted(parts[bad])} is no count. ${OwnCounts.how}`);
    return OwnCounts.table(lines);
  },

  /** The same text for the same counts: what the state and the address hold. */
  spelled({counts, names}) {
    if (!names.length || names.every((name) => /^[+-]?\d+$/.test(name))) return counts.join(",");
    const cell = (name) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
    return counts.map((count, c) => `${cell(names[c].split(/\s+/).join(" "))},${count}`).join("\n");
  },

  /** Whether a command line can hold the spelling. */
  brief(text) {
    return /^[\d,]{1,500}$/.test(text);
  },

  /** What a reader should know of a spelling that is long or has names. */
  beside(text) {
    const kept = text && !OwnCounts.brief(text) ? " For the command below, save these lines as counts.csv." : "";
    return kept + (text.length > Address.longest ? " A link cannot hold so many: it leads to the profile." : "");
  },

  parts(text) {
    return text.replaceAll(",", " ").trim().split(/\s+/);
  },

  number(part) {
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part) ? Number(part) : null;
  },

  quoted(text) {
    return `\u201c${text.length > 30 ? `${text.slice(0, 30)}\u2026` : text}\u201d`;
  },

  /** Lines of a count, or of a class's id or name and its count; the first may be a heading. */
  table(lines) {
    const first = lines.find((line) => line.trim());
    const between = [",", "\t", ";"].find((each) => first.includes(each)) ?? ",";
    const rows = lines.map((line, k) => ({at: k + 1, cells: OwnCounts.cells(line, between, k + 1)}))
      .filter(({cells}) => cells.some(Boolean));
    if (!rows.length) throw new Error(`There are no counts in these lines. ${OwnCounts.how}`);
    const width = rows[0].cells.length;
    const odd = rows.find(({cells}) => cells.length !== width || width > 2);
    if (odd) throw new Error(`Line ${odd.at} has ${odd.cells.length} cells, not one class and its count. ${OwnCounts.how}`);
    if (OwnCounts.number(rows[0].cells.at(-1)) === null) rows.shift(); // a heading
    const counts = rows.map(({at, cells}) => {
      const count = OwnCounts.number(cells.at(-1));
      if (count === null) throw new Error(`Line ${at}: ${OwnCounts.quoted(cells.at(-1))} is no count. ${OwnCounts.how}`);
      return count;
    });
    return width === 1 ? OwnCounts.checked(counts, []) : OwnCounts.labelled(rows, counts);
  },

  /** By the ids in the first column, where it holds ids; else named by it, in the order of the lines. */
  labelled(rows, counts) {
    const found = new Map();
    for (const [k, {at, cells: [word]}] of rows.entries()) {
      if (!/^[+-]?\d+$/.test(word)) return OwnCounts.checked(counts, rows.map(({cells}) => cells[0]));
      if (found.has(Number(word))) throw new Error(`Class ${word} comes a second time in line ${at}.`);
      found.set(Number(word), counts[k]);
    }
    const ordered = counts.map((_, c) => {
      if (!found.has(c)) throw new Error(`Class ${c} is missing: class ids run from 0 to ${found.size - 1}, or are names.`);
      return found.get(c);
    });
    return OwnCounts.checked(ordered, []);
  },

  /** The cells of a line; a quoted one may hold what parts them. */
  cells(line, between, at) {
    if (!line.includes('"')) return line.split(between).map((cell) => cell.trim());
    const cells = [];
    let [cell, quoted] = ["", false];
    for (let i = 0; i < line.length; i++) {
      const letter = line[i];
      if (quoted && letter === '"' && line[i + 1] === '"') cell += line[++i];
      else if (quoted && letter === '"') quoted = false;
      else if (!quoted && letter === '"' && !cell.trim()) [cell, quoted] = ["", true];
      else if (!quoted && letter === between) {
        cells.push(cell.trim());
        cell = "";
      } else cell += letter;
    }
    if (quoted) throw new Error(`Line ${at}: a quotation mark is not closed.`);
    return [...cells, cell.trim()];
  },

  checked(counts, names) {
    const {length} = counts;
    if (length < 2) throw new Error(`At least 2 classes are needed; ${length ? "this is one" : "there are none"}. ${OwnCounts.how}`);
    if (length > OwnCounts.most) throw new Error(`${written(length)} classes are too many to draw: at most ${written(OwnCounts.most)}.`);
    counts.forEach((count, c) => {
      const who = names.length ? OwnCounts.quoted(names[c]) : `Class ${c}`;
      if (!(count >= 1)) throw new Error(`${who} has ${written(count)} samples; each class needs at least 1. Leave out a class without samples.`);
      if (count >= 2 ** 53) throw new Error(`${who} has too many samples: at most 2^53.`);
      if (!Number.isInteger(count)) throw new Error(`${who} has ${count} samples; counts are whole numbers.`);
    });
    const seen = new Set();
    names.forEach((name, c) => {
      if (!name) throw new Error(`Class ${c} has no name; give every line one, or none.`);
      if (seen.has(name)) throw new Error(`The name ${OwnCounts.quoted(name)} stands for two classes; give each a name of its own.`);
      seen.add(name);
    });
    return {counts, names};
  },
};

/** A field for counts: what can be read is drawn as it is typed; what cannot is said once the hand rests. */
ROWS.counts = (panel, dial) => {
  const {explorer} = panel;
  const input = make("textarea", {rows: 2, spellcheck: "false", autocomplete: "off", placeholder: "500, 60, 7"});
  const hint = make("p", {class: "hint", role: "status", id: `${panel.id}-${dial.name}-hint`}, dial.help);
  input.setAttribute("aria-describedby", hint.id);
  let shown = "";
  let waiting = 0; // an error, for the hand to rest
  let due = 0; // a text, for the next frame: a paste may come line by line
  const tell = (error) => {
    clearTimeout(waiting);
    if (error) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    const text = error ? `${error} The picture stays as it was.` : dial.help + (explorer.spec.page ? OwnCounts.beside(shown) : "");
    if (hint.textContent !== text) hint.textContent = text;
  };
  const take = (patient) => {
    clearTimeout(waiting);
    cancelAnimationFrame(due);
    try {
      shown = ROWS.counts.spelled(input.value);
      tell("");
      explorer.set(dial.name, shown);
    } catch ({message}) {
      if (!explorer.spec.page && !patient) explorer.set(dial.name, shown = input.value.trim()); // the kernel reads files too
      else if (explorer.spec.page && patient) waiting = setTimeout(() => tell(message), 900);
      else if (explorer.spec.page) tell(message);
    }
  };
  input.addEventListener("input", ({inputType}) => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(() => take(inputType !== "insertFromPaste"));
  });
  input.addEventListener("change", () => take(false));
  const put = (value) => {
    shown = value;
    input.value = value;
    tell("");
  };
  const element = frame(panel, dial, input);
  element.append(hint);
  return {
    element,
    show(value) { if (value !== shown) put(value); }, // otherwise the field keeps what the reader has typed
    reset() { put(explorer.state[dial.name]); },
  };
};

ROWS.counts.spelled = (text) => (text.trim() ? OwnCounts.spelled(OwnCounts.read(text)) : "");

/** What an address holds, as the state has it; null for what cannot be read. */
ROWS.counts.reads = (text) => {
  try {
    return ROWS.counts.spelled(text);
  } catch {
    return null;
  }
};
