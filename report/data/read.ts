import { type Chunk, expandRows } from '../../shared/report/chunk.ts'
import type { FrontPage, LastPage } from '../../shared/report/pages.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { nextFrame } from '../breath.ts'
import { createItem, type Item } from './item.ts'

export type Report = { readonly front: FrontPage; readonly last: LastPage | undefined; readonly items: readonly Item[] }

// The file was written by the command line, with the types that are named here.
const parse = <T>(text: string): T => JSON.parse(text)

const readPage = <T>(id: string): T | undefined => {
  const text = document.getElementById(id)?.textContent
  return text ? parse<T>(text) : undefined
}

const unpackText = async (base64: string): Promise<string> => {
  const bytes = Uint8Array.from(atob(base64.trim()), character => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}

/**
 * Reads the data in the file. Without a last page it was truncated, and has the findings before that. Each text is made
 * safe to be shown (untrusted.ts) once, when it is first read.
 */
export const readReport = async (onProgress: (read: number) => void): Promise<Report> => {
  const front = readPage<FrontPage>('front-page')
  if (front === undefined) throw new Error('the file holds no report')
  const items: Item[] = []
  for (const element of document.querySelectorAll('script.chunk')) {
    const chunk = parse<Chunk>(await unpackText(element.textContent ?? ''))
    for (const row of expandRows({ ...chunk, texts: chunk.texts.map(toPlainText) })) items.push(createItem(row))
    element.remove()
    onProgress(items.length)
    await nextFrame()
  }
  return { front, last: readPage<LastPage>('last-page'), items }
}
