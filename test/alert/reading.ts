/** What stands behind a label of a mail, on one line again. */
export const behind = (email: string, label: string): string | undefined =>
  new RegExp(`^${label} +(.*(?:\\n {10}.*)*)`, 'm').exec(email)?.[1]?.replace(/\s+/g, ' ')

/** Lines of more than 72 columns that could have been broken. Commands and YAML are to be copied: they may not be. */
export const tooWide = (email: string): readonly string[] =>
  email
    .split('\n')
    .filter(
      line =>
        line.length > 72 &&
        !line.startsWith('       ') &&
        /\S +\S/.test(line.trim().replace(/^([A-Z][a-z]+|To do|To stop|virtguard) +/, '')),
    )
