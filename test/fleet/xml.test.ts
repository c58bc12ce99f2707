import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { EventError } from '../../shared/errors.ts'
import { createXmlReader, type Shape, type XmlNode } from '../../shared/fleet/xml.ts'

const SHAPE: Shape = { name: 'text', set: { item: { key: 'text', value: 'text' } } }

const bytes = (text: string): string => Buffer.from(text).toString('latin1')

const read = (text: string, pieces: readonly string[] = [bytes(text)]): XmlNode => {
  const reader = createXmlReader('Answer', SHAPE)
  for (const piece of pieces) reader.write(piece)
  return reader.end()
}

const items = (node: XmlNode): readonly XmlNode[] => node.children['set']?.[0]?.children['item'] ?? []

/** The text in pieces of the given sizes, over and over. */
const cut = (text: string, sizes: readonly number[]): readonly string[] => {
  const pieces: string[] = []
  let at = 0
  for (let index = 0; at < text.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}

describe('the wanted elements of an XML document', () => {
  test('are read, whatever surrounds them', () => {
    const text = `<?xml version="1.0"?><!-- > --><Answer xmlns="a" odd='>'><other><name>no</name><set><item/></set></other>
      <name>web</name><set><item><key>a</key><more><key>no</key></more><value>1</value></item><item><key/></item></set></Answer>`
    const node = read(text)
    expect(node.texts).toEqual({ name: 'web' })
    expect(items(node).map(({ texts }) => texts)).toEqual([{ key: 'a', value: '1' }, { key: '' }])
  })

  test('have their entities, their CDATA and their letters', () => {
    const node = read('<Answer><name>a &lt;&#62;&#x26;amp; <![CDATA[<&amp;>]]> grün 東京 🚀</name></Answer>')
    expect(node.texts['name']).toBe('a <>&amp; <&amp;> grün 東京 🚀')
  })

  test('are not confused with properties that every object has', () => {
    const node = read('<Answer><constructor>x</constructor><__proto__>y</__proto__><name>ok</name></Answer>')
    expect(node.texts).toEqual({ name: 'ok' })
  })

  test('are handed over one by one if somebody takes them, and not kept', () => {
    const taken: unknown[] = []
    const reader = createXmlReader('Answer', SHAPE, { 'Answer/set/item': ({ texts }) => taken.push(texts) })
    reader.write('<Answer><set><item><key>a</key></item><item><key>b</key></item>')
    expect(taken).toEqual([{ key: 'a' }, { key: 'b' }])
    reader.write('</set></Answer>')
    expect(items(reader.end())).toEqual([])
  })

  test('are the same wherever the pieces end', () => {
    const value = fc.string({ unit: 'grapheme' }).map(text => text.replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ''))
    fc.assert(
      fc.property(fc.array(value), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (values, sizes) => {
        const escaped = values.map(each => each.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
        const text = `<Answer><junk a="/>">t<!-- <set> --></junk><set>${escaped.map((each, index) => `<item><key>${index}</key><value>${each}</value><x/></item>`).join('\n')}</set></Answer>`
        const whole = read('', cut(bytes(text), sizes))
        expect(items(whole).map(({ texts }) => texts['value'])).toEqual(values)
      }),
    )
  })
})

describe('an invalid XML document', () => {
  const WHOLE = '<Answer><name>a</name><set><item><key>k</key></item></set></Answer>'

  test('is refused if it is cut off anywhere', () => {
    for (let end = 0; end < WHOLE.length; end += 1) expect(() => read(WHOLE.slice(0, end))).toThrow(EventError)
    expect(read(`${WHOLE}\n`).texts).toEqual({ name: 'a' })
  })

  test.each([
    ['another root', '<html><body>Bad gateway</body></html>', 'expected Answer, got html'],
    ['two roots', `${WHOLE}${WHOLE}`, 'two roots'],
    ['text around it', `upstream: ${WHOLE}`, 'text outside'],
    ['text alone', 'Service unavailable', 'ended in the middle'],
    ['an end too many', `${WHOLE}</Answer>`, 'closes what is not open'],
    ['ends that cross', '<Answer><name>a</set></Answer>', 'closes what is not open'],
    ['a DTD', '<!DOCTYPE a [<!ENTITY b "c">]><Answer/>', 'DTD'],
    ['an entity that is none', '<Answer><name>&secret;</name></Answer>', '&secret; is no entity'],
    ['a bare ampersand', '<Answer><name>a & b</name></Answer>', 'is no entity'],
    ['a tag without an end', `<Answer><${'a'.repeat(2 ** 21)}`, 'without an end'],
    ['a text without an end', `<Answer><name>${'a'.repeat(2 ** 21)}`, 'without an end'],
  ])('is refused with %s', (_, text, words) => {
    expect(() => read(text)).toThrow(EventError)
    expect(() => read(text)).toThrow(words)
  })
})

describe('a full XML reader', () => {
  type Doc = {
    readonly name: string
    readonly attributes: readonly string[]
    readonly inside: readonly (Doc | string)[]
  }

  const name = fc.constantFrom('set', 'item', 'key', 'value', 'name', 'x')
  const words = fc.string({ unit: fc.constantFrom('a', 'é', '東', '&', '<', '>', '"', "'", ' ', '\n', ']') })
  const quoted = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  const doc = fc.letrec<{ doc: Doc; inside: (Doc | string)[] }>(tie => ({
    doc: fc.record({ name, attributes: fc.array(words, { maxLength: 2 }), inside: tie('inside') }),
    inside: fc.array(fc.oneof({ depthSize: 'small', withCrossShrink: true }, words, tie('doc')), { maxLength: 4 }),
  }))
  const write = (each: Doc | string): string => {
    if (typeof each === 'string')
      return each.includes(']]') || each.length % 2 === 0
        ? quoted(each)
        : `<![CDATA[${each}]]><!-- ${each.replaceAll('-', '')} -->`
    const attributes = each.attributes
      .map((value, index) => ` a${index}="${quoted(value).replaceAll('&gt;', '>')}"`)
      .join('')
    if (each.inside.length === 0) return `<${each.name}${attributes}/>`
    return `<${each.name}${attributes}>${each.inside.map(write).join('')}</${each.name} >`
  }

  /** The same reading with saxes, which knows all of XML. */
  const bySaxes = (text: string): unknown => {
    type Node = { texts: Record<string, string>; children: Record<string, Node[]> }
    const top: Node = { texts: {}, children: {} }
    const open: (
      | { readonly shape: Shape; readonly node: Node }
      | { readonly leaf: string; text: string }
      | undefined
    )[] = [{ shape: { Answer: SHAPE }, node: top }]
    const parser = new SaxesParser()
    parser.on('error', error => {
      throw error
    })
    parser.on('opentag', ({ name: tag }) => {
      const above = open.at(-1)
      const wanted = above !== undefined && 'shape' in above ? above.shape[tag] : undefined
      if (above === undefined || !('shape' in above) || wanted === undefined) open.push(undefined)
      else if (wanted === 'text') open.push({ leaf: tag, text: '' })
      else {
        const node: Node = { texts: {}, children: {} }
        above.node.children[tag] = [...(above.node.children[tag] ?? []), node]
        open.push({ shape: wanted, node })
      }
    })
    const onText = (piece: string) => {
      const here = open.at(-1)
      if (here !== undefined && 'leaf' in here) here.text += piece
    }
    parser.on('text', onText)
    parser.on('cdata', onText)
    parser.on('closetag', () => {
      const here = open.pop()
      const above = open.at(-1)
      if (here !== undefined && 'leaf' in here && above !== undefined && 'shape' in above)
        above.node.texts[here.leaf] = here.text
    })
    parser.write(text).close()
    return top.children['Answer']?.[0]
  }

  test('reads the same', () => {
    fc.assert(
      fc.property(fc.array(doc.doc), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (docs, sizes) => {
        const text = `<?xml version="1.0"?>\n<Answer>${docs.map(write).join('')}</Answer>`
        expect(read('', cut(bytes(text), sizes))).toEqual(bySaxes(text))
      }),
      { numRuns: 500 },
    )
  })
})
