import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Template } from 'aws-cdk-lib/assertions'
import { resourcesOf } from './stack.ts'

/** One thing that a function may do, and the logical id, without CDK's hash, of what it may do it on. */
export type Grant = { readonly function: string; readonly action: string; readonly on: string }

const bySpelling = (grants: readonly Grant[]): readonly Grant[] =>
  [...grants].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside)

/** The table of docs/permissions.md: a row has a function, actions, and the kind and name of a resource. */
export const documentedGrants = (): readonly Grant[] => {
  const page = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8')
  return bySpelling(
    [...page.matchAll(/^\| ([A-Z]\w+) \| ([^|]+) \| ([^|]+) \|/gm)].flatMap(
      ([, name = '', actions = '', resource = '']) =>
        quoted(actions).map(action => ({ function: name, action, on: quoted(resource)[0] ?? '*' })),
    ),
  )
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[]

/** The logical id, without CDK's hash, that a Ref or a GetAtt names; else the text. */
export const idIn = (value: unknown): string =>
  /"(?:Ref":|Fn::GetAtt":\[)"(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(value))?.[1] ?? String(value)

type Policy = {
  readonly Roles: readonly unknown[]
  readonly PolicyDocument: { readonly Statement: readonly Statement[] }
}
type Statement = { readonly Effect: string; readonly Action: string | readonly string[]; readonly Resource: unknown }

/** What the template grants. Throws at what the list could not show: a Deny, a condition, a role of nobody. */
export const deployedGrants = (template: Template): readonly Grant[] =>
  bySpelling(
    Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
      .map(({ Properties }) => Properties as unknown as Policy)
      .flatMap(({ Roles, PolicyDocument }) =>
        Roles.flatMap(role =>
          PolicyDocument.Statement.flatMap(({ Effect, Action, Resource, ...more }) => {
            if (Effect !== 'Allow' || Object.keys(more).length > 0)
              throw new Error(`a statement with ${JSON.stringify(more)}`)
            return list(Resource).flatMap(resource =>
              list(Action).map(action => ({ function: idIn(role).replace(/Role$/, ''), action, on: idIn(resource) })),
            )
          }),
        ),
      ),
  )
