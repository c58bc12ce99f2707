import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { computeHashes } from '../../tools/pictures/manifest.ts'

const FOLDER = join(__dirname, '../../docs/pictures')
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

describe('the pictures in the docs', () => {
  test('show what the builders make now (otherwise: npm run pictures, check them, and commit them)', () => {
    const taken: unknown = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8'))
    expect(taken).toEqual(computeHashes())
  })

  test('exist, each of them and no others', () => {
    // Those of the report are taken from data by chance: its own tests look at the page.
    const pictures = readdirSync(FOLDER).filter(name => name.endsWith('.png') && !name.startsWith('report'))
    expect(pictures.toSorted()).toEqual(
      Object.keys(computeHashes())
        .map(name => `${name}.png`)
        .toSorted(),
    )
    for (const name of pictures) expect(readFileSync(join(FOLDER, name)).subarray(0, 8)).toEqual(PNG)
  })

  test('are shown in the docs', () => {
    const page = readFileSync(join(__dirname, '../../docs/pictures/README.md'), 'utf8')
    for (const name of Object.keys(computeHashes())) expect(page).toContain(`(${name}.png)`)
  })
})
