/** Text as it is, within HTML. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A whole page of a fixed width, in the colours of a channel. */
export const readPage = (style: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><style>
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.47 Lato, "Open Sans", "DejaVu Sans", Arial, sans-serif; width: max-content; }
${style}
</style></head><body>${body}</body></html>
`
