// What the modules hand to one another, in words that `tsc --checkJs` reads. Nothing here runs, no page has it.
//
// Shapes are written as in Python: (n, 2) is n rows of two numbers, in one flat array with `shape`. N: points,
// C: classes, D: features. Everything that a picture is given may be read only.

/** @typedef {Readonly<Float32Array> & {readonly shape: readonly number[]}} Floats an array of Python, as float32 */
/** @typedef {Readonly<Int32Array> & {readonly shape: readonly number[]}} Ints an array of Python, as int32 */
/** @typedef {Readonly<Uint8Array> & {readonly shape: readonly number[]}} Bytes an array of Python, as uint8 */
/** @typedef {readonly [x: number, y: number, label: number]} Point a point that a hand has added, and its class */
/** @typedef {number | string | boolean | readonly Point[]} Value what a dial stands at */
/** @typedef {Readonly<Record<string, Value>>} State every dial's value, by its name */

/** @typedef {string | Told} Text what a reader reads, in English */
/**
 * A sentence with places, as ltviz.core.told has it.
 * @typedef {object} Told
 * @property {string} say the sentence, each place in it a name in braces
 * @property {Readonly<Record<string, any>>} with what stands there: numbers are written as the browser does
 */
/** @typedef {Readonly<Record<string, string | readonly string[]>>} Sentences by their English; several where a number counts */
/** @typedef {Readonly<Record<string, Sentences>>} Words of a page in other languages, by their codes */

// ---- what ltviz.web.spec gives ----------------------------------------------------------------------------------

/**
 * A theme of ltviz/figures/themes.py.
 * @typedef {object} Look
 * @property {string} ink colour of text and of what is learned
 * @property {string} paper colour of the ground
 * @property {string} muted colour of frames and of what stands back
 * @property {string} grid colour of grid lines
 * @property {readonly string[]} palette colours "#rrggbb": of classes first
 * @property {readonly string[]} hues colours of losses, which no class beside them has
 * @property {string} guess the reader's, which no loss and no class has
 * @property {readonly Stroke[]} losses how a loss is drawn, by its place: what `ltviz.losses.places` gave
 * @property {{frequent: number, middle: number, rare: number}} roles places in palette, markers and dashes
 * @property {{positive: number, negative: number}} sides hues of the halves of a margin: right side, wrong side
 * @property {{class: number, instance: number}} turns hues of both margins of an angle: the class's, the sample's
 * @property {number} size of text, in pixels
 * @property {number} line width of a line, in pixels
 * @property {number} dot diameter of a marker, in pixels
 * @property {readonly string[]} markers names of shapes: of classes first
 * @property {readonly string[]} dashes names of dashes
 */

/**
 * @typedef {object} Dial
 * @property {string} name
 * @property {Text} label
 * @property {Text} help
 * @property {Text} unit
 * @property {"number" | "choice" | "flag" | "text" | "points" | "counts"} kind
 * @property {readonly any[]} values its stops in order; none for a text, points and counts
 * @property {readonly Text[]} words what a reader sees for the values of a choice
 * @property {boolean} live whether the browser applies it alone
 * @property {Readonly<Record<string, readonly Value[]>>} when it counts only while these dials have one of these values
 * @property {boolean} more whether it stands behind "more"
 */

/**
 * @typedef {object} Table
 * @property {string} name
 * @property {readonly string[]} keys the dials on which an entry depends
 * @property {Text} asked empty, or the label of the button that asks for it
 * @property {boolean} kept whether entries are kept; otherwise each move asks again
 */

/**
 * What a reader guesses first.
 * @typedef {object} Guess
 * @property {Text} prompt
 * @property {Text} label
 * @property {Text} unit
 * @property {number} low
 * @property {number} high
 * @property {number} step
 * @property {number} start
 * @property {State} state the dials' values at which the truth is read
 * @property {string} truth which of the drawing's values is the truth
 * @property {State} shows values of further dials, to which the way to the truth leads too
 * @property {Codes} [codes] where guesses are pooled
 */

/**
 * What the code of a guess is made from.
 * @typedef {object} Codes
 * @property {string} key two letters of the explorer
 * @property {string} squares QR codes of all stops, packed; empty where there are none
 * @property {string} pulse the way to the page that pools the codes
 */

/**
 * The explorer that follows in order.
 * @typedef {object} Next
 * @property {string} name
 * @property {Text} question
 * @property {string} href its page beside this one; empty in a notebook
 * @property {readonly string[]} dials the dials of both, which its page opens at the values in hand
 */

/**
 * A goal that a reader may try to reach.
 * @typedef {object} Challenge
 * @property {Text} name what its button says
 * @property {Text} words
 * @property {State} state where it begins
 * @property {readonly string[]} keeps the dials that must stay as they are there
 * @property {string} value which of the drawing's values is to be raised
 * @property {number} least to which it must rise
 */

/**
 * A card.
 * @typedef {object} Spec
 * @property {string} name
 * @property {Text} title
 * @property {Text} question
 * @property {Text} note
 * @property {string} picture
 * @property {readonly Dial[]} dials
 * @property {readonly Table[]} tables
 * @property {Guess | null} guess
 * @property {readonly Challenge[]} challenges what a reader may try to reach
 * @property {State} state at opening
 * @property {Next | null} next
 * @property {string} theme "auto" or a look's name
 * @property {boolean} page whether it stands in a page of its own
 * @property {Words} words in the languages in which it is complete
 * @property {Readonly<Record<string, Look>>} looks
 */

// ---- between an explorer and whoever answers it -----------------------------------------------------------------

/** @typedef {{table: string, key: string, state: State}} Ask a table's entry: the places of its dials, and the state */
/** @typedef {{table: string, key: string, tree: any}} Entry an entry with its arrays put back */

