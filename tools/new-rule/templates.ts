/**
 * The files that `npm run new-rule` writes for a rule: a start that passes every check, to be filled with the rule
 * itself.
 */

const toCamelCase = (id: string): string => id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const toReasonCode = (id: string): string => id.replaceAll('-', '_').toUpperCase()

const toTitle = (id: string): string => {
  const words = id.replaceAll('-', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

export const renderRule = (id: string, since: number): string => `import type { Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const check = (subject: Subject): Verdict => {
  if (subject.kind !== 'instance') return PASSED
  const { instanceType } = subject.instance
  if (instanceType === undefined) return createUnknown({ of: 'instance', fact: 'instanceType' })
  // Say here when the rule fails. Until then it passes whatever it sees.
  const isWrong = false
  if (!isWrong) return PASSED
  const message = \`\${subject.resource.id} is of type \${instanceType}, which is wrong.\`
  return { status: 'FAILED', reasons: ['${toReasonCode(id)}'], message }
}

export const ${toCamelCase(id)}: Rule = {
  id: '${id}',
  title: '${toTitle(id)}',
  why: 'Say in one sentence why anyone should care.',
  severity: 'LOW',
  events: ['launch', 'running', 'start'],
  reads: ['ec2:DescribeInstances'],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/concepts.html',
  since: ${since},
  remediation: 'Say what to do, and that it exists.',
  options: {},
  check,
}
`

export const renderPage = (id: string, since: number): string => `# ${id}

Say in one sentence what is wrong.

## What fires it

| reason | when |
|---|---|
| \`${toReasonCode(id)}\` | Say when. |

Severity LOW; the policy can set another.

The rule came with the preset \`recommended@${since}\`. It is off in a policy of an older preset that does not name it.

## Why

Say why anyone should care.

## What it reads

From the event: \`instanceType\`.

From EC2, only where a fact is missing: \`DescribeInstances\`.

## What it misses

- Say what the rule cannot see.

## How to fix

Say what to do.

## How to exempt

\`\`\`yaml
version: 1
exemptions:
  - rule: ${id}
    match: { accountId: "123456789012", instanceId: i-0123456789abcdef0 }
    reason: kept for an audit
    owner: audit@example.com
    expires: 2027-01-31
\`\`\`

The keys of \`match\` are in [policy.md](../policy.md).

## Related controls

None of AWS's.
`

export const renderTest = (id: string): string => `import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
import { ${toCamelCase(id)} as rule } from '../../shared/rules/${id}.ts'
import { imageSubject, instanceSubject } from '../support/findings.ts'
import { inShort, verdictOf } from '../support/verdicts.ts'

describe('${id}', () => {
  test.each<[string, Subject, string]>([
    ['an instance that is right', instanceSubject({ instanceType: 't3.micro' }), 'PASSED'],
    ['a type that is not known', instanceSubject({}, ['instanceType']), '? instance.instanceType'],
    ['an image', imageSubject(), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })
})
`

/** The registry with one rule more, imports in the order of their files. Throws if the registry has another form. */
export const addToRegistry = (registry: string, id: string): string => {
  const name = toCamelCase(id)
  const line = `import { ${name} } from './${id}.ts'`
  const imports = [...registry.matchAll(/^import \{ \w+ \} from '\.\/[a-z-]+\.ts'$/gm)].map(([text]) => text)
  const listed = registry.replace(/(export const RULES: readonly Rule\[\] = \[\n(?: {2}\w+,\n)+)/, `$1  ${name},\n`)
  if (imports.length === 0 || listed === registry) throw new Error('shared/rules/registry.ts has no list of rules')
  const before = imports.filter(text => formatPath(text) < formatPath(line)).at(-1)
  return before === undefined ? `${line}\n${listed}` : listed.replace(before, `${before}\n${line}`)
}

const formatPath = (line: string): string => line.slice(line.indexOf("'"))
