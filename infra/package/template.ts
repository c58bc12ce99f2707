import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, BootstraplessSynthesizer, type IReusableStackSynthesizer } from 'aws-cdk-lib'
import cdk from '../../cdk.json' with { type: 'json' }
import { completeStack } from '../complete-stack.ts'
import type { GuardStackProps } from '../guard-stack.ts'

type Template = { readonly name: string; readonly text: string }

// CDK's class has properties that may be undefined where its interface has optional ones, which are not the same to strict types.
const isSynthesizer = (one: object): one is IReusableStackSynthesizer => 'reusableBind' in one

const createApp = (outdir: string): App => {
  const plain: object = new BootstraplessSynthesizer()
  return new App({
    outdir,
    context: cdk.context,
    autoSynth: false,
    analyticsReporting: false,
    treeMetadata: false,
    // It only warns, and takes four fifths of the time.
    builtinCloudFormationValidation: false,
    ...(isSynthesizer(plain) && { defaultStackSynthesizer: plain }),
  })
}

/** The name of the stack and its template, which needs no bootstrap and no CDK: plain CloudFormation. */
export const buildTemplate = (props: GuardStackProps): Template => {
  const outdir = mkdtempSync(join(tmpdir(), 'virtguard-package-'))
  try {
    const app = createApp(outdir)
    const { artifactId } = completeStack(app, props)
    const { stackName, template } = app.synth().getStackArtifact(artifactId)
    return { name: stackName, text: `${JSON.stringify(template, null, 1)}\n` }
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
