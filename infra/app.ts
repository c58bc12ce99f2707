import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { UserError } from '../shared/errors.ts'
import { bundleFunction } from './bundle/bundle.ts'
import { guardApp } from './guard-app.ts'
import { readSettingsFrom } from './settings/context.ts'
import { hasEnforcingRule } from './settings/derived.ts'

/** Synthesizes the stack for the policy and the addresses in the context: `npx cdk deploy -c policy=FILE -c email=ADDRESS`. */
const main = async (): Promise<void> => {
  const app = new App()
  const settings = readSettingsFrom(app.node.getAllContext())
  const { policy } = settings
  // Beside the synthesized template, not in one place for all: another process may synthesize with another policy.
  const into = join(app.outdir, 'bundles')
  const evaluate = await bundleFunction({ name: 'evaluate', policy, into })
  const confirm = await bundleFunction({ name: 'confirm', into })
  const sweep = await bundleFunction({ name: 'sweep', policy, into })
  const enforce = hasEnforcingRule(policy) ? await bundleFunction({ name: 'enforce', policy, into }) : undefined
  const notify = policy.channels === undefined ? undefined : await bundleFunction({ name: 'notify', policy, into })
  const bundles = {
    evaluate,
    confirm,
    sweep,
    ...(enforce !== undefined && { enforce }),
    ...(notify !== undefined && { notify }),
  }
  guardApp(app, { ...settings, bundles }).synth()
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exit(1)
}
