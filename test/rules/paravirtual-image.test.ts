import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { paravirtualImage as rule } from '../../shared/rules/paravirtual-image.ts'
import { aCopyImageRecord, anImportImageRecord, aRegisterImageRecord } from '../support/builders.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const imageIn = (json: unknown): Subject => {
  const event = readEvent(json)
  if (event.kind !== 'image') throw new Error(`not an image: ${event.kind}`)
  return event.subject
}

describe('paravirtual-image', () => {
  test.each<[string, Subject, string]>([
    ['a PV image', imageSubject({ virtualizationType: 'paravirtual' }), 'PARAVIRTUAL'],
    ['an HVM image', imageSubject(), 'PASSED'],
    ['an arm64 image', imageSubject({ architecture: 'arm64' }), 'PASSED'],
    ['an image of which it is not known', imageSubject({}, ['virtualizationType']), '? image.virtualizationType'],
    ['a PV instance', instanceSubject(), 'PASSED'],
    ['a refused launch of a PV image', refusedLaunch(), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test.each<[string, unknown, string]>([
    ['without a word about virtualization, which means PV', aRegisterImageRecord(), 'PARAVIRTUAL'],
    ['as hvm', aRegisterImageRecord({ virtualizationType: 'hvm' }), 'PASSED'],
    ['as paravirtual', aRegisterImageRecord({ virtualizationType: 'paravirtual' }), 'PARAVIRTUAL'],
    ['as a copy, whose call does not say', aCopyImageRecord(), '? image.virtualizationType'],
    ['by an import, whose call does not say', anImportImageRecord(), '? image.virtualizationType'],
  ])('decides for an image made %s', (_, json, expected) => {
    expect(inShort(verdictOf(rule, imageIn(json)))).toBe(expected)
  })

  test('names the image in its message', () => {
    const verdict = verdictOf(rule, imageSubject({ virtualizationType: 'paravirtual' }))
    expect(messageOf(verdict)).toMatch(/^Image ami-0abcdef1234567890 is paravirtual/)
  })
})
