/** The stacks whose costs the page shows, synthesized without their code. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { guardApp } from '../../infra/guard-app.ts'
import { hasEnforcingRule } from '../../infra/settings/derived.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { listFixedCosts } from './fixed.ts'
import type { Variant } from './page.ts'

const ENFORCING = `version: 1
rules: { paravirtual-instance: { mode: enforce } }
`

const WITH_SLACK = `${ENFORCING}channels:
  ops: { type: slack, secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-a1b2c3", channel: C0123ABCD }
routes: [{ to: [ops] }]
`

const ORGANIZATION = 'o-a1b2c3d4e5'
/** CloudTrail's record of a launch, and EC2's notification. */
const REPORTS = 2

const countSecrets = ({ channels = {} }: Policy): number =>
  Object.values(channels).filter(channel => 'secret' in channel).length

const synthesize = (policy: Policy, scratch: string, organization?: string): Variant['lines'] => {
  const bundle = join(scratch, 'bundle')
  mkdirSync(bundle, { recursive: true })
  writeFileSync(join(bundle, 'index.js'), 'exports.handler = async () => {}\n')
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'))
  const app = new App({ context, outdir: mkdtempSync(join(scratch, 'out-')) })
  const bundles = { evaluate: bundle, confirm: bundle, sweep: bundle, enforce: bundle, notify: bundle }
  const emails = ['ops@example.com', 'oncall@example.com']
  const props = {
    policy,
    emails,
    live: hasEnforcingRule(policy),
    sweepRegions: 'own',
    ownSubscribers: false,
    bundles,
    ...(organization !== undefined && { organization }),
  } as const
  return listFixedCosts(guardApp(app, props).synth().getStackByName('Virtguard').template, countSecrets(policy))
}

/** Each with the lines of its monthly bill. */
export const synthesizeVariants = (): readonly Variant[] => {
  const scratch = mkdtempSync(join(tmpdir(), 'virtguard-cost-'))
  const enforcing = parsePolicy(ENFORCING, 'enforcing')
  try {
    return [
      { name: 'observes', lines: synthesize(DEFAULT_POLICY, scratch), forwarded: 0 },
      { name: 'enforces', lines: synthesize(enforcing, scratch), forwarded: 0 },
      { name: 'enforces, with Slack', lines: synthesize(parsePolicy(WITH_SLACK, 'slack'), scratch), forwarded: 0 },
      {
        name: 'enforces, for an organization',
        lines: synthesize(enforcing, scratch, ORGANIZATION),
        forwarded: REPORTS,
      },
    ]
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
