import { type Chunk, rowsOf } from '../../shared/report/chunk.ts'
import type { FrontPage, LastPage } from '../../shared/report/pages.ts'
import { plain } from '../../shared/text/untrusted.ts'
import { breath } from '../breath.ts'
import { type Item, itemOf } from './item.ts'

export type Report = { readonly front: FrontPage; readonly last: LastPage | undefined; readonly items: readonly Item[] }

// The file was written by the command line, with the types that are named here.
const parse = <T>(text: string): T => JSON.parse(text)

const page = <T>(id: string): T | undefined => {
  const text = document.getElementById(id)?.textContent
  return text ? parse<T>(text) : undefined
}

const unpacked = async (base64: string): Promise<string> => {
  const bytes = Uint8Array.from(atob(base64.trim()), character => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}

/**
 * Reads what is in the file. Without a last page it was cut off, and holds what came before. Each text is made safe to be
 * seen (untrusted.ts) once, where it is first read.
 */
export const readReport = async (onProgress: (read: number) => void): Promise<Report> => {
  const front = page<FrontPage>('front-page')
  if (front === undefined) throw new Error('the file holds no report')
  const items: Item[] = []
  for (const element of document.querySelectorAll('script.chunk')) {
    const chunk = parse<Chunk>(await unpacked(element.textContent ?? ''))
    for (const row of rowsOf({ ...chunk, texts: chunk.texts.map(plain) })) items.push(itemOf(row))
    element.remove()
    onProgress(items.length)
    await breath()
  }
  return { front, last: page<LastPage>('last-page'), items }
}
