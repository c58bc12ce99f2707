import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeNetwork } from '../../infra/settings/endpoints.ts'
import pkg from '../../package.json' with { type: 'json' }
import { UserError } from '../../shared/errors.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { createWriteError } from '../output/write-error.ts'
import { writeFolder } from '../output/write-folder.ts'
import { readSettings } from '../settings/settings-words.ts'
import { findFunctions } from './functions.ts'

export type Packaging = {
  /** The settings file. */
  readonly file: string
  readonly bucket: string
  readonly prefix: string
  readonly output: string
}

type Files = Readonly<Record<string, string | Uint8Array>>

const TEMPLATE = 'template.json'

/** Writes the template and the zips into a folder, and says how they are deployed. Throws UserError. */
export const writePackage = async (io: Io, { file, bucket, prefix, output }: Packaging): Promise<void> => {
  const settings = await readSettings(io, file)
  const { packageStack } = await loadPackager()
  const { name, template, zips } = await packageStack({ settings, functions: await findFunctions(), bucket, prefix })
  const files = { [TEMPLATE]: template, ...zips }
  const paths = await writeFolder(output, files)
  await removeOldZips(output, files)
  for (const path of paths) io.out.write(`${path}\n`)
  const network = describeNetwork(settings)
  if (network !== undefined) printLine(io.err, `${file} vpc: ${network}`)
  // The roles of a hub have names.
  const capability = settings.organization === undefined ? 'CAPABILITY_IAM' : 'CAPABILITY_NAMED_IAM'
  printLine(io.err, 'deploy it with')
  printLine(io.err, `  aws s3 cp ${quote(output)} s3://${bucket}/${prefix} --recursive`)
  printLine(
    io.err,
    `  aws cloudformation deploy --stack-name ${name} --template-file ${quote(join(output, TEMPLATE))} --s3-bucket ${bucket} --capabilities ${capability}`,
  )
}

/** A path as a shell takes it. */
const quote = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)

// The CDK is large, and nothing else of the command line needs it.
const loadPackager = async () => {
  try {
    return await import('../../infra/package/package-stack.ts')
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    const { 'aws-cdk-lib': cdk, constructs } = pkg.peerDependencies
    throw new UserError(
      `package needs the CDK's library, which is not installed; run npm install aws-cdk-lib@${cdk} constructs@${constructs} beside virtguard`,
    )
  }
}

const OWN = /^(evaluate|confirm|sweep|enforce|notify)-[0-9a-f]{64}\.zip$/

/** Removes the zips of an earlier package. Nothing else is removed from the folder. */
const removeOldZips = async (folder: string, files: Files): Promise<void> => {
  try {
    const old = (await readdir(folder)).filter(name => OWN.test(name) && !(name in files))
    for (const name of old) await rm(join(folder, name))
  } catch (error) {
    throw createWriteError(error, folder)
  }
}
