import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateFit as fitOf } from '../../shared/compatibility/fit.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { hasReference, referenceJson } from '../support/reference-types.ts'

type Case = {
  readonly id: string
  readonly ami: ImageFacts & { readonly bootMode: ImageFacts['bootMode'] | null }
  readonly instanceType: string
  readonly expect: { readonly compatible: boolean; readonly reasons: readonly string[] }
}

const there = hasReference()
const cases: readonly Case[] = there ? referenceJson('truth-table.json').cases : []

describe('documented launches and refusals', () => {
  const whenThere = there ? test : test.skip
  whenThere('are all there', () => expect(cases.length).toBe(80))

  for (const { id, ami, instanceType, expect: expected } of cases)
    test(`${id}: ${ami.virtualizationType} ${ami.architecture} image on ${instanceType}`, () => {
      const type = loadCatalogue().get(instanceType)
      if (type === undefined) throw new Error(`${instanceType} is not in the catalogue`)
      const { compatible, reasons } = fitOf({ ...ami, bootMode: ami.bootMode ?? 'unset' }, type)
      expect({ compatible, reasons }).toEqual(expected)
    })
})
