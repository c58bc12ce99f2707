import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { writtenOut } from '../support/types.ts'

const bundle = (format: 'cjs' | 'esm'): string => {
  const { outputFiles } = buildSync({
    entryPoints: ['shared/catalogue/catalogue.ts'],
    absWorkingDir: `${__dirname}/../..`,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

describe('a bundle with the catalogue', () => {
  test('gives the same facts as the sources', () => {
    const module = { exports: {} as { loadCatalogue?: typeof loadCatalogue } }
    new Function('module', 'exports', bundle('cjs'))(module, module.exports)
    expect(module.exports.loadCatalogue && writtenOut(module.exports.loadCatalogue())).toEqual(
      writtenOut(loadCatalogue()),
    )
  })

  test.each(['cjs', 'esm'] as const)('grows by less than 8 kB for it (%s)', format => {
    expect(deflateRawSync(bundle(format), { level: 9 }).length).toBeLessThan(8000)
  })
})
