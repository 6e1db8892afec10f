// Newton's steps to the class vectors of a weighted cross-entropy on fixed features, as ltviz/plane/_newton.py.

const TOLERANCE = 1e-10; // of the gradient's largest entry
const STEPS = 100;
const FREE = 1e-12; // curvature added to everything, against rounding

/**
 * What is minimised: the mean over rows of weight times the cross-entropy of slope times raw plus offset, plus the
 * term that holds the class vectors.
 * @typedef {object} Problem
 * @property {Float64Array} phi (n, D) features, of length 1 where `unit`
 * @property {Uint8Array} labels (n,)
 * @property {Float64Array} weight (n,) of a row, already divided by their number
 * @property {Float64Array} slope (C, C) row y: of the raw scores of a sample of class y
 * @property {Float64Array} offset (C, C) added to them
 * @property {boolean} unit whether class vectors have length 1
 * @property {Float64Array} ridge (D,) half of it times the squared entries is added
 * @property {Float64Array} pull (C, D) minus the product with the class vectors is added
 */

/** @typedef {{value: number, gradient: Float64Array, free: Float64Array, prob: Float64Array, size: number}} Look */

export class Newton {
  /** @type {Float64Array | null} (CD, CD) Cholesky factor of the last Hessian; the next fit of a path tries it first */
  factor = null;

  /** @param {Problem} problem */
  constructor(problem) {
    this.n = problem.labels.length;
    this.width = problem.ridge.length;
    this.classes = problem.pull.length / this.width;
    this.size = this.classes * this.width;
    this.problem = problem;
  }

  /**
   * Go on with another loss on the same features.
   * @param {Pick<Problem, "weight" | "slope" | "offset">} loss
   */
  take(loss) {
    this.problem = {...this.problem, ...loss};
  }

  /**
   * Return the class vectors (C, D) of the least loss, from a start.
   *
   * A factor is kept as long as it brings the gradient down tenfold a step: along a slider's path most steps then cost
   * one look at the rows.
   * @param {Float64Array} start
   */
  solve(start) {
    let vectors = start;
    let seen = this.look(vectors);
    let fresh = false;
    for (let k = 0; k < STEPS && seen.size > TOLERANCE; k++) {
      if (!this.factor) {
        this.factor = factorised(this.hessian(vectors, seen), this.size);
        fresh = true;
      }
      const step = this.tangent(vectors, solved(this.factor, seen.free)).map((each) => -each);
      const falls = dot(step, seen.free);
      /** @type {[Float64Array, Look] | null} */
      let moved = null;
      for (let length = 1; falls < 0 && length > 1e-6; length /= 2) {
        const trial = this.placed(vectors.map((each, i) => each + length * step[i]));
        const there = this.look(trial);
        // near the optimum the value no longer resolves a step; the gradient still does
        if (there.value <= seen.value + 1e-4 * length * falls || (length === 1 && there.size < 0.5 * seen.size)) {
          moved = [trial, there];
          break;
        }
        if (!fresh) break;
      }
      if (!moved && fresh) break;
      if (!moved || moved[1].size > 0.1 * seen.size) this.factor = null;
      fresh = false;
      if (moved) [vectors, seen] = moved;
    }
    return vectors;
  }

  /**
   * Value, gradient, and its part along which the vectors may move.
   * @param {Float64Array} vectors
   * @returns {Look}
   */
  look(vectors) {
    const {n, width, classes, problem} = this;
    const {phi, labels, weight, slope, offset, ridge, pull} = problem;
    const gradient = new Float64Array(this.size);
    const prob = new Float64Array(n * classes);
    let value = 0;
    for (let i = 0; i < n; i++) {
      const [row, own, at] = [i * width, labels[i], i * classes];
      let top = -Infinity;
      for (let c = 0; c < classes; c++) {
        let sum = 0;
        for (let d = 0; d < width; d++) sum += phi[row + d] * vectors[c * width + d];
        prob[at + c] = slope[own * classes + c] * sum + offset[own * classes + c];
        if (prob[at + c] > top) top = prob[at + c];
      }
      const target = prob[at + own] - top;
      let norm = 0;
      for (let c = 0; c < classes; c++) {
        prob[at + c] = Math.exp(prob[at + c] - top);
        norm += prob[at + c];
      }
      value += weight[i] * (Math.log(norm) - target);
      for (let c = 0; c < classes; c++) {
        prob[at + c] /= norm;
        const inner = weight[i] * slope[own * classes + c] * (prob[at + c] - (c === own ? 1 : 0));
        for (let d = 0; d < width; d++) gradient[c * width + d] += inner * phi[row + d];
      }
    }
    for (let k = 0; k < this.size; k++) {
      const bent = ridge[k % width] * vectors[k];
      value += vectors[k] * (bent / 2 - pull[k]);
      gradient[k] += bent - pull[k];
    }
    const free = this.tangent(vectors, gradient);
    return {value, gradient, free, prob, size: free.reduce((most, each) => Math.max(most, Math.abs(each)), 0)};
  }

