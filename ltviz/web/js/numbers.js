// Numbers as people read them: digits that matter, thin spaces, a true minus, the language's decimal mark.

let mark = ".";

/**
 * Write numbers as a language does, those before and behind a decimal mark; thin spaces part thousands in all.
 * @param {string} language
 */
export function writeAs(language) {
  const parts = new Intl.NumberFormat(language).formatToParts(1.5);
  mark = parts.find(({type}) => type === "decimal")?.value ?? ".";
}

/** @param {string} text a number with a point */
export function marked(text) {
  return mark === "." ? text : text.replace(".", mark);
}

/**
 * Write a number as a reader would: three digits that matter.
 * @param {unknown} value
 */
export function written(value, digits = 3) {
  if (typeof value !== "number") return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text;
  if (size >= 1e15 || size < 1e-4) text = value.toExponential(digits - 1).replace("e+", "e");
  else if (size >= 1000) text = grouped(Math.round(value).toString());
  else text = String(Number(value.toPrecision(digits)));
  return marked(text.replaceAll("-", "\u2212"));
}

/**
 * Write a number with a fixed count of decimals, and its sign if asked.
 * @param {number} value
 * @param {number} decimals
 */
export function fixed(value, decimals, signed = false) {
  const text = Math.abs(value).toFixed(decimals);
  const sign = Number(text) === 0 ? "" : value < 0 ? "\u2212" : signed ? "+" : "";
  return sign + marked(text);
}

/** @param {number} share */
export function percent(share) {
  return `${fixed(100 * share, 1)}\u00a0%`;
}

/**
 * Thin spaces between thousands.
 * @param {string} whole
 */
export function grouped(whole) {
  return whole.length < 4 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
