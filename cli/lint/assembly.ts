import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readManifest, toStackContext } from '../../shared/lint/readers/cloudformation/assembly.ts'
import type { StackContext } from '../../shared/lint/readers/cloudformation/stack.ts'
import { isJson, type Json } from '../../shared/lint/readers/json.ts'

type Contexts = ReadonlyMap<string, StackContext>

/** A file of JSON. Nothing if it is not there, or is broken: a template is evaluated without it all the same. */
const readJson = async (path: string): Promise<Json> => {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isJson(value) ? value : {}
  } catch {
    return {}
  }
}

const readFolder = async (folder: string): Promise<Contexts> => {
  const stacks = readManifest(await readJson(join(folder, 'manifest.json')))
  const contexts = new Map<string, StackContext>()
  for (const stack of stacks) {
    const more = stack.metadataFile === undefined ? {} : await readJson(join(folder, stack.metadataFile))
    contexts.set(stack.templateFile, toStackContext(stack, more))
  }
  return contexts
}

/** Finds what the manifest beside a template says of it, if CDK wrote both. Each folder is read once. */
export const createContextFinder = (): ((path: string) => Promise<StackContext>) => {
  const folders = new Map<string, Promise<Contexts>>()
  return async path => {
    const folder = dirname(path)
    const contexts = folders.get(folder) ?? readFolder(folder)
    folders.set(folder, contexts)
    return (await contexts).get(basename(path)) ?? {}
  }
}
