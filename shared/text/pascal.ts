/** A name in words with dashes as logical ids have it: `night-shift` is `NightShift`. */
export const pascal = (kebab: string): string =>
  kebab.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())
