// A deck of slides: reveal.js turns them, explorers on them move.

import {blockOf, make} from "./dom.js";
import {openIn, openNear} from "./lesson.js";

/** @typedef {{initialize: (config: object) => Promise<unknown>}} Deck reveal.js, as a page has it */

/** Start the deck; while the keyboard is on an explorer, its keys are the explorer's. */
export async function bootSlides() {
  const deck = /** @type {Deck} */ (Reflect.get(window, "Reveal"));
  await deck.initialize({
    disableLayout: true,
    display: "flex", // reveal.js writes it beside each slide, where a style sheet cannot reach it
    hash: true,
    transition: "none",
    backgroundTransition: "none",
    slideNumber: "c",
    help: false,
    plugins: [Reflect.get(window, "RevealNotes")],
    keyboardCondition: () => !document.activeElement?.closest(".live"),
  });
  // in a shadow: an explorer is a section, and so is a slide
  openNear(async (host, told) => {
    const root = make("div");
    host.replaceChildren();
    host.attachShadow({mode: "open"}).append(make("style", {}, blockOf("ltviz-style")), root);
    const {section} = await openIn(host, told, root);
    section.classList.add("page"); // it has the slide for itself
  });
}
