import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, parsePolicyFor } from '../../shared/policy/load.ts'
import { findPatternSlips } from '../../shared/policy/pattern-slips.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { TEST_RULES } from './cases.ts'

const KNOWN = 'that is known as of 2026-08-02'

const load = (policy: object): LoadedPolicy => loadPolicy(stringify({ version: 1, ...policy }), 'p.yaml')

const wordsOf = (lines: readonly string[]): readonly string[] => lines.map(line => line.replace(/^\S+ /, ''))

const warnings = (policy: object): readonly string[] => wordsOf(load(policy).warnings)

const mistakes = (policy: object): readonly string[] => {
  try {
    load(policy)
  } catch (error) {
    if (error instanceof UserError) return wordsOf(error.message.split('\n'))
    throw error
  }
  return []
}

const family = (settings: object) => ({ rules: { 'instance-family': settings } })

const exempting = (match: object) => ({
  exemptions: [{ rule: '*', match, reason: 'r', owner: 'o', expires: '2027-01-31' }],
  allowTagExemptions: true,
})

const ACCOUNT = '123456789012'

const EXAMPLE = 'write a type or a pattern, like m1.small or "m1.*"'

const ONLY_SMALL = 'one has lower case letters, digits, dots and dashes only'

describe('a pattern of types', () => {
  test.each([
    ['M1.*', `matches no instance type: ${ONLY_SMALL}; did you mean "m1.*"?`],
    ['T2.*', `matches no instance type: ${ONLY_SMALL}; did you mean "t2.*"?`],
    ['m1.[sl]*', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m1.s*, m1.l*`],
    ['{m5,c5}.*', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5.*, c5.*`],
    ['m5, c5', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5, c5`],
    ['m5;c5', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5, c5`],
    ['m5|c5|m5', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5, c5`],
    ['m5,', `matches no instance type: ${ONLY_SMALL}; did you mean "m5"?`],
    [',m5', `matches no instance type: ${ONLY_SMALL}; did you mean "m5"?`],
    [',m5, c5,', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5, c5`],
    ['m5,zz9', `matches no instance type: ${ONLY_SMALL}; ${EXAMPLE}`],
    ['{m5, c5}.*', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5.*, c5.*`],
    [
      '[mc][45].large',
      `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m4.large, m5.large, c4.large, c5.large`,
    ],
    ['[mc][45].[l]arge', `matches no instance type: ${ONLY_SMALL}; ${EXAMPLE}`],
    [
      'm[12345678]*',
      `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m1*, m2*, m3*, m4*, m5*, m6*, m7*, m8*`,
    ],
    ['m[123456788]*', `matches no instance type: ${ONLY_SMALL}; ${EXAMPLE}`],
    ['m55', `matches no instance type ${KNOWN}; did you mean "m5"?`],
    ['m*.larg', `matches no instance type ${KNOWN}; did you mean "m*.large"?`],
    ['tt1.mikro', `matches no instance type ${KNOWN}; did you mean "t1.micro"?`],
    ['zzzzzz.qqqqqqqqq', `matches no instance type ${KNOWN}; ${EXAMPLE}`],
    ['m5,c5', `matches no instance type: ${ONLY_SMALL}; write each as one of its own: m5, c5`],
    ['ｍ5.*', `matches no instance type: ${ONLY_SMALL}; did you mean "m5.*"?`],
    ['t1.mikro', `matches no instance type ${KNOWN}; did you mean "t1.micro"?`],
    ['t11.micro', `matches no instance type ${KNOWN}; did you mean "t1.micro"?`],
    ['m55.*', `matches no instance type ${KNOWN}; did you mean "m5.*"?`],
    ['m5large', `matches no instance type ${KNOWN}; did you mean "m5.large"?`],
    ['metal', `matches no instance type ${KNOWN}; did you mean "*.metal"?`],
    ['*mettal*', `matches no instance type ${KNOWN}; did you mean "*.metal*"?`],
    ['nonsense9000', `matches no instance type ${KNOWN}; write a type or a pattern, like m1.small or "m1.*"`],
  ])('that matches none is reported, with what it may mean: %s', (pattern, words) => {
    expect(warnings(family({ deny: [pattern] }))).toEqual([`rules.instance-family.deny[0]: "${pattern}" ${words}`])
  })

  test('with an invisible character is reported, and the character is shown', () => {
    expect(warnings(family({ deny: ['t1.\u200bmicro'] }))).toEqual([
      'rules.instance-family.deny[0]: "t1.\\u{200b}micro" matches no instance type: it has characters that are not seen; did you mean "t1.micro"?',
    ])
  })

  test.each([
    ['\u200bt1.micro', 't1.micro'],
    ['\u200b m5.*', 'm5.*'],
  ])('with one at its beginning is reported, too: %j', (pattern, meant) => {
    expect(warnings(family({ deny: [pattern] }))).toEqual([
      expect.stringMatching(/matches no instance type: it has characters that are not seen; did you mean "([^"]+)"\?$/),
    ])
    expect(warnings(family({ deny: [pattern] }))[0]).toContain(`did you mean "${meant}"?`)
  })

  test('is read as several types up to 80 characters, and not beyond, because longer ones are no slips', () => {
    const listed = (types: readonly string[]): string => warnings(family({ deny: [types.join(',')] })).join()
    const types = ['m5.large', 'c5.large', 'r5.large', 't2.large', 't3.large', 'm4.large', 'c4.large', 'r4.large']
    expect([...types, 'm1.small'].join()).toHaveLength(80)
    expect(listed([...types, 'm1.small'])).toContain(
      `write each as one of its own: ${[...types, 'm1.small'].join(', ')}`,
    )
    expect(listed([...types, 'm5.xlarge'])).toContain('; write a type or a pattern')
  })

  test('with ever more groups of letters is answered at once', () => {
    const started = performance.now()
    for (const pattern of ['[abcde]'.repeat(11), '{,}'.repeat(26)])
      expect(warnings(family({ deny: [pattern] }))[0]).toContain('matches no instance type')
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('of allowed types is reported once', () => {
    expect(warnings(family({ allow: ['M1.*', '*'] }))).toHaveLength(1)
  })

  test.each(['t1.micro', 't1', 'm1.*', '*.metal*', '*', '*.*', 'm?', 'mac*', 'u-*', '*.large', '*metal', '*metal*'])(
    'that matches some is not reported: %s',
    pattern => {
      expect(load(family({ deny: [pattern], allow: ['c5.*', pattern] })).warnings.join()).not.toContain('matches no')
    },
  )

  test('has its position in the file', () => {
    const { warnings: lines } = loadPolicy('version: 1\nrules:\n  instance-family: { deny: [t2, T2] }\n', 'p.yaml')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^p\.yaml:3:33 rules\.instance-family\.deny\[1\]: /)
  })

  test('that is every known type is never reported', () => {
    const types = loadCatalogue()
      .profiles()
      .flatMap(profile => profile.types())
    expect(types.length).toBeGreaterThan(800)
    expect(load(family({ allow: types })).warnings).toEqual([])
    expect(load(exempting({ accountId: ACCOUNT, instanceType: types[0] })).warnings).toEqual([])
  })

  test('is counted beyond the first ones if there are very many', () => {
    const lines = load(family({ deny: Array.from({ length: 60 }, (_, index) => `q${index}.large`) })).warnings
    expect(lines).toHaveLength(21)
    expect(lines[20]).toBe('p.yaml: and 20 more')
  })
})

describe('a rule that enforces', () => {
  test.each(['M5.*', 'm5.*, c5.*', 't1.mikro', 'm5.\u200blarge', '*mettal'])(
    'is refused with an allowed pattern that matches nothing, because it would stop what was to pass: %s',
    pattern => {
      const lines = mistakes(family({ mode: 'enforce', allow: ['m7g', pattern] }))
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(
        /^rules\.instance-family\.allow\[1\]: .*, so that what it was to let pass would be stopped/,
      )
    },
  )

  test('gets a note about newer types only if the pattern could match one', () => {
    expect(mistakes(family({ mode: 'enforce', allow: ['M5.*'] }))).toEqual([
      `rules.instance-family.allow[0]: "M5.*" matches no instance type: ${ONLY_SMALL}, so that what it was to let pass would be stopped; did you mean "m5.*"?`,
    ])
  })

  test('accepts a pattern of newer types if it matches an older one, too', () => {
    expect(mistakes(family({ mode: 'enforce', allow: ['m99g.*'] }))[0]).toContain(
      '(for a newer one, write a pattern that an older one matches, too)',
    )
    expect(mistakes(family({ mode: 'enforce', allow: ['m*g.*'] }))).toEqual([])
  })

  test('is only warned of a pattern of denied types, because what it misses is not stopped', () => {
    expect(mistakes(family({ mode: 'enforce', deny: ['T2.*'] }))).toEqual([])
    expect(warnings(family({ mode: 'enforce', deny: ['T2.*'] }))).toHaveLength(1)
  })

  test.each([{ deny: ['*'] }, { deny: ['*.*'] }, { allow: ['m5.*'], deny: ['m5'] }])(
    'is refused if it lets nothing pass: %j',
    lists => {
      expect(mistakes(family({ mode: 'enforce', ...lists }))).toEqual([
        'rules.instance-family: lets no instance type pass, so every instance would be stopped; let some pass, or keep EC2 out with a service control policy',
      ])
      expect(mistakes(family({ mode: 'observe', ...lists }))).toEqual([])
      expect(warnings(family({ mode: 'observe', ...lists }))).toEqual([
        'rules.instance-family: lets no instance type pass, so every instance fails; let some pass, or keep EC2 out with a service control policy',
      ])
      expect(warnings(family({ mode: 'off', ...lists }))).toEqual([])
    },
  )
})

describe('the match of an exemption', () => {
  test.each([
    ['accountId', '12345678901?*?', 'matches no account id: one has 12 digits; write all of them, or a pattern'],
    ['accountId', '1234567890?', 'matches no account id: one has 12 digits; write all of them, or a pattern'],
    [
      'region',
      'eu-centrall-1',
      'matches no region that is known to this version of virtguard; did you mean "eu-central-1"?',
    ],
    [
      'region',
      'eu_central_1',
      'matches no region: one has lower case letters, digits and dashes only; did you mean "eu-central-1"?',
    ],
    ['region', 'eu_*', 'matches no region: one has lower case letters, digits and dashes only; did you mean "eu-*"?'],
    [
      'region',
      'nowhere',
      'matches no region that is known to this version of virtguard; write a region or a pattern, like eu-central-1 or "eu-*"',
    ],
    ['region', 'EU-*', 'matches no region: one has lower case letters, digits and dashes only; did you mean "eu-*"?'],
    ['instanceId', 'i-0123', 'matches no instance id: one is i- and 17 of 0-9 and a-f; copy it from the console'],
    [
      'instanceId',
      '0123456789abcdef0',
      'matches no instance id: one is i- and 17 of 0-9 and a-f; did you mean "i-0123456789abcdef0"?',
    ],
    [
      'instanceId',
      'I-0123456789ABCDEF0',
      'matches no instance id: one is i- and 17 of 0-9 and a-f; did you mean "i-0123456789abcdef0"?',
    ],
    ['imageId', 'ami-xyz*', 'matches no image id: one is ami- and 17 of 0-9 and a-f; copy it from the console'],
    ['instanceType', 'm1', 'matches no instance type: one has a dot, like m1.small; did you mean "m1.*"?'],
    ['instanceType', 'M1.*', `matches no instance type: ${ONLY_SMALL}; did you mean "m1.*"?`],
  ])('is reported if it can match nothing: %s %s', (key, pattern, words) => {
    const match = { instanceId: 'i-0123456789abcdef0', accountId: ACCOUNT, [key]: pattern }
    expect(warnings(exempting(match))).toEqual([`exemptions[0].match.${key}: "${pattern}" ${words}`])
  })

  test.each([
    ['accountId', '????????????'],
    ['accountId', '1234*'],
    ['region', 'cn-*'],
    ['region', 'eusc-de-east-1'],
    ['instanceId', 'i-01234567'],
    ['instanceId', 'i-0*'],
    ['imageId', 'ami-0123456789abcdef0'],
    ['instanceType', '*metal*'],
  ])('is not reported if it can match: %s %s', (key, pattern) => {
    const match = { instanceId: 'i-0123456789abcdef0', accountId: ACCOUNT, [key]: pattern }
    expect(warnings(exempting(match))).toEqual([])
  })

  test('is reported if a name has invisible characters', () => {
    const match = { accountId: ACCOUNT, region: 'eu-west-1', instanceId: 'i-*', autoScalingGroup: 'lega\u00adcy' }
    expect(warnings(exempting(match)).join()).toContain(
      'exemptions[0].match.autoScalingGroup: "lega\\u{ad}cy" matches no name that people type: it has characters that are not seen; did you mean "legacy"?',
    )
    expect(warnings(exempting({ ...match, autoScalingGroup: '\u200b legacy' })).join()).toContain(
      'did you mean "legacy"?',
    )
    const tagged = exempting({ accountId: ACCOUNT, tags: { team: 'a\u200b' } })
    expect(warnings(tagged)).toContain(
      'exemptions[0].match.tags.team: "a\\u{200b}" matches no name that people type: it has characters that are not seen; did you mean "a"?',
    )
    expect(warnings(exempting({ accountId: ACCOUNT, tags: { 'te\u200bam': 'a' } })).join()).toContain('te\\u{200b}am')
  })
})

describe('the rules of others', () => {
  const [family_] = TEST_RULES.filter(({ id }) => id === 'instance-family')
  const [plain] = TEST_RULES.filter(({ id }) => id === 'xen-hypervisor')
  const enforced = (id: string): string => `version: 1\nrules: { ${id}: { mode: enforce } }`

  test('have options that name no types, about which nothing is reported', () => {
    const text = 'version: 1\nrules: { instance-family: { deny: [nonsense9000] } }'
    expect(parsePolicyFor(family_ === undefined ? [] : [family_], text, 'p.yaml').warnings).toEqual([])
  })

  test('may fail every type if they have no lists that could let one pass', () => {
    const strict =
      plain === undefined
        ? []
        : [{ ...plain, check: () => ({ status: 'FAILED' as const, reasons: [], message: 'no' }) }]
    expect(parsePolicyFor(strict, enforced('xen-hypervisor'), 'p.yaml').warnings).toEqual([])
  })

  test('are no reason to complain if a policy does not have them', () => {
    expect(findPatternSlips({ ...DEFAULT_POLICY, rules: {} }, RULES)).toEqual({ errors: [], warnings: [] })
  })
})

test('the match of a route is reported if it can match nothing', () => {
  const routes = [{ match: { accountId: ['12345678901?2'], region: ['eu-central-1', 'us-est-1'] }, to: ['ops'] }]
  expect(warnings({ channels: { ops: { type: 'amazon-q' } }, routes })).toEqual([
    'routes[0].match.accountId[0]: "12345678901?2" matches no account id: one has 12 digits; write all of them, or a pattern',
    'routes[0].match.region[1]: "us-est-1" matches no region that is known to this version of virtguard; did you mean "us-east-1"?',
  ])
})

test('any pattern at all is accepted or reported in one line, and what is proposed matches something', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'mt15.*?[]{},-cA \u200b', 'large'), minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(letters, text => {
      const pattern = text.trim()
      fc.pre(pattern !== '' && /^\S/.test(pattern) && /\S$/.test(pattern))
      for (const line of load(family({ deny: [pattern] })).warnings) {
        expect(line).toMatch(/^p\.yaml:\d+:\d+ rules\.instance-family/)
        const [, proposal] = / did you mean "(.+)"\?$/.exec(line) ?? []
        if (proposal !== undefined)
          expect(load(family({ deny: [proposal] })).warnings.join()).not.toContain('matches no')
      }
    }),
    { numRuns: 300 },
  )
})
