import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  type ReadBeside,
  readAssembledTemplates,
} from '../../shared/lint/readers/cloudformation/assembled-templates.ts'
import { type ImageLookups, readLookups } from '../../shared/lint/readers/cloudformation/lookups.ts'
import type { StackContext } from '../../shared/lint/readers/cloudformation/stack.ts'
import { isJson } from '../../shared/lint/readers/json.ts'

/** A template is evaluated without what cannot be read beside it. */
const createReader =
  (folder: string): ReadBeside =>
  file => {
    try {
      const value: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      return isJson(value) ? value : {}
    } catch {
      return {}
    }
  }

// Beside cdk.json, and so above cdk.out; a nested assembly is one folder deeper.
const findLookups = (read: ReadBeside): ImageLookups => {
  for (const above of ['..', '../..']) {
    const lookups = readLookups(read(`${above}/cdk.context.json`))
    if (lookups.size > 0) return lookups
  }
  return new Map()
}

/** What a manifest says of the templates of its folder, by their files. Empty without a manifest. */
export const readFolder = (folder: string, lookups?: ImageLookups): ReadonlyMap<string, StackContext> => {
  const read = createReader(folder)
  return readAssembledTemplates(read, () => lookups ?? findLookups(read))
}

/** Finds what the manifest beside a template says of it, if CDK wrote both. Each folder is read once. */
export const createContextFinder = (): ((path: string) => StackContext) => {
  const folders = new Map<string, ReadonlyMap<string, StackContext>>()
  return path => {
    const folder = dirname(path)
    const contexts = folders.get(folder) ?? readFolder(folder)
    folders.set(folder, contexts)
    return contexts.get(basename(path)) ?? {}
  }
}
