import { createHash } from 'node:crypto'
import { SCENES } from './scenes.ts'

/** The source of each picture: the hash of its page. A picture whose page has another hash is out of date. */
export const computeHashes = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(SCENES).map(([name, html]) => [name, createHash('sha256').update(html()).digest('hex')]),
  )
