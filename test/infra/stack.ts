import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { Settings } from '../../infra/context.ts'
import { guardApp } from '../../infra/guard-app.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

const scratch = mkdtempSync(join(tmpdir(), 'virtguard-cdk-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

// It stands for a bundle: what is in it does not matter to the template.
const bundle = join(scratch, 'bundle')
mkdirSync(bundle)
writeFileSync(join(bundle, 'index.js'), 'exports.handler = async () => {}\n')

const context = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8')).context

/** The app as `cdk synth` makes it, with cdk-nag in it. */
export const anApp = (settings: Partial<Settings> = {}): App => {
  return guardApp(new App({ context, outdir: mkdtempSync(join(scratch, 'out-')) }), {
    policy: DEFAULT_POLICY,
    emails: [],
    ...settings,
    bundles: { evaluate: bundle, confirm: bundle },
  })
}

export type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }

/** The synthesized template. */
export const aTemplate = (settings: Partial<Settings> = {}): Template => {
  const stack = anApp(settings).synth().getStackByName('Virtguard')
  return Template.fromJSON(stack.template)
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