/**
 * One of: an entry, why there is none, the end of an answer.
 * @typedef {{entry?: Entry, error?: string, table?: string, key?: string, done?: boolean | string}} Message
 */

/**
 * @typedef {object} Source
 * @property {(list: Ask[]) => void} ask
 * @property {(message: Message) => void} onmessage put there by the explorer
 * @property {boolean} [instant] whether it answers without a wait: nothing is fetched ahead but what the picture asks for
 * @property {() => void} [close]
 */

// ---- between an explorer and its picture ------------------------------------------------------------------------

/**
 * @typedef {object} ControlFields
 * @property {Spec} spec
 * @property {State} state as it stands now
 * @property {boolean} asking whether the reader is to guess first: the truth is hidden and the dials wait
 * @property {(name: string) => readonly any[]} values the stops of a dial
 * @property {(name: string, value: Value, how?: {done?: boolean}) => void} set move a dial, to its nearest stop; `done`:
 *   the hand has let go
 * @property {(changes: State) => void} change move several dials at once
 * @property {(name: string) => void} touch a hand is on what the picture draws of this dial: its stops are fetched
 * @property {(value: number) => void} guess move the reader's guess
 */

/**
 * What a picture may see of its explorer and do to it. There is nothing else: the explorer's fields are its own.
 * @typedef {Readonly<ControlFields>} Controls
 */

/**
 * A tree into which nobody writes.
 * @template T
 * @typedef {T extends Function | ArrayBufferView ? T : {readonly [K in keyof T]: Kept<T[K]>}} Kept
 */

/**
 * What is to be drawn.
 * @template S, E
 * @typedef {object} Scene
 * @property {Kept<S>} state
 * @property {Kept<E>} entries of each table, its entry at this state; a table that was not asked for has none
 * @property {(table: string, changes: State) => any} entryAt a table's entry at this state with changes, if it is here
 * @property {number | null} guess the reader's, null until there is one, and once they have gone on without
 * @property {boolean} asking whether the truth is to be hidden
 * @property {Readonly<Record<string, unknown>> | null} before `values` of the first drawing, and of that after a reset
 * @property {Look} look
 * @property {string} lookName
 */

/**
 * What a picture says of its drawing.
 * @typedef {object} Drawn
 * @property {Readonly<Record<string, unknown>>} values by name, among them the truth that was asked for; where
 *   “subject” becomes another one, what has been seen begins anew: like is compared with like
 * @property {readonly (readonly [name: string, text: string])[]} numbers those that stand above the picture
 * @property {string} says the picture in words
 * @property {string} [saw] what the reader has seen, in one sentence of at most 140 letters, from the numbers of this
 *   drawing and, where something has moved, of `before`; where nothing has, it says so. Left out, the frame writes one
 *   from `numbers`
 * @property {string} [command] the command line that draws the same as a figure
 * @property {string} [path] the dial along which it draws a curve: its stops are fetched
 * @property {string} [stale] the table whose entry does not fit this window or look: it is to be asked for again
 */

/**
 * @typedef {object} Picture
 * @property {(scene: Scene<any, any>) => Drawn} draw
 * @property {boolean} [rigid] whether its height does not follow its width
 * @property {() => Point} [another] a further point, where points can be added
 */

/**
 * The entry of a state of which a page holds none, where the browser can work it out: as packed, from a table's.
 * @typedef {(state: any, key: string, entries: Readonly<Record<string, any>>) => any} Own
 */

/** @typedef {(new (host: HTMLElement, controls: Controls) => Picture) & {own?: Own}} PictureClass */

// ---- drawing ----------------------------------------------------------------------------------------------------

/**
 * `whole`: no fractions; `unit`: in how many of them the ticks are counted.
 * @typedef {{low: number, high: number, log?: boolean, whole?: boolean, title?: string, unit?: number, mute?: boolean}} Axis
 */
/** @typedef {{at: number, text: string}} Tick a value of the axis, and how it is written */
/** @typedef {{left: number, top: number, width: number, height: number}} Box in pixels */
/** @typedef {{colour?: string, width?: number, dash?: string, opacity?: number}} Line width in units of `Look.line` */
/** @typedef {{colour: string, dash: string, marker: string}} Stroke colour and second cues of what is drawn several times */
/**
 * An entry of a legend. `waits`: it is not seen yet, and has its room.
 * @typedef {{name: string, colour?: string, dash?: string, marker?: string, fill?: string, waits?: boolean}} Key
 */

/** @typedef {{x: number, y: number}} Place on a plot, in units of its axes */
/** @typedef {Place & {start: boolean, done: boolean}} Drag */
/** @typedef {Place & {shift: boolean}} Click */

// ---- classifiers of the plane -----------------------------------------------------------------------------------

/**
 * What a loss's slider leaves alone.
 * @typedef {object} Frame
 * @property {"linear" | "random_features" | "mlp"} kind
 * @property {"linear" | "cosine"} head
 * @property {ArrayLike<number>} centre (2,) subtracted from the points
 * @property {number} spread divides them
 * @property {ArrayLike<number>} [omega] (2, F) of random features
 * @property {ArrayLike<number>} [phase] (F,) of random features, in radians
 */

/**
 * @typedef {object} Fit
 * @property {Floats} W (C, D), one row for each class; of length 1 in a cosine head
 * @property {number} scale multiplies the cosines of a cosine head
 * @property {ArrayLike<number>} [W1] (2, h) of a network
 * @property {ArrayLike<number>} [b1] (h,)
 * @property {ArrayLike<number>} [W2] (h, h)
 * @property {ArrayLike<number>} [b2] (h,)
 */

export {};
