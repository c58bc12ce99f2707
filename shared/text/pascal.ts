/** A name in words with dashes as logical ids have it: `night-shift` is `NightShift`. */
export const toPascalCase = (kebab: string): string =>
  kebab.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())
