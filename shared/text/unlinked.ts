/** Text that no program takes for a link: a name must not become one in a message that people trust. */
export const breakLinks = (text: string): string => text.replaceAll('://', '[:]//')
