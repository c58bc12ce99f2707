import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'

// docs/glossary.md says what to write instead. Public keys, attributes of the ledger and values that it stores keep
// their names, so that what stands in backticks or in quotes is left out.
const OLD_WORDS = [
  'untold',
  'occasion',
  'parcel',
  'purse',
  'kill switch',
  'settlement',
  'judge[ds]?',
  'chapter',
  'manners',
  'ailing',
  'held alert',
  'alert stor(?:y|ies)',
]

// Comments and test names are about virtguard alone, so that these words have no other meaning in them.
const OLD_WORDS_OF_CODE = [
  ...OLD_WORDS,
  'tells?',
  'told',
  'tellings?',
  'settle[ds]?',
  'settling',
  'judging',
  'chapters',
  'occasions',
  'parked',
  'stor(?:y|ies)',
  'anew',
]

/** Files in which an old word has another meaning, or stands for a name that is public. */
const EXCEPTIONS: readonly (readonly [file: string, word: RegExp, why: string])[] = [
  ['shared/channels/colours.ts', /\btell them apart\b/, 'to tell apart is to distinguish'],
  ['shared/channels/row.ts', /^open: .* parked: /, 'the stored states of an alert in a channel'],
]

const OLD_NAMES =
  /^(?:occasion|stor(?:y|ies)|chapters?|asides?|parcels?|purse|manners|ailing|settlements?|judge[a-zA-Z]*|tell[A-Z]\w*|look(?:At|For)?[A-Z]\w*|\w+Told|[fF]lush[A-Z]\w*|turns?|\w*(?:Story|Chapter|Parcel|Occasion|Judgement|Settlement|Purse|Ailing))$/

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
const SHIPPED = ['shared', 'functions', 'cli', 'infra', 'local', 'report']
const CODE = /`[^`]*`|'[^']*'|```[\s\S]*?```/g

const createWordPattern = (words: readonly string[]): RegExp => new RegExp(`\\b(?:${words.join('|')})\\b`, 'i')
const OLD = createWordPattern(OLD_WORDS)
const OLD_IN_CODE = createWordPattern(OLD_WORDS_OF_CODE)

const filesIn = (folder: string, ...endings: readonly string[]): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => endings.some(ending => file.endsWith(ending)))
    .map(file => `${folder}/${file}`)
const linesOf = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .replace(/```[\s\S]*?```/g, '')
    .split('\n')

/** The lines of comments that stand on lines of their own. What Stryker is told is none of virtguard's words. */
const listComments = (source: string): readonly string[] =>
  source.split('\n').flatMap(line => {
    const [, text] = /^\s*(?:\/\*\*?|\*(?!\/)|\/\/)\s?(.*)$/.exec(line) ?? []
    return text === undefined || text.startsWith('Stryker') ? [] : [text]
  })

const NAME =
  /(?:\b(?:test|describe)(?:\.\w+)?|\]\)|[\w)]\)|>\()\(\s*(?:'((?:[^'\\\n]|\\.)+)'|`([^`]+)`),\s*(?:async\b|\(|\w+(?: =>|\)))/g

/** The names of tests and of groups of them, as far as they are written where they are used. */
const listTestNames = (source: string): readonly string[] =>
  [...source.matchAll(NAME)].map(([, quoted, template]) => quoted ?? template ?? '')

const isException = (file: string, text: string): boolean =>
  EXCEPTIONS.some(([of, word]) => file === of && word.test(text))

test('the docs use the words of the glossary', () => {
  const found = [...PAGES, ...filesIn('docs', '.md')]
    .filter(file => file !== 'docs/glossary.md')
    .flatMap(file =>
      linesOf(file)
        .filter(line => OLD.test(line.replace(CODE, '')))
        .map(line => `${file}: ${line}`),
    )
  expect(found).toEqual([])
})

test('the code has no name of the old words', () => {
  const found = SHIPPED.flatMap(folder => filesIn(folder, '.ts')).flatMap(file => {
    const declared = readFileSync(file, 'utf8').matchAll(/\b(?:const|let|function|type|interface)\s+([A-Za-z]\w*)/g)
    return [...declared].flatMap(([, name = '']) => (OLD_NAMES.test(name) ? [`${file}: ${name}`] : []))
  })
  expect(found).toEqual([])
})

test('the comments of shipped code use the words of the glossary', () => {
  const found = SHIPPED.flatMap(folder => filesIn(folder, '.ts', '.mjs')).flatMap(file =>
    listComments(readFileSync(file, 'utf8'))
      .filter(text => OLD_IN_CODE.test(text.replace(CODE, '')) && !isException(file, text))
      .map(text => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})

describe('the names of tests', () => {
  const named = filesIn('test', '.ts').flatMap(file =>
    listTestNames(readFileSync(file, 'utf8')).map(name => [file, name] as const),
  )

  test('can each be read alone: none begins with "and"', () => {
    expect(named.length).toBeGreaterThan(2_000)
    expect(named.filter(([, name]) => name.startsWith('and ')).map(String)).toEqual([])
  })

  test('use the words of the glossary', () => {
    expect(named.filter(([, name]) => OLD_IN_CODE.test(name.replace(/`[^`]*`|"[^"]*"/g, ''))).map(String)).toEqual([])
  })
})
