import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import type { StackContext } from '../../shared/lint/readers/cloudformation/stack.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

const world = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }
const AMAZON = '/aws/service/ami-amazon-linux-latest'

/** Names of public parameters whose images are known by their names. */
export const X86 = `${AMAZON}/al2023-ami-kernel-default-x86_64`
export const ARM = `${AMAZON}/al2023-ami-kernel-default-arm64`
export const PV = `${AMAZON}/amzn-ami-pv-x86_64-ebs`

/** A parameter of Systems Manager as a template writes it in place. */
export const stored = (name: string): string => `{{resolve:ssm:${name}}}`

export const anInstance = (ImageId: unknown, InstanceType: unknown, more: object = {}) => ({
  Type: 'AWS::EC2::Instance',
  Properties: { ImageId, InstanceType },
  ...more,
})

/** A template of these resources, and of the parts that are given. */
export const aTemplate = (Resources: object, parts: object = {}) => ({ ...parts, Resources })

/** All findings of a template, as an object or as text. */
export const evaluateTemplate = (template: unknown, context: StackContext = {}) => {
  const text = typeof template === 'string' ? template : JSON.stringify(template)
  const reading = readFileText(text, context)
  if ('unreadable' in reading) throw new Error(reading.unreadable)
  const findings = reading.declarations.flatMap(one => evaluateDeclaration(one, { world, file: 't.yaml', all: true }))
  return { findings, notices: reading.notices ?? [] }
}

/** The answers of incompatible-launch, by the id of the resource. */
export const answersOf = (template: unknown, context?: StackContext): Record<string, string> =>
  Object.fromEntries(
    evaluateTemplate(template, context).findings.flatMap(({ rule, place, status, reasons }) =>
      rule === 'incompatible-launch' ? [[place.address, [status, ...reasons].join(' ')]] : [],
    ),
  )

/** The answer on one resource, and what its finding says. */
export const answerOf = (resource: object, parts: object = {}, context?: StackContext) => {
  const { findings } = evaluateTemplate(aTemplate({ It: resource }, parts), context)
  const finding = findings.find(({ rule }) => rule === 'incompatible-launch')
  return { answer: finding && [finding.status, ...finding.reasons].join(' '), message: finding?.message ?? '' }
}
