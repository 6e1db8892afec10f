/** @import {PictureClass} from "./types.js" */

/** @type {Record<string, PictureClass>} what draws, by the name that a card gives it: each file of pictures/ puts its own here */
export const PICTURES = {};
