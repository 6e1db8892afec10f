// The front page: each explorer's picture as it opens, small, which nobody can touch.

/** @import {Spec} from "./types.js" */
import {Explorer} from "./explorer.js";
import {dress, numbersOf, PageSource} from "./page.js";

const SMALL = 670; // pixels across which a small picture is drawn before it shrinks into its card

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
  for (const {spec, entries} of cards) show({...spec, theme, looks}, new PageSource(entries, buffer));
}

/**
 * @param {Spec} spec
 * @param {PageSource} source
 */
function show(spec, source) {
  const host = document.getElementById(`picture-${spec.name}`);
  const card = host?.parentElement;
  if (!host || !card) return;
  host.style.width = `${SMALL}px`;
  const {section} = new Explorer(host, spec, source);
  const size = new ResizeObserver(() => shrink(host, card));
  for (const each of [section, card]) size.observe(each);
}

/**
 * Shrink a drawing into the box that holds it, in its middle.
 * @param {HTMLElement} host
 * @param {HTMLElement} card
 */
function shrink(host, card) {
  const {clientWidth, clientHeight} = card;
  const scale = Math.min(clientWidth / SMALL, clientHeight / host.offsetHeight);
  const [left, top] = [clientWidth - scale * SMALL, clientHeight - scale * host.offsetHeight];
  host.style.transform = `translate(${left / 2}px, ${top / 2}px) scale(${scale})`;
}
