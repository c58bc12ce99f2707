import { join } from 'node:path'
import { makeBundles } from '../bundle/functions.ts'
import type { Settings } from '../settings/context.ts'
import { buildTemplate } from './template.ts'
import { type Zip, zipFolder } from './zip.ts'

export type Packing = {
  readonly settings: Settings
  /** The folder with a folder of code for each function. */
  readonly functions: string
  /** Where whoever deploys puts the zips: the bucket, and what their keys begin with. */
  readonly bucket: string
  readonly prefix: string
}

export type PackedStack = {
  readonly name: string
  readonly template: string
  /** By their names, in which the hash of their content is. The key of each is the prefix and its name. */
  readonly zips: Readonly<Record<string, Zip['bytes']>>
}

/** The stack for whoever does not use the CDK: a template and the zips that it names. The same input gives the same bytes. */
export const packageStack = async ({ settings, functions, bucket, prefix }: Packing): Promise<PackedStack> => {
  const zips: Record<string, Zip['bytes']> = {}
  const bundles = await makeBundles(settings, async (name, policy) => {
    const beside = policy && { 'policy.json': `${JSON.stringify(policy)}\n` }
    const { bytes, sha256 } = await zipFolder(join(functions, name), beside)
    const file = `${name}-${sha256}.zip`
    zips[file] = bytes
    return { bucket, key: `${prefix}${file}` }
  })
  const { name, text } = buildTemplate({ ...settings, bundles })
  return { name, template: text, zips }
}
