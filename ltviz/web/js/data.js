// Trees of numbers as Python packs them, and the themes.

const KINDS = {f4: Float32Array, i4: Int32Array, u1: Uint8Array};
const PICTURES = {};

/** Put the arrays back into a tree: {"$": [kind, offset, shape]} -> a typed array with its shape. */
function unpack(tree, buffer) {
  if (Array.isArray(tree)) return tree.map((node) => unpack(node, buffer));
  if (tree === null || typeof tree !== "object") return tree;
  if (tree.$) {
    const [kind, offset, shape] = tree.$;
    const array = new KINDS[kind](buffer, offset, shape.reduce((a, b) => a * b, 1));
    array.shape = shape;
    return array;
  }
  return Object.fromEntries(Object.entries(tree).map(([key, node]) => [key, unpack(node, buffer)]));
}

/** Make an element with attributes, event handlers ("onclick") and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Write a number as a reader would: three digits that matter, thin spaces, a true minus. */
function written(value, digits = 3) {
  if (typeof value !== "number") return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text;
  if (size >= 1e15 || size < 1e-4) text = value.toExponential(digits - 1).replace("e+", "e");
  else if (size >= 1000) text = Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
  else text = String(Number(value.toPrecision(digits)));
  return text.replace("-", "\u2212");
}

/** Write a number with a fixed count of decimals, and its sign if asked. */
function fixed(value, decimals, signed = false) {
  const text = Math.abs(value).toFixed(decimals);
  const sign = Number(text) === 0 ? "" : value < 0 ? "\u2212" : signed ? "+" : "";
  return sign + text;
}
