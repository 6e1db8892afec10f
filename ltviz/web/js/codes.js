// Short codes of guesses: as ltviz/site/codes.py writes them.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY";
const SIDE = 21;
const READ_AS = /** @type {Record<string, string>} */ ({O: "0", I: "1", L: "1"}); // what is easily misread

/** @param {number} number */
const letters = (number) => ALPHABET[Math.floor(number / ALPHABET.length)] + ALPHABET[number % ALPHABET.length];

/** @param {string} word */
const weighed = (word) => [...word].reduce((sum, letter, k) => sum + (k + 2) * ALPHABET.indexOf(letter), 0);

/**
 * The code of a guess.
 * @param {string} key two letters of the explorer
 * @param {number} stop the place of the guess on its slider
 */
export function codeOf(key, stop) {
  const word = key + letters(stop);
  return word + ALPHABET[(ALPHABET.length - (weighed(word) % ALPHABET.length)) % ALPHABET.length];
}

/**
 * What a code says; null for one that was mistyped.
 * @param {string} text
 */
export function readCode(text) {
  const code = [...text.toUpperCase()].map((letter) => READ_AS[letter] ?? letter).join("");
  if (code.length !== 5 || [...code].some((letter) => !ALPHABET.includes(letter))) return null;
  const stop = ALPHABET.length * ALPHABET.indexOf(code[2]) + ALPHABET.indexOf(code[3]);
  return codeOf(code.slice(0, 2), stop) === code ? {key: code.slice(0, 2), stop, code} : null;
}

/**
 * The dark places of a guess's QR code, as a path in units of its modules.
 * @param {string} base64 of deflated bits: the codes of all stops
 * @param {number} stop
 */
export async function squareOf(base64, stop) {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const whole = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(whole).arrayBuffer());
  let path = "";
  for (let k = 0; k < SIDE * SIDE; k++) {
    const bit = stop * SIDE * SIDE + k;
    if ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1) path += `M${k % SIDE} ${Math.floor(k / SIDE)}h1v1h-1z`;
  }
  return path;
}
