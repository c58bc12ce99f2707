import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { loadPolicy } from '../../shared/policy/load.ts'
import { MATCH_KEYS } from '../../shared/policy/match-keys.ts'

const ACCOUNT = '123456789012'
const GROUP = { accountId: ACCOUNT, region: 'eu-central-1', autoScalingGroup: 'legacy-billing' }

const warnings = (match: object, rule = 'paravirtual-instance'): readonly string[] => {
  const exemption = { rule, match, reason: 'r', owner: 'o', expires: '2027-01-31' }
  const text = stringify({ version: 1, allowTagExemptions: true, exemptions: [exemption] })
  return loadPolicy(text, 'p.yaml').warnings.map(line => line.replace(/^\S+ exemptions\[0\]\./, ''))
}

describe('an exemption that somebody can claim', () => {
  test.each([
    [
      'a group by a pattern of its name',
      { ...GROUP, autoScalingGroup: 'legacy-*' },
      /^match\.autoScalingGroup: can be claimed by anybody who may create an Auto Scaling group: any name of that form/,
    ],
    [
      'a group in any account',
      { region: 'eu-central-1', autoScalingGroup: 'legacy-billing' },
      /^match\.autoScalingGroup: .* in another account or region; add accountId and region/,
    ],
    [
      'a group in any region',
      { accountId: ACCOUNT, autoScalingGroup: 'legacy-billing' },
      /^match\.autoScalingGroup: .* in another account or region/,
    ],
    [
      'a group in some accounts',
      { ...GROUP, accountId: '1234*' },
      /^match\.autoScalingGroup: .* in another account or region/,
    ],
    [
      'a group in some regions',
      { ...GROUP, region: 'eu-*' },
      /^match\.autoScalingGroup: .* in another account or region/,
    ],
    [
      'a tag and an image, of which the tag is said',
      { imageId: 'ami-0123456789abcdef0', tags: { team: 'a' } },
      /^match\.tags: /,
    ],
    ['a tag', { accountId: ACCOUNT, tags: { team: 'billing' } }, /^match\.tags: can be claimed by anybody who may tag/],
    [
      'an image and a region',
      { imageId: 'ami-0123456789abcdef0', region: 'eu-west-1' },
      /^match\.imageId: can be claimed by anybody who launches from that image/,
    ],
    ['a type', { instanceType: 'm1.*' }, /^match\.instanceType: can be claimed by anybody who launches: the launcher/],
    ['a region', { region: 'us-east-1' }, /^match\.region: can be claimed by anybody who launches/],
    [
      'a type and a region in some accounts',
      { instanceType: 'm1.small', region: 'us-east-1', accountId: '1234*' },
      /^match\.instanceType: can be claimed by anybody who launches/,
    ],
  ])('is warned of: %s', (_, match, line) => {
    const lines = warnings(match)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(line)
  })
})

describe('an exemption that nobody else can claim', () => {
  test.each([
    ['an exact group of an account and a region', GROUP, 'paravirtual-instance'],
    ['an instance', { instanceId: 'i-0123456789abcdef0' }, '*'],
    ['an instance with a tag', { instanceId: 'i-0123456789abcdef0', tags: { team: '*' } }, '*'],
    ['an image in an account', { accountId: ACCOUNT, imageId: 'ami-0123456789abcdef0' }, '*'],
    ['an address, which nothing that is launched has', { address: '*', instanceType: 'm1.*' }, '*'],
    ['a type in an account', { accountId: ACCOUNT, instanceType: 'm1.*' }, '*'],
    ['an image, of a rule about images', { imageId: 'ami-0123456789abcdef0' }, 'paravirtual-image'],
  ])('is not warned of: %s', (_, match, rule) => expect(warnings(match, rule)).toEqual([]))
})

test('the example and the pages of the rules have no exemption that somebody else can claim', () => {
  const pages = readdirSync('docs/rules').map(name => readFileSync(`docs/rules/${name}`, 'utf8'))
  const inPages = pages.flatMap(page => [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text))
  expect(inPages.length).toBeGreaterThan(5)
  for (const text of [readFileSync('docs/policy.example.yaml', 'utf8'), ...inPages])
    expect(loadPolicy(text, 'docs').warnings).toEqual([])
})

test('the docs say who writes each key', () => {
  const [, section = ''] = readFileSync('docs/policy.md', 'utf8').split('### Who can claim an exemption')
  const rows = section.split('\n').filter(line => line.startsWith('| `'))
  for (const [key, { claimedBy: who }] of Object.entries(MATCH_KEYS)) {
    const row = rows.find(line => line.split('|')[1]?.includes(`\`${key}\``)) ?? ''
    expect([key, row]).toEqual([key, expect.stringContaining(who === 'launches' ? '| who launches' : '|')])
    expect([key, / nobody[ :|]/.test(row)]).toEqual([key, who === 'aws'])
  }
})
