/** @typedef {Record<string, string | number | undefined>} Attributes */

/**
 * Make an element of an SVG.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Element} [parent]
 */
export function svgElement(tag, parent) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  parent?.append(node);
  return node;
}

/**
 * Give an element attributes.
 * @param {Element} node
 * @param {Attributes} attributes
 */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

/** The SVG elements of a drawing, in order; the next drawing uses them again and changes only what differs. */
export class Elements {
  /** @type {{node: SVGElement, kept: Attributes}[]} each with the attributes that it has */
  nodes = [];
  at = 0;

  /** @param {Element} parent */
  constructor(parent) {
    this.parent = parent;
  }

  /** Start again from the first element. */
  restart() {
    this.at = 0;
  }

  /**
   * The next element: the one that is there, if it has this tag. An attribute that is undefined is left out.
   * @param {keyof SVGElementTagNameMap} tag
   * @param {Attributes} attributes
   * @param {string} [text]
   */
  put(tag, attributes, text) {
    let here = this.nodes[this.at];
    if (here?.node.tagName !== tag) {
      const fresh = {node: svgElement(tag), kept: {}};
      if (here) here.node.replaceWith(fresh.node);
      else this.parent.append(fresh.node);
      here = this.nodes[this.at] = fresh;
    }
    const {node, kept} = here;
    this.at++;
    for (const name in kept) if (attributes[name] === undefined) node.removeAttribute(name);
    for (const name in attributes) {
      const value = attributes[name];
      if (value !== undefined && value !== kept[name]) node.setAttribute(name, String(value));
    }
    here.kept = attributes;
    if (text !== undefined && node.textContent !== text) node.textContent = text;
  }

  /** Remove what the drawing did not use. */
  trim() {
    for (const {node} of this.nodes.splice(this.at)) node.remove();
  }
}
