/** Numbers and ticks as people read them: nice steps, thin spaces, a true minus sign, never more labels than fit. */
const Ticks = {
  /** A number with so many decimals: 12 345.60 with thin spaces, −0.5 with the minus sign. */
  text(value, decimals = 0) {
    const [whole, part] = fixed(value, decimals).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (part ? "." + part : "");
  },

  /**
   * [{at, text}] on an axis of so many pixels, whole numbers only where it is `whole`; `room(text)` is what a label
   * needs along the axis.
   */
  of({low, high, log, whole}, pixels, room) {
    const place = (value) => pixels * Plot.share({low, high, log}, value);
    let kept = [];
    for (const ticks of log ? Ticks.logs(low, high) : Ticks.steps(low, high, whole)) {
      kept = ticks;
      const apart = (a, b) => place(b.at) - place(a.at) >= (room(a.text) + room(b.text)) / 2;
      if (ticks.every((tick, i) => i === 0 || apart(ticks[i - 1], tick))) break;
    }
    return kept;
  },

  /** Where a logarithmic axis of so many letters has small ticks without numbers: its powers of ten, or each digit. */
  between({low, high, log}, letters) {
    if (!log) return [];
    const digits = letters / Math.log10(high / low) > 4 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1];
    const places = [];
    for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high); k++) {
      places.push(...digits.map((digit) => digit * 10 ** k).filter((at) => at >= low && at <= high));
    }
    return places;
  },

  /** Ever sparser ticks 1, 2, 5 times a power of ten apart. */
  *steps(low, high, whole = false) {
    const first = Math.max(whole ? 0 : -Infinity, Math.floor(Math.log10((high - low) / 40)));
    for (let k = 0; k < 12; k++) {
      const step = [1, 2, 5][k % 3] * 10 ** (first + Math.floor(k / 3));
      const decimals = Math.max(0, -(first + Math.floor(k / 3)));
      const ticks = [];
      for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
        ticks.push({at: i * step, text: i ? Ticks.text(i * step, decimals) : "0"});
      }
      yield ticks;
      if (ticks.length < 2) return;
    }
  },

  /** Ever sparser ticks of a logarithmic axis: digits 1, 2, 5, then powers of ten, then some of these. */
  *logs(low, high) {
    const first = Math.floor(Math.log10(low) + 1e-9);
    const last = Math.ceil(Math.log10(high) - 1e-9);
    if (high / low < 4) {
      yield* Ticks.steps(low, high);
      return;
    }
    for (const [digits, apart] of [[[1, 2, 5], 1], [[1], 1], [[1], 2], [[1], 3], [[1], 6]]) {
      const ticks = [];
      for (let k = first; k <= last; k += apart) {
        for (const digit of digits) {
          const at = Number(`${digit}e${k}`);
          if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) ticks.push({at, text: written(at, 1)});
        }
      }
      if (ticks.length > 1 || digits.length === 1) yield ticks;
    }
  },
};
