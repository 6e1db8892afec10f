// The tree of methods as lists in lists: a name that an explorer takes is a link to it, in a notebook a call to run.

/** @import {Controls, Drawn, Look, Scene} from "../types.js" */
import {make} from "../dom.js";
import {PICTURES} from "../pictures.js";
import {say} from "../words.js";

/**
 * A method.
 * @typedef {object} TreeNode
 * @property {string} title
 * @property {string} adds to the one above it
 * @property {number} depth steps from the root
 * @property {number} family its place in `families`
 * @property {{href: string, call: string} | null} opens the page beside this one, and the call in a notebook
 */

/** @typedef {{families: readonly string[], nodes: readonly TreeNode[]}} Tree nodes depth first */

const TREE_COLUMN = 19; // letters of a column
const FAMILY_MARKS = "\u25a0\u25cf\u25b2\u25c6\u271a\u2716\u2605\u25bc\u2b22\u25cb\u25a1"; // of families: a second cue beside colour

class TreePicture {
  rigid = true;
  drawn = "";

  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   */
  constructor(host, controls) {
    this.controls = controls;
    host.setAttribute("role", "group"); // links are in it
    this.list = make("ul", {class: "tree"});
    this.call = make("p", {role: "status", class: "tree-call"});
    this.legend = make("p", {style: "display:flex;flex-wrap:wrap;gap:0 1.2em;margin:0 0 .5em"});
    this.shelf = make("div", {style: "overflow:auto"}, this.list);
    host.append(this.legend, this.shelf, this.call);
  }

  /**
   * @param {Scene<{family: string, deep: number}, {tree: Tree}>} scene
   * @returns {Drawn}
   */
  draw({state, entries, asking, look, lookName}) {
    const {families} = entries.tree;
    const nodes = entries.tree.nodes.filter(({depth}) => depth <= state.deep);
    const drawn = `${lookName} ${asking} ${nodes.map(({title}) => title).join()}`;
    if (drawn !== this.drawn) this.write({nodes, families}, look, asking);
    this.drawn = drawn;
    const below = nodes.filter(({depth}) => depth === 1).length;
    const linked = nodes.filter(({opens}) => opens).length;
    const counted = {
      methods: nodes.length,
      families: families.length,
      below,
      linked,
    };
    return {
      values: {below},
      numbers: [
        [say("methods"), String(nodes.length)],
        [say("right below cross-entropy"), asking ? "?" : String(below)],
      ],
      says: say(
        "{methods} methods of {families} families; {below} hang right below cross-entropy; from {linked} of them an explorer opens.",
        counted,
      ),
      saw: say("{methods} methods of {families} families; {below} hang right below cross-entropy.", counted),
    };
  }

  /**
   * @param {import("../types.js").Kept<Tree>} tree
   * @param {Look} look
   * @param {boolean} asking
   */
  write({nodes, families}, look, asking) {
    const {size} = look;
    this.list.style.cssText = `list-style:none;margin:0;padding:0;columns:${TREE_COLUMN * size}px;line-height:1.35`;
    // beside the dials it ends with the window, and scrolls; on a phone the page does
    this.shelf.style.maxHeight = innerWidth > 40 * size ? `calc(100vh - ${18 * size}px)` : "";
    this.call.textContent = "";
    const mark = (/** @type {number} */ family) => {
      const place = family >= 7 ? family + 1 : family; // of the palette without yellow, too pale for letters
      return make("span", {"aria-hidden": true, style: `color:${look.palette[place]}`}, `${FAMILY_MARKS[family]} `);
    };
    this.legend.replaceChildren(
      ...families.map((name, k) => make("small", {style: "white-space:nowrap"}, mark(k), say(name))),
    );
    const shown = asking ? nodes.slice(0, 1) : nodes;
    this.list.replaceChildren(
      ...shown.map(({title, adds, depth, family, opens}) => {
        const parts = adds.split(", ").map((each) => say(each));
        const more = adds && !asking ? make("small", {style: `color:${look.muted}`}, ` (+ ${parts.join(", ")})`) : "";
        const indent = `padding-left:${(1.1 * depth + 1) * size}px;text-indent:${-size}px;break-inside:avoid`;
        const name = opens && !asking ? this.link(say(title), opens) : make("span", {}, say(title));
        return make("li", {style: indent, title: say(families[family])}, mark(family), name, more);
      }),
    );
  }

  /**
   * A page has an address; a notebook has none, and says what to run.
   * @param {string} title
   * @param {{href: string, call: string}} opens
   */
  link(title, {href, call}) {
    if (this.controls.spec.page) return make("a", {href}, title);
    const tell = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.call.replaceChildren(`${say("Run in a cell:")} `, make("code", {}, call));
    };
    return make("a", {href: "#", onclick: tell}, title);
  }
}

PICTURES.tree = TreePicture;
