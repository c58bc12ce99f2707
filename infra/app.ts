import { App } from 'aws-cdk-lib'
import { UserError } from '../shared/errors.ts'
import { bundleFunction } from './bundle.ts'
import { settingsFrom } from './context.ts'
import { enforces } from './derived.ts'
import { guardApp } from './guard-app.ts'

/** Synthesizes the stack for the policy and the addresses in the context: `npx cdk deploy -c policy=FILE -c email=ADDRESS`. */
const main = async (): Promise<void> => {
  const app = new App()
  const settings = settingsFrom(app.node.getAllContext())
  const { policy } = settings
  const evaluate = await bundleFunction({ name: 'evaluate', policy })
  const confirm = await bundleFunction({ name: 'confirm' })
  const enforce = enforces(policy) ? await bundleFunction({ name: 'enforce', policy }) : undefined
  const bundles = { evaluate, confirm, ...(enforce !== undefined && { enforce }) }
  guardApp(app, { ...settings, bundles }).synth()
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exit(1)
}
