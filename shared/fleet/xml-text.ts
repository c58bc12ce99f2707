import { EventError } from '../errors.ts'

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const decodeEntity = (whole: string, name: string): string => {
  const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
  const [, hex, decimal] = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name) ?? []
  const code = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16)
  if (known === undefined && !(code <= 0x10ffff))
    throw new EventError(`the answer: ${whole.slice(0, 20)} is no entity of XML`)
  return known ?? String.fromCodePoint(code)
}

const utf8 = new TextDecoder('utf-8')

const decodeText = (bytes: string): string =>
  /^[\0-\x7f]*$/.test(bytes) ? bytes : utf8.decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)))

/**
 * The text for bytes of XML, one character a byte. Throws EventError for an invalid entity. V8's piece of a text keeps
 * the whole in memory for as long as it lives, so that this makes a copy.
 */
export const readTextOf = (bytes: string): string => {
  const copy = ` ${bytes}`.slice(1)
  const text = decodeText(copy)
  return text.includes('&') ? text.replace(/&([^;&]{0,20});?/g, decodeEntity) : text
}
