import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Clients } from './clients.ts'
import type { Asset } from './synthesize.ts'

/** Packs a folder as the CDK command does, and puts each asset at the location that the template expects. */
export async function uploadAssets(assets: readonly Asset[], { s3 }: Clients, python: string): Promise<void> {
  await Promise.all(
    assets.map(async ({ bucket, key, source, kind }) => {
      const file = kind === 'zip' ? await pack(source, python) : source
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file) }))
    }),
  )
}

/** The Python that runs the emulators can pack; Node cannot. */
async function pack(folder: string, python: string): Promise<string> {
  const zip = path.resolve(`${folder}.zip`)
  const options = { cwd: folder, maxBuffer: 1024 * 1024 }
  await promisify(execFile)(python, ['-m', 'zipfile', '-c', zip, ...readdirSync(folder)], options)
  return zip
}
