// An explorer as a module of its own, for pages that show widgets: MyST's, Jupyter Book's.

/** @import {Spec, State} from "./types.js" */
import {make} from "./dom.js";
import {Explorer} from "./explorer.js";
import {numbersIn, PageSource} from "./page.js";
import {PICTURES} from "./pictures.js";

/**
 * What a page gives a widget; nothing else of it is used.
 * @typedef {object} Plain
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {(event: string, call: () => void) => void} on
 */

/**
 * The widget of an explorer. Its `state`, some of its dials, may be set by the page and is set by the explorer.
 * @param {Spec} spec
 * @param {string} text its numbers
 * @param {string} css
 */
export function widgetOf(spec, text, css) {
  return {
    /** @param {{model: Plain, el: HTMLElement}} given */
    async render({model, el}) {
      const root = make("div");
      el.append(make("style", {}, css), root);
      const source = new PageSource(await numbersIn(text), PICTURES[spec.picture].own);
      const at = () => ({...spec.state, .../** @type {State} */ (model.get("state") ?? {})});
      const explorer = new Explorer(root, spec, source, {state: at(), theme: model.get("theme") ?? spec.theme});
      explorer.save = () => model.set("state", {...explorer.state});
      model.on("change:state", () => {
        const asked = at();
        const moved = Object.keys(asked).some((name) => asked[name] !== explorer.state[name]);
        if (moved && Object.keys(asked).every((name) => explorer.dial(name))) explorer.go(asked);
      });
      return () => explorer.close();
    },
  };
}
