const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], cyan: [36, 39], green: [32, 39] } as const

export type Colour = keyof typeof CODES

export type Paint = (text: string, ...colours: readonly Colour[]) => string

/** Colours if a terminal has them, and otherwise the plain text. */
export const createPainter = (hasColour: boolean): Paint =>
  hasColour
    ? (text, ...colours) =>
        colours.reduce((painted, colour) => `\x1b[${CODES[colour][0]}m${painted}\x1b[${CODES[colour][1]}m`, text)
    : text => text
