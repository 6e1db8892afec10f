// The front page: the first explorer for the hand, and a small picture of each as it opens, which nobody can touch.

/** @import {Spec} from "./types.js" */
import {Explorer} from "./explorer.js";
import {dress, numbersOf, PageSource} from "./page.js";
import {PICTURES} from "./pictures.js";

/** @typedef {{spec: Spec, entries: any}} Shown */

/** Show every explorer of the front page. */
export async function bootFront() {
  const [{looks, theme, cards}, buffer] = await numbersOf();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const around = () => {
    const name = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    dress(name, looks[name]);
  };
  around();
  dark.addEventListener("change", around);
  const show = (/** @type {string} */ id, /** @type {Shown} */ {spec, entries}) => {
    const host = document.getElementById(id);
    if (host) new Explorer(host, {...spec, theme, looks}, new PageSource(entries, buffer, PICTURES[spec.picture].own));
  };
  if (cards.length) show("live", cards[0]);
  // the one for the hand is there first: the others come one by one
  const next = (k = 0) => {
    if (k >= cards.length) return;
    show(`picture-${cards[k].spec.name}`, cards[k]);
    setTimeout(next, 0, k + 1);
  };
  setTimeout(next);
}
