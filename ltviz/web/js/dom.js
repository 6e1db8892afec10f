// Elements of the page.

/**
 * Make an element with attributes, event handlers ("onclick") and children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/**
 * Append a child and return it.
 * @template {Node} T
 * @param {Node} parent
 * @param {T} child
 */
export function put(parent, child) {
  return parent.appendChild(child);
}

/**
 * The element that has the keyboard, in the tree of this one: within a shadow the document knows only its host.
 * @param {Element} element
 */
export function focusedBeside(element) {
  const root = element.getRootNode();
  return root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
}

/**
 * The text of one of the page's blocks.
 * @param {string} id
 */
export function blockOf(id) {
  return document.getElementById(id)?.textContent ?? "";
}

/** @typedef {{[key: symbol]: number | undefined}} Counts */
const IDS = Symbol.for("ltviz.ids"); // kept by the document, as in JupyterLab each explorer loads these modules anew

/**
 * An id that no other element of the document has.
 * @param {string} [kind]
 */
export function uniqueId(kind = "") {
  const counts = /** @type {Counts} */ (/** @type {unknown} */ (document));
  const count = (counts[IDS] ?? 0) + 1;
  counts[IDS] = count;
  return `ltviz${kind}${count}`;
}
