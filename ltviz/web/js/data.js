// Trees of numbers as Python packs them: nobody writes into them.

/** @type {Record<string, Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor>} */
const KINDS = {f4: Float32Array, i4: Int32Array, u1: Uint8Array};

/**
 * Put the arrays back into a tree: {"$": [kind, offset, shape]} -> a typed array with its shape.
 * @param {any} tree
 * @param {ArrayBuffer} buffer
 * @returns {any}
 */
export function unpack(tree, buffer) {
  if (tree === null || typeof tree !== "object") return tree;
  if (tree.$) {
    const [kind, offset, shape] = tree.$;
    return shaped(new KINDS[kind](buffer, offset, product(shape)), shape);
  }
  /** @type {any} */
  const copy = Array.isArray(tree) ? [] : {};
  for (const key in tree) copy[key] = unpack(tree[key], buffer);
  return Object.freeze(copy);
}

/**
 * Give an array its shape.
 * @template {object} A
 * @param {A} array
 * @param {readonly number[]} shape
 * @returns {A & {readonly shape: readonly number[]}}
 */
export function shaped(array, shape) {
  return Object.assign(array, {shape});
}

/** @param {readonly number[]} shape */
export function product(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * A copy of a tree without arrays of numbers, into which nobody can write.
 * @template T
 * @param {T} tree
 * @returns {T}
 */
export function frozen(tree) {
  if (tree === null || typeof tree !== "object") return tree;
  /** @type {any} */
  const copy = Array.isArray(tree) ? [] : {};
  for (const key in tree) copy[key] = frozen(tree[key]);
  return Object.freeze(copy);
}
