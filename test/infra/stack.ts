import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { guardApp } from '../../infra/guard-app.ts'
import type { GuardStackProps } from '../../infra/guard-stack.ts'
import { hasEnforcingRule } from '../../infra/settings/derived.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'

const scratch = mkdtempSync(join(tmpdir(), 'virtguard-cdk-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

// It stands for a bundle: what is in it does not matter to the template.
const bundle = join(scratch, 'bundle')
mkdirSync(bundle)
writeFileSync(join(bundle, 'index.js'), 'exports.handler = async () => {}\n')

const context = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8')).context

/** The default policy with one rule on enforce. */
export const ENFORCING: Policy = {
  ...DEFAULT_POLICY,
  rules: {
    ...DEFAULT_POLICY.rules,
    'paravirtual-instance': { mode: 'enforce', severity: 'HIGH', options: {} },
  },
}

// `synth` would start the validator of CloudFormation, which takes four fifths of the time and only warns. Tests of their own
// ask cdk-nag, and `npm run synth` validates.
process.env['CDK_VALIDATION'] = 'false'

/** The app as `cdk synth` makes it, with cdk-nag in it. */
export const anApp = (props: Partial<GuardStackProps> = {}): App => {
  return guardApp(new App({ context, outdir: mkdtempSync(join(scratch, 'out-')) }), {
    policy: DEFAULT_POLICY,
    emails: [],
    live: hasEnforcingRule(props.policy ?? DEFAULT_POLICY),
    sweepRegions: 'own',
    ownSubscribers: false,
    bundles: { evaluate: bundle, confirm: bundle, sweep: bundle, enforce: bundle, notify: bundle, hook: bundle },
    ...props,
  })
}

export type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }

const templates = new Map<string, Template>()

/** The synthesized template; of the same settings, the same one. */
export const aTemplate = (props: Partial<GuardStackProps> = {}): Template => {
  const settings = JSON.stringify(props)
  const known = templates.get(settings)
  if (known !== undefined) return known
  const template = Template.fromJSON(anApp(props).synth().getStackArtifact('Virtguard').template)
  templates.set(settings, template)
  return template
}

/** The resources of a type, by logical id. */
export const resourcesOf = (template: Template, type: string): Record<string, Resource> =>
  template.findResources(type) as Record<string, Resource>

/** The one resource of the type whose logical id starts so, up to CDK's hash. */
export const resourceNamed = (template: Template, type: string, name: string): Resource => {
  const found = Object.entries(resourcesOf(template, type)).filter(([id]) =>
    new RegExp(`^${name}[0-9A-F]{8}$`).test(id),
  )
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of ${type} ${name}`)
  return found[0][1]
}
