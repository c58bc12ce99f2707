import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { UserError } from '../shared/errors.ts'
import { bundleFunction } from './bundle/bundle.ts'
import { makeBundles } from './bundle/functions.ts'
import { guardApp } from './guard-app.ts'
import { readSettingsFrom } from './settings/context.ts'

/** Synthesizes the stack for the policy and the addresses in the context: `npx cdk deploy -c policy=FILE -c email=ADDRESS`. */
const main = async (): Promise<void> => {
  const app = new App()
  const settings = readSettingsFrom(app.node.getAllContext())
  // Beside the synthesized template, not in one place for all: another process may synthesize with another policy.
  const into = join(app.outdir, 'bundles')
  const bundles = await makeBundles(settings, (name, policy) =>
    bundleFunction({ name, into, ...(policy !== undefined && { policy }) }),
  )
  guardApp(app, { ...settings, bundles }).synth()
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exit(1)
}
