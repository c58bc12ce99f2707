import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

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

const OLD_NAMES =
  /^(?:occasion|stor(?:y|ies)|chapters?|asides?|parcels?|purse|manners|ailing|settlements?|judge[a-zA-Z]*|tell[A-Z]\w*|look(?:At|For)?[A-Z]\w*|\w*(?:Story|Chapter|Parcel|Occasion|Judgement|Settlement|Purse|Ailing))$/

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
const CODE = /`[^`]*`|'[^']*'|```[\s\S]*?```/g
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(ending))
    .map(file => `${folder}/${file}`)
const linesOf = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .replace(/```[\s\S]*?```/g, '')
    .split('\n')

test('the docs use the words of the glossary', () => {
  const old = new RegExp(`\\b(?:${OLD_WORDS.join('|')})\\b`, 'i')
  const found = [...PAGES, ...filesIn('docs', '.md')]
    .filter(file => file !== 'docs/glossary.md')
    .flatMap(file =>
      linesOf(file)
        .filter(line => old.test(line.replace(CODE, '')))
        .map(line => `${file}: ${line}`),
    )
  expect(found).toEqual([])
})

test('the code has no name of the old words', () => {
  const found = ['shared', 'functions', 'cli', 'infra', 'local', 'report']
    .flatMap(folder => filesIn(folder, '.ts'))
    .flatMap(file => {
      const declared = readFileSync(file, 'utf8').matchAll(/\b(?:const|let|function|type|interface)\s+([A-Za-z]\w*)/g)
      return [...declared].flatMap(([, name = '']) => (OLD_NAMES.test(name) ? [`${file}: ${name}`] : []))
    })
  expect(found).toEqual([])
})
