// The front page: one explorer for the hand.

import {Explorer} from "./explorer.js";
import {dress, numbersOf, PageSource} from "./page.js";
import {PICTURES} from "./pictures.js";
import {speakAsAsked, wordsOf} from "./said.js";

/** Show the explorer of the front page. */
export async function bootFront() {
  const words = wordsOf();
  /** @type {Explorer | undefined} */
  let explorer;
  speakAsAsked(words, () => explorer?.reword());
  const [{looks, theme, spec, entries}, buffer] = await numbersOf();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const around = () => {
    const name = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    dress(name, looks[name]);
  };
  around();
  dark.addEventListener("change", around);
  const host = document.getElementById("live");
  if (!host || !spec) return;
  const source = new PageSource([entries, buffer], PICTURES[spec.picture].own);
  explorer = new Explorer(host, {...spec, theme, looks}, source);
}
