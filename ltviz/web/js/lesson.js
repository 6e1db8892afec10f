// A lesson: explorers in its text, each made when it is near, and the meaning of symbols at hand.

/** @import {Look, Spec} from "./types.js" */
import {blockOf, make} from "./dom.js";
import {Explorer} from "./explorer.js";
import {dress, numbersOf, PageSource} from "./page.js";
import {PICTURES} from "./pictures.js";

const AHEAD = "600px"; // below the window

/** @typedef {{looks: Record<string, Look>, theme: string, explorers: Spec[]}} Told what a page says of its explorers */

/**
 * Make the explorers of a text as they come near, and have the page follow the look.
 * @param {(host: HTMLElement, told: Told) => void} [open] makes the explorer of a place
 */
export function openNear(open = openIn) {
  /** @type {Told} */
  const told = JSON.parse(blockOf("ltviz-live"));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const around = () => {
    const name = told.theme === "auto" ? (dark.matches ? "dark" : "light") : told.theme;
    dress(name, told.looks[name]);
  };
  around();
  dark.addEventListener("change", around);
  /** @type {NodeListOf<HTMLElement>} */
  const hosts = document.querySelectorAll("[data-explorer]");
  const seen = new IntersectionObserver(
    (entries) => {
      for (const {isIntersecting, target} of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        open(/** @type {HTMLElement} */ (target), told);
      }
    },
    {rootMargin: `${AHEAD} 0px`},
  );
  for (const host of hosts) seen.observe(host);
}

/**
 * Make the explorer of a place, or of an element in it.
 * @param {HTMLElement} host
 * @param {Told} told
 * @param {HTMLElement} [root]
 */
export async function openIn(host, {explorers, theme, looks}, root = host) {
  const at = Number(host.dataset.explorer);
  const spec = explorers[at];
  const numbers = await numbersOf(`ltviz-data-${at}`);
  return new Explorer(root, {...spec, theme, looks}, new PageSource(numbers, PICTURES[spec.picture].own));
}

/** Say what a symbol means while a pointer is on it or the keyboard has it; Escape sends the words away. */
function explainSymbols() {
  const tip = make("p", {class: "means", role: "tooltip", id: "ltviz-means", hidden: true});
  document.body.append(tip);
  /** @type {Element | null} */
  let shown = null;
  const hide = () => {
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  };
  const place = () => {
    if (!shown) return;
    const {left, top, bottom} = shown.getBoundingClientRect();
    const {offsetWidth, offsetHeight} = tip;
    const above = top - offsetHeight - 6;
    tip.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - offsetWidth - 8))}px`;
    tip.style.top = `${above > 0 ? above : bottom + 6}px`;
  };
  const show = (/** @type {Event} */ {target}) => {
    const symbol = target instanceof Element ? target.closest("[data-means]") : null;
    if (symbol === shown) return;
    hide();
    if (!symbol) return;
    shown = symbol;
    tip.textContent = symbol.getAttribute("data-means");
    tip.hidden = false;
    symbol.setAttribute("aria-describedby", tip.id);
    place();
  };
  for (const event of ["pointerover", "focusin", "click"]) document.addEventListener(event, show);
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", place, {passive: true, capture: true});
  document.addEventListener("keydown", ({key}) => {
    if (key === "Escape") hide();
  });
}

/** Mark in the table of contents where the reader is. */
function followContents() {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".contents a");
  const headings = [...links].map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const line = 0.3 * innerHeight;
    let at = 0;
    headings.forEach((each, k) => {
      if (each && each.getBoundingClientRect().top < line) at = k;
    });
    links.forEach((link, k) => {
      if (k === at) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  document.addEventListener("scroll", mark, {passive: true});
  mark();
}

/** Beside the text the contents stand open; above it they fold, so that a lesson begins with its first words. */
function foldContents() {
  const contents = /** @type {HTMLDetailsElement | null} */ (document.querySelector(".contents"));
  const beside = matchMedia("(min-width: 1240px)"); // as in lesson.css
  const fold = () => contents?.toggleAttribute("open", beside.matches);
  beside.addEventListener("change", fold);
  fold();
}

/** Start a lesson. */
export function bootLesson() {
  foldContents();
  openNear();
  explainSymbols();
  followContents();
}