  /**
   * The part of a move along which the vectors keep their length.
   * @param {Float64Array} vectors
   * @param {Float64Array} move
   */
  tangent(vectors, move) {
    if (!this.problem.unit) return move;
    const out = move.slice();
    for (let at = 0; at < this.size; at += this.width) flatten(vectors, at, out, at, 1, this.width);
    return out;
  }

  /**
   * The vectors, brought back to length 1 where they have it.
   * @param {Float64Array} vectors
   */
  placed(vectors) {
    if (!this.problem.unit) return vectors;
    for (let at = 0; at < this.size; at += this.width) {
      const own = vectors.subarray(at, at + this.width);
      const length = Math.sqrt(dot(own, own));
      for (let d = 0; d < this.width; d++) own[d] /= length;
    }
    return vectors;
  }

  /**
   * The second derivatives (CD, CD); on spheres the Riemannian ones, plus the identity across.
   * @param {Float64Array} vectors
   * @param {Look} seen
   */
  hessian(vectors, {gradient, prob}) {
    const {width, classes, size, problem} = this;
    const full = new Float64Array(size * size);
    for (let j = 0; j < classes; j++) for (let k = 0; k <= j; k++) this.#block(full, j, k, prob);
    for (let a = 0; a < size; a++) {
      full[a * size + a] += problem.ridge[a % width] + FREE;
      for (let b = 0; b < a; b++) full[b * size + a] = full[a * size + b];
    }
    if (!problem.unit) return full;
    for (let a = 0; a < size; a++) {
      for (let at = 0; at < size; at += width) {
        flatten(vectors, at, full, at * size + a, size, width); // column a
      }
    }
    for (let a = 0; a < size; a++) {
      for (let at = 0; at < size; at += width) flatten(vectors, at, full, a * size + at, 1, width); // row a
    }
    for (let at = 0; at < size; at += width) {
      const outward = dot(vectors.subarray(at, at + width), gradient.subarray(at, at + width));
      for (let d = 0; d < width; d++) {
        for (let e = 0; e < width; e++) {
          const across = vectors[at + d] * vectors[at + e];
          // the sphere bends the loss: minus the outward slope, along the tangent
          full[(at + d) * size + at + e] += across - outward * ((d === e ? 1 : 0) - across);
        }
      }
    }
    return full;
  }

  /**
   * Add the block of classes j and k to the lower half of the Hessian.
   * @param {Float64Array} full
   * @param {number} j
   * @param {number} k at most j
   * @param {Float64Array} prob
   */
  #block(full, j, k, prob) {
    const {n, width, classes, size} = this;
    const {phi, labels, weight, slope} = this.problem;
    for (let i = 0; i < n; i++) {
      const [row, own] = [i * width, labels[i] * classes];
      const [a, b] = [prob[i * classes + j] * slope[own + j], prob[i * classes + k] * slope[own + k]];
      const curve = weight[i] * (j === k ? a * (slope[own + j] - a) : -a * b);
      if (curve === 0) continue;
      for (let d = 0; d < width; d++) {
        const by = curve * phi[row + d];
        const at = (j * width + d) * size + k * width;
        const last = j === k ? d : width - 1;
        for (let e = 0; e <= last; e++) full[at + e] += by * phi[row + e];
      }
    }
  }
}

/**
 * Take from a part of an array, every `step`-th entry from `from` on, what lies along a vector of length 1.
 * @param {Float64Array} vectors
 * @param {number} at where the vector begins
 * @param {Float64Array} out
 * @param {number} from
 * @param {number} step
 * @param {number} width
 */
function flatten(vectors, at, out, from, step, width) {
  let along = 0;
  for (let d = 0; d < width; d++) along += vectors[at + d] * out[from + d * step];
  for (let d = 0; d < width; d++) out[from + d * step] -= along * vectors[at + d];
}

/**
 * @param {Float64Array} a
 * @param {Float64Array} b
 */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * The lower Cholesky factor of a matrix, its diagonal raised where it is not positive definite.
 * @param {Float64Array} matrix (n, n)
 * @param {number} n
 */
function factorised(matrix, n) {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += Math.abs(matrix[i * n + i]);
  const unit = Math.max(trace / n, 1e-12);
  for (let raised = 0, k = 0; k < 30; k++, raised = Math.max(10 * raised, 1e-6 * unit)) {
    const found = cholesky(matrix, n, raised);
    if (found) return found;
  }
  throw new Error("the curvature of this fit is not finite");
}

/**
 * @param {Float64Array} matrix
 * @param {number} n
 * @param {number} raised added to the diagonal
 * @returns {Float64Array | null} null where it is not positive definite
 */
function cholesky(matrix, n, raised) {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (j < i) lower[i * n + j] = sum / lower[j * n + j];
      else if (sum + raised > 0) lower[i * n + i] = Math.sqrt(sum + raised);
      else return null;
    }
  }
  return lower;
}

/**
 * The solution of a system of which the lower Cholesky factor is known.
 * @param {Float64Array} lower (n, n)
 * @param {Float64Array} right (n,)
 */
function solved(lower, right) {
  const n = right.length;
  const out = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) out[i] -= lower[i * n + k] * out[k];
    out[i] /= lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) out[i] -= lower[k * n + i] * out[k];
    out[i] /= lower[i * n + i];
  }
  return out;
}
