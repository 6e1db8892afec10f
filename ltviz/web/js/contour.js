// The lines between the regions of the largest score, by marching triangles.

import {decided} from "./largest.js";

/**
 * Return segments [x0, y0, x1, y1, ...] where scores i and j are equal and no third is larger, for every pair.
 * @param {Readonly<Float32Array>} points (n, 2) of a square grid, row by row
 * @param {number} resolution points along a side: n is its square
 * @param {Readonly<Float32Array>} scores (n, C)
 * @param {number} classes
 * @param {Readonly<Uint8Array>} [largest] (n,) whose score is the largest
 */
export function boundarySegments(points, resolution, scores, classes, largest = decided(scores, classes)) {
  /** @type {number[]} */
  const segments = [];
  const crossed = mixedCells(resolution, largest);
  if (!crossed.length) return segments;
  const n = points.length / 2;
  const f = new Float32Array(n);
  const lead = new Float32Array(n).fill(1);
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++) {
      for (const cell of crossed) {
        for (const k of [cell, cell + 1, cell + resolution, cell + resolution + 1]) {
          const at = k * classes;
          f[k] = scores[at + i] - scores[at + j];
          if (classes === 2) continue;
          let third = -Infinity;
          for (let c = 0; c < classes; c++) if (c !== i && c !== j && scores[at + c] > third) third = scores[at + c];
          lead[k] = scores[at + i] - third;
        }
      }
      cross(points, resolution, f, lead, {crossed, segments});
    }
  }
  return segments;
}

/**
 * The lower left corners of cells whose corners are not all of one class: in the others scores that are straight
 * between the corners have one that is the largest everywhere.
 * @param {number} resolution
 * @param {Readonly<Uint8Array>} largest
 */
function mixedCells(resolution, largest) {
  const cells = [];
  for (let r = 0; r + 1 < resolution; r++) {
    for (let a = r * resolution, end = a + resolution - 1; a < end; a++) {
      const one = largest[a];
      if (largest[a + 1] !== one || largest[a + resolution] !== one || largest[a + resolution + 1] !== one)
        cells.push(a);
    }
  }
  return cells;
}

/**
 * Two triangles a cell: a triangle has no ambiguous case.
 * @param {Readonly<Float32Array>} points
 * @param {number} resolution
 * @param {Float32Array} f (n,) zero on the line
 * @param {Float32Array} lead (n,) below zero where a third class is larger
 * @param {{crossed: readonly number[], segments: number[]}} cells those in which a line may be, and what is found
 */
function cross(points, resolution, f, lead, {crossed, segments}) {
  for (const a of crossed) {
    const d = a + resolution;
    const above = f[a] >= 0;
    if (above === f[a + 1] >= 0 && above === f[d] >= 0 && above === f[d + 1] >= 0) continue;
    triangle(points, f, lead, [a, a + 1, d + 1], segments);
    triangle(points, f, lead, [a, d + 1, d], segments);
  }
}

/**
 * @param {Readonly<Float32Array>} points
 * @param {Float32Array} f
 * @param {Float32Array} lead
 * @param {[number, number, number]} corners
 * @param {number[]} segments
 */
function triangle(points, f, lead, [p, q, r], segments) {
  const [sp, sq, sr] = [f[p] >= 0, f[q] >= 0, f[r] >= 0];
  if (sp === sq && sq === sr) return;
  const alone = sq === sr ? p : sp === sr ? q : r;
  const ends = [p, q, r]
    .filter((corner) => corner !== alone)
    .map((other) => {
      const share = f[alone] / (f[alone] - f[other]);
      return {
        x: points[2 * alone] + share * (points[2 * other] - points[2 * alone]),
        y: points[2 * alone + 1] + share * (points[2 * other + 1] - points[2 * alone + 1]),
        lead: lead[alone] + share * (lead[other] - lead[alone]),
      };
    });
  const [one, other] = ends;
  if (!(Math.max(one.lead, other.lead) >= 0)) return; // nor where one is NaN
  // where a third class takes over on the way, the line ends there, and the three lines meet
  for (const [end, far] of [
    [one, other],
    [other, one],
  ]) {
    if (end.lead >= 0) continue;
    const share = far.lead / (far.lead - end.lead);
    end.x = far.x + share * (end.x - far.x);
    end.y = far.y + share * (end.y - far.y);
  }
  segments.push(one.x, one.y, other.x, other.y);
}
