// Which score is the largest.

/**
 * Return the class of each row of scores (n, C): the first of the largest.
 * @param {Readonly<Float32Array>} scores
 * @param {number} classes
 */
export function decided(scores, classes) {
  const out = new Uint8Array(scores.length / classes);
  for (let i = 0; i < out.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[i * classes + c] > scores[i * classes + best]) best = c;
    out[i] = best;
  }
  return out;
}
