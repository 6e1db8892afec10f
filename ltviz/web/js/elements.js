/** The SVG elements of a drawing, in order; the next drawing uses them again and changes only what differs. */
class Elements {
  constructor(parent) {
    this.parent = parent;
    this.nodes = []; // each with `kept`: the attributes that it has
    this.at = 0;
  }

  static make(tag, parent) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    parent?.append(node);
    return node;
  }

  /** Start again from the first element. */
  restart() {
    this.at = 0;
  }

  /** The next element: the one that is there, if it has this tag. An attribute that is undefined is left out. */
  put(tag, attributes, text) {
    let node = this.nodes[this.at];
    if (node?.tagName !== tag) {
      const fresh = Elements.make(tag);
      fresh.kept = {};
      if (node) node.replaceWith(fresh);
      else this.parent.append(fresh);
      node = this.nodes[this.at] = fresh;
    }
    this.at++;
    for (const name in node.kept) if (attributes[name] === undefined) node.removeAttribute(name);
    for (const name in attributes) {
      const value = attributes[name];
      if (value !== undefined && value !== node.kept[name]) node.setAttribute(name, value);
    }
    node.kept = attributes;
    if (text !== undefined && node.textContent !== text) node.textContent = text;
  }

  /** Remove what the drawing did not use. */
  trim() {
    for (const node of this.nodes.splice(this.at)) node.remove();
  }
}
