import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../shared/errors.ts'
import { ACCOUNT, REGION } from './isolation.ts'
import { ROOT } from './root.ts'

/** A file, or a folder that is to be packed, and the object that it has to become. */
export type Asset = {
  readonly bucket: string
  readonly key: string
  readonly source: string
  readonly kind: 'file' | 'zip'
}

/** The files to upload. The template is one of them. */
export type Assembly = { readonly assets: readonly Asset[]; readonly template: Asset }

const STACK = 'Virtguard'

/** Synthesizes the real stack as `cdk synth` does, for the given context, and returns the files to upload for it. */
export async function synthesize(folder: string, context: Readonly<Record<string, string>>): Promise<Assembly> {
  const out = path.join(folder, 'cdk.out')
  await runApp({
    ...process.env,
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ ...buildCdkContext(), ...context }),
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
    // Half of the time that it takes. `npx cdk synth` does validate, and the emulator takes or refuses the template.
    CDK_VALIDATION: 'false',
  })
  const manifest: Manifest = JSON.parse(readFileSync(path.join(out, `${STACK}.assets.json`), 'utf8'))
  const assets = Object.values(manifest.files).flatMap(file => listAssets(file, out))
  const template = assets.find(({ source }) => source.endsWith(`${STACK}.template.json`))
  if (!template) throw new Error(`the assets of the stack do not have its template`)
  return { assets, template }
}

/** The parts of a CDK asset manifest that are read here. */
type Manifest = { readonly files: Readonly<Record<string, File>> }
type File = {
  readonly source: { readonly path: string; readonly packaging: Asset['kind'] }
  readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>
}

function listAssets({ source, destinations }: File, out: string): readonly Asset[] {
  return Object.values(destinations).map(({ bucketName, objectKey }) => ({
    bucket: fillFacts(bucketName),
    key: fillFacts(objectKey),
    source: path.join(out, source.path),
    kind: source.packaging,
  }))
}

/** CloudFormation's placeholders of a name, filled in for the local cloud. */
const fillFacts = (text: string) =>
  Object.entries({ AccountId: ACCOUNT, Region: REGION, Partition: 'aws' }).reduce(
    (name, [placeholder, value]) => name.replaceAll(`\${AWS::${placeholder}}`, value),
    text,
  )

const buildCdkContext = (): object => JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')).context

function runApp(env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const app = spawn(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [app.stdout, app.stderr])
      stream.on('data', chunk => {
        said += chunk
      })
    app.on('error', reject)
    app.on('close', code => {
      if (code === 0) resolve()
      else reject(new UserError(`the stack cannot be synthesized: ${readFirstLine(said)} (npx cdk synth says more)`))
    })
  })
}

const readFirstLine = (text: string) => text.trim().split('\n')[0] ?? ''
