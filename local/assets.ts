import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Clients } from './clients.ts'
import type { Asset } from './synthesize.ts'

/** Packs each asset as the CDK command does, and puts it where the template expects it. */
export async function uploadAssets(assets: readonly Asset[], { s3 }: Clients, python: string): Promise<void> {
  await Promise.all(
    assets.map(async ({ bucket, key, source }) => {
      const zip = `${source}.zip`
      // The Python that runs the emulators can pack; Node cannot.
      const packed = { cwd: source, maxBuffer: 1024 * 1024 }
      await promisify(execFile)(python, ['-m', 'zipfile', '-c', path.resolve(zip), ...readdirSync(source)], packed)
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(zip) }))
    }),
  )
}
