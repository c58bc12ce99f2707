import { describe, expect, test } from '@jest/globals'
import { findUnannounced } from '../../shared/policy/unannounced.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1_000).toISOString()
const POLICY = 'version 3 of the policy'
const SWITCH = 'the switch for stops'
const said = (what: Parameters<typeof findUnannounced>[0]) => findUnannounced(what, NOW)

describe('a change that was not announced', () => {
  test('is absent if nothing was changed, or all of it was announced', () => {
    expect(said({})).toEqual([])
    const long = ago(86_400)
    expect(said({ version: 3, at: long, announcedAt: long, stopsAt: long, stopsAnnouncedAt: long })).toEqual([])
  })

  test('is the policy, five minutes after it was written', () => {
    expect(said({ version: 3, at: ago(299) })).toEqual([])
    expect(said({ version: 3, at: ago(300) })).toEqual([POLICY])
  })

  test('is the switch, five minutes after it was changed', () => {
    expect(said({ stopsAt: ago(299) })).toEqual([])
    expect(said({ stopsAt: ago(300) })).toEqual([SWITCH])
  })

  test('is reported at once without a time, or with one that is still to come, because the command line writes neither', () => {
    expect(said({ version: 3 })).toEqual([POLICY])
    expect(said({ version: 3, at: 'soon' })).toEqual([POLICY])
    expect(said({ version: 3, at: ago(-299) })).toEqual([])
    expect(said({ version: 3, at: ago(-300) })).toEqual([POLICY])
    expect(said({ stopsUnsigned: true })).toEqual([SWITCH])
    expect(said({ version: 3, at: ago(-86_400), stopsAt: ago(-86_400) })).toEqual([POLICY, SWITCH])
  })
})
