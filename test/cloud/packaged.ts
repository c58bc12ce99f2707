/** A stack as `virtguard package` writes it, put onto a local cloud by calls to S3 alone. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Clients } from '../../local/clients.ts'
import { runCommand } from '../support/installed-command.ts'

const BUCKET = 'company-artifacts'
const PREFIX = 'guards/'

export type Files = Readonly<Record<string, string | Uint8Array>>

/** The template and the zips that the command writes for these settings, by their names. */
export const packageStack = async (folder: string, settings: string): Promise<Files> => {
  const file = path.join(folder, 'deploy.yaml')
  writeFileSync(file, settings)
  const packed = path.join(folder, 'packed')
  const args = ['--settings', file, '--bucket', BUCKET, '--prefix', PREFIX, '--output', packed]
  const { code, err } = await runCommand(['package', ...args], process.env)
  if (code !== 0) throw new Error(err)
  return Object.fromEntries(readdirSync(packed).map(name => [name, readFileSync(path.join(packed, name))]))
}

/** Puts the files into the bucket, which it makes, and returns the place of the template. */
export const upload = async ({ s3 }: Clients, files: Files): Promise<{ readonly TemplateURL: string }> => {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  for (const [name, Body] of Object.entries(files))
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${PREFIX}${name}`, Body }))
  return { TemplateURL: `https://s3.amazonaws.com/${BUCKET}/${PREFIX}template.json` }
}
