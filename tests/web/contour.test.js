// Boundaries of fields whose boundary is known.

import assert from "node:assert/strict";
import {test} from "node:test";
import {boundarySegments} from "../../ltviz/web/js/contour.js";
import {gridPoints} from "../../ltviz/web/js/model.js";

const SIDE = 41;
const POINTS = gridPoints([-1, 1, -1, 1], SIDE);

/** Segments between the classes whose scores these functions of (x, y) are. */
function segments(...scores) {
  const rows = Float32Array.from({length: SIDE * SIDE * scores.length}, (_, k) => {
    const i = Math.floor(k / scores.length);
    return scores[k % scores.length](POINTS[2 * i], POINTS[2 * i + 1]);
  });
  const flat = boundarySegments(POINTS, SIDE, rows, scores.length);
  return Array.from({length: flat.length / 4}, (_, i) => flat.slice(4 * i, 4 * i + 4));
}

const length = (all) => all.reduce((sum, [ax, ay, bx, by]) => sum + Math.hypot(bx - ax, by - ay), 0);

test("a straight boundary is where it is, through and through", () => {
  const all = segments(
    (x) => x,
    () => 0.313,
  );
  for (const [ax, , bx] of all) assert.ok(Math.abs(ax - 0.313) < 1e-5 && Math.abs(bx - 0.313) < 1e-5);
  assert.ok(Math.abs(length(all) - 2) < 1e-5);
});

test("a slanted one too", () => {
  const all = segments(
    (x, y) => x + 2 * y,
    () => 0.1,
  );
  for (const [ax, ay, bx, by] of all) {
    assert.ok(Math.abs(ax + 2 * ay - 0.1) < 1e-5 && Math.abs(bx + 2 * by - 0.1) < 1e-5);
  }
  assert.ok(Math.abs(length(all) - Math.hypot(2, 1)) < 1e-4);
});

test("a circle has its circumference and its radius", () => {
  const all = segments(
    (x, y) => x * x + y * y,
    () => 0.36,
  );
  for (const [ax, ay] of all) assert.ok(Math.abs(Math.hypot(ax, ay) - 0.6) < 2e-3);
  assert.ok(Math.abs(length(all) - 2 * Math.PI * 0.6) < 0.01);
});

test("three classes meet in a point: each boundary ends where the third takes over", () => {
  const angles = [90, 210, 330].map((degrees) => (degrees * Math.PI) / 180);
  const all = segments(...angles.map((angle) => (x, y) => x * Math.cos(angle) + y * Math.sin(angle)));
  // three rays from the middle, without a gap: one down to the edge, two up to the sides
  assert.ok(Math.abs(length(all) - (1 + 2 / Math.cos(Math.PI / 6))) < 1e-4);
  for (const [ax, ay, bx, by] of all) {
    const [x, y] = [(ax + bx) / 2, (ay + by) / 2];
    const nearest = Math.min(...[30, 150, 270].map((degrees) => ray(x, y, (degrees * Math.PI) / 180)));
    assert.ok(nearest < 0.05);
  }
});

/** How far a point is from a ray that leaves the middle. */
function ray(x, y, angle) {
  const along = Math.max(0, x * Math.cos(angle) + y * Math.sin(angle));
  return Math.hypot(x - along * Math.cos(angle), y - along * Math.sin(angle));
}

test("one class everywhere has no boundary, nor have equal scores", () => {
  assert.deepEqual(
    segments(
      () => 1,
      () => 0,
    ),
    [],
  );
  assert.deepEqual(
    segments(
      () => 1,
      () => 1,
    ),
    [],
  );
});

test("a class that is nowhere the largest has none", () => {
  const two = segments(
    (x) => x,
    () => 0,
  );
  const three = segments(
    (x) => x,
    () => 0,
    () => -5,
  );
  assert.deepEqual(three, two);
});

test("no segment is NaN where scores are", () => {
  const all = segments(
    (x) => (x > 0.5 ? NaN : x),
    () => 0,
  );
  assert.ok(all.length > 0);
  assert.ok(all.flat().every(Number.isFinite));
});
