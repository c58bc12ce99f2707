import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Template } from 'aws-cdk-lib/assertions'
import { resourcesOf } from './stack.ts'

/**
 * One thing that a role may do: the logical id, without CDK's hash, or the end of the ARN of what it may do it on; and the
 * value of the condition under which.
 */
export type Grant = { readonly function: string; readonly action: string; readonly on: string; readonly only?: string }

const bySpelling = (grants: readonly Grant[]): readonly Grant[] =>
  [...grants].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside)

const grant = ({ only, ...rest }: Omit<Grant, 'only'> & { readonly only: string | undefined }): Grant => ({
  ...rest,
  ...(only !== undefined && { only }),
})

const ENFORCING = '## Only where a rule enforces'

/** The tables of docs/permissions.md: a row has a role, actions, the kind and name of a resource, and a condition. */
export const documentedGrants = (policy: 'observes' | 'enforces'): readonly Grant[] => {
  const page = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8')
  const [always = '', more] = page.split(ENFORCING)
  if (more === undefined) throw new Error(`docs/permissions.md has no "${ENFORCING}"`)
  const rows = (policy === 'enforces' ? page : always).matchAll(
    /^\| ([A-Z]\w+) \| ([^|]+) \| ([^|]+) \| (?:([^|]+) )?\|/gm,
  )
  return bySpelling(
    [...rows].flatMap(([, name = '', actions = '', resource = '', condition = '']) =>
      quoted(actions).map(action =>
        grant({ function: name, action, on: quoted(resource)[0] ?? '*', only: quoted(condition)[0] }),
      ),
    ),
  )
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[]

const PRODUCT_ARN =
  /^\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},":securityhub:",\{"Ref":"AWS::Region"\},":",\{"Ref":"AWS::AccountId"\},":product\/",\{"Ref":"AWS::AccountId"\},"\/default"\]\]\}$/

/** Of what the stack names: its queues, also those that it does not have any more. */
const STACKS_ARN =
  /^\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},":\w+:",\{"Ref":"AWS::Region"\},":",\{"Ref":"AWS::AccountId"\},":",\{"Ref":"AWS::StackName"\},"([^"]+)"\]\]\}$/

const OWN_ARN =
  /^\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},":\w+:",\{"Ref":"AWS::Region"\},":",\{"Ref":"AWS::AccountId"\},":([^"]+)"\]\]\}$/

/** The logical id, without CDK's hash, that a Ref or a GetAtt names, or what an ARN of this account and region ends with; else the text. */
export const idIn = (value: unknown): string => {
  const json = JSON.stringify(value)
  if (PRODUCT_ARN.test(json)) return 'product/<account>/default'
  const index = /"\/index\/(\w+)"\]\]\}$/.exec(json)?.[1]
  if (index !== undefined) return index
  const ofStack = STACKS_ARN.exec(json)?.[1]
  if (ofStack !== undefined) return `<stack>${ofStack}`
  return OWN_ARN.exec(json)?.[1] ?? /"(?:Ref":|Fn::GetAtt":\[)"(\w+?)[0-9A-F]{8}"/.exec(json)?.[1] ?? String(value)
}

type Policy = {
  readonly Roles: readonly unknown[]
  readonly PolicyDocument: { readonly Statement: readonly Statement[] }
}
type Statement = {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const CONDITIONS = [
  'ForAllValues:StringLike dynamodb:LeadingKeys',
  'StringEquals iam:PassedToService',
  'StringEqualsIgnoreCase ec2:Attribute',
  'StringEquals kms:ViaService',
]

const onlyOf = (condition: NonNullable<Statement['Condition']>): string | undefined => {
  const [[operator = '', keys = {}] = [], ...others] = Object.entries(condition)
  const [[key = '', value] = [], ...otherKeys] = Object.entries(keys)
  if (others.length + otherKeys.length > 0 || !CONDITIONS.includes(`${operator} ${key}`))
    throw new Error(`a condition ${JSON.stringify(condition)}`)
  return value
}

/** What the template grants. Throws at what the list could not show: a Deny, another condition, a role of nobody. */
export const deployedGrants = (template: Template): readonly Grant[] =>
  bySpelling(
    Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
      .map(({ Properties }) => Properties as unknown as Policy)
      .flatMap(({ Roles, PolicyDocument }) =>
        Roles.flatMap(role =>
          PolicyDocument.Statement.flatMap(({ Effect, Action, Resource, Condition, ...more }) => {
            if (Effect !== 'Allow' || Object.keys(more).length > 0)
              throw new Error(`a statement with ${JSON.stringify(more)}`)
            const only = Condition && onlyOf(Condition)
            return list(Resource).flatMap(resource =>
              list(Action).map(action =>
                grant({ function: idIn(role).replace(/Role$/, ''), action, on: idIn(resource), only }),
              ),
            )
          }),
        ),
      ),
  )
