// Class counts that a reader types: reading and writing them.

import {say} from "./words.js";

/** @typedef {{counts: readonly number[], names: readonly string[]}} Counts samples of each class; names of all or none */
/** @typedef {{at: number, cells: string[]}} Line its number from 1, and what stands in it */

/** Counts as a reader types them, read and refused as ltviz/core/own_counts.py does; it reads files besides. */
export const OwnCounts = {
  most: 100000,

  /** How counts are written. */
  get how() {
    return say("Write 500, 60, 7, or one class a line: name, count.");
  },

  /**
   * An Error says what is wrong, for the reader.
   * @param {string} text
   * @returns {Counts}
   */
  read(text) {
    const lines = text.split(/\r\n?|\n/);
    const parts = OwnCounts.parts(text);
    const numbers = parts.map(OwnCounts.number);
    const widths = new Set(lines.filter((line) => line.trim()).map((line) => OwnCounts.parts(line).length));
    const single = !/[\r\n]/.test(text.trim());
    const even = widths.size === 1 && Math.max(...widths) <= 2;
    const bad = numbers.findIndex(Number.isNaN);
    const list = bad < 0 && (single || !even); // in a line or wrapped
    if (list && /^\s*,|,\s*,|,\s*$/.test(text))
      throw new Error(`${say("There is a comma without a count before or behind it.")} ${OwnCounts.how}`);
    if (list) return OwnCounts.checked(numbers, []);
    if (single) {
      const said = say("{what} is no count.", {
        what: OwnCounts.quoted(parts[bad]),
      });
      throw new Error(`${said} ${OwnCounts.how}`);
    }
    return OwnCounts.table(lines);
  },

  /**
   * The same text for the same counts: what the state and the address hold.
   * @param {Counts} counts
   */
  spelled({counts, names}) {
    if (!names.length || names.every((name) => /^[+-]?\d+$/.test(name))) return counts.join(",");
    const cell = (/** @type {string} */ name) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
    return counts.map((count, c) => `${cell(names[c].split(/\s+/).join(" "))},${count}`).join("\n");
  },

  /**
   * Whether a command line can hold the spelling.
   * @param {string} text
   */
  brief(text) {
    return /^[\d,]{1,500}$/.test(text);
  },

  /** @param {string} text */
  parts(text) {
    return text.replaceAll(",", " ").trim().split(/\s+/);
  },

  /**
   * NaN where a part is no number.
   * @param {string} part
   */
  number(part) {
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part) ? Number(part) : NaN;
  },

  /** @param {string} text */
  quoted(text) {
    return say("“{text}”", {
      text: text.length > 30 ? `${text.slice(0, 30)}\u2026` : text,
    });
  },

  /**
   * Lines of a count, or of a class's id or name and its count; the first may be a heading.
   * @param {string[]} lines
   */
  table(lines) {
    const first = lines.find((line) => line.trim()) ?? "";
    const between = [",", "\t", ";"].find((each) => first.includes(each)) ?? ",";
    const rows = lines
      .map((line, k) => ({at: k + 1, cells: OwnCounts.cells(line, between, k + 1)}))
      .filter(({cells}) => cells.some(Boolean));
    if (!rows.length) throw new Error(`${say("There are no counts in these lines.")} ${OwnCounts.how}`);
    const width = rows[0].cells.length;
    const odd = rows.find(({cells}) => cells.length !== width || width > 2);
    if (odd) {
      const [line, cells] = [String(odd.at), odd.cells.length];
      const said = say("Line {line} has {cells} cells, not one class and its count.", {line, cells});
      throw new Error(` ${said} ${OwnCounts.how}`);
    }
    if (Number.isNaN(OwnCounts.number(lastOf(rows[0])))) rows.shift(); // a heading
    const counts = rows.map((row) => {
      const count = OwnCounts.number(lastOf(row));
      if (Number.isNaN(count)) {
        const places = {
          line: String(row.at),
          what: OwnCounts.quoted(lastOf(row)),
        };
        throw new Error(`${say("Line {line}: {what} is no count.", places)} ${OwnCounts.how}`);
      }
      return count;
    });
    return width === 1 ? OwnCounts.checked(counts, []) : OwnCounts.labelled(rows, counts);
  },

  /**
   * By the ids in the first column, where it holds ids; else named by it, in the order of the lines.
   * @param {Line[]} rows
   * @param {number[]} counts
   */
  labelled(rows, counts) {
    const found = new Map();
    for (const [k, row] of rows.entries()) {
      const {at} = row;
      const [id] = row.cells;
      if (!/^[+-]?\d+$/.test(id))
        return OwnCounts.checked(
          counts,
          rows.map(({cells}) => cells[0]),
        );
      if (found.has(Number(id)))
        throw new Error(
          say("Class {id} comes a second time in line {line}.", {
            id,
            line: String(at),
          }),
        );
      found.set(Number(id), counts[k]);
    }
    const ordered = counts.map((_, c) => {
      if (!found.has(c)) {
        const places = {id: String(c), last: String(found.size - 1)};
        throw new Error(say("Class {id} is missing: class ids run from 0 to {last}, or are names.", places));
      }
      return found.get(c);
    });
    return OwnCounts.checked(ordered, []);
  },

  /**
   * The cells of a line; a quoted one may hold what parts them.
   * @param {string} line
   * @param {string} between
   * @param {number} at
   */
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
    if (quoted)
      throw new Error(
        say("Line {line}: a quotation mark is not closed.", {
          line: String(at),
        }),
      );
    return [...cells, cell.trim()];
  },

  /**
   * @param {number[]} counts
   * @param {string[]} names
   * @returns {Counts}
   */
  checked(counts, names) {
    const {length} = counts;
    if (length < 2) {
      const said = length
        ? say("At least 2 classes are needed; this is one.")
        : say("At least 2 classes are needed; there are none.");
      throw new Error(` ${said} ${OwnCounts.how}`);
    }
    if (length > OwnCounts.most) {
      const places = {classes: length, most: OwnCounts.most};
      throw new Error(say("{classes} classes are too many to draw: at most {most}.", places));
    }
    counts.forEach((count, c) => {
      const who = names.length ? OwnCounts.quoted(names[c]) : say("Class {id}", {id: String(c)});
      if (!(count >= 1)) {
        const few = say("{who} has {count} samples; each class needs at least 1.", {who, count});
        throw new Error(`${few} ${say("Leave out a class without samples.")}`);
      }
      if (count >= 2 ** 53) throw new Error(say("{who} has too many samples: at most 2^53.", {who}));
      if (!Number.isInteger(count))
        throw new Error(say("{who} has {count} samples; counts are whole numbers.", {who, count: String(count)}));
    });
    const seen = new Set();
    names.forEach((name, c) => {
      if (!name)
        throw new Error(
          say("Class {id} has no name; give every line one, or none.", {
            id: String(c),
          }),
        );
      if (seen.has(name)) {
        const places = {name: OwnCounts.quoted(name)};
        throw new Error(say("The name {name} stands for two classes; give each a name of its own.", places));
      }
      seen.add(name);
    });
    return {counts, names};
  },
};

/** @param {Line} line */
function lastOf({cells}) {
  return cells[cells.length - 1];
}

/**
 * A text as a state holds it; null for what cannot be read.
 * @param {string} text
 */
export function spelledCounts(text) {
  try {
    return spelled(text);
  } catch {
    return null;
  }
}

/**
 * A text as a state holds it; an Error says why it cannot be read.
 * @param {string} text
 */
export function spelled(text) {
  return text.trim() ? OwnCounts.spelled(OwnCounts.read(text)) : "";
}
