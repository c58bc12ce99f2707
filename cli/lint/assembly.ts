import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  findNestedTemplate,
  listAssetFiles,
  readConstructs,
  readManifest,
  readTemplateAssets,
} from '../../shared/lint/readers/cloudformation/assembly.ts'
import { type ImageLookups, readLookups } from '../../shared/lint/readers/cloudformation/lookups.ts'
import type { StackContext } from '../../shared/lint/readers/cloudformation/stack.ts'
import type { TemplateAssets } from '../../shared/lint/readers/cloudformation/template.ts'
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

type Assembly = {
  readonly folder: string
  readonly assets: TemplateAssets
  readonly lookups: ImageLookups
  readonly contexts: Map<string, StackContext>
}

type Part = {
  readonly templateFile: string
  readonly prefix: string
  readonly metadata: Json
  readonly stack: Pick<StackContext, 'region' | 'accountId'>
}

/** A template and those that it nests, which have the same account and Region. */
const addTemplate = async (assembly: Assembly, part: Part): Promise<void> => {
  const { folder, assets, lookups, contexts } = assembly
  const { templateFile, prefix, metadata, stack } = part
  if (contexts.has(templateFile)) return
  const { constructs, nested } = readConstructs(metadata, prefix)
  contexts.set(templateFile, { ...stack, constructs, assets, lookups })
  const template = nested.length === 0 ? {} : await readJson(join(folder, templateFile))
  for (const { id, prefix: deeper } of nested) {
    const file = findNestedTemplate(template, id, assets)
    if (file !== undefined) await addTemplate(assembly, { ...part, templateFile: file, prefix: deeper })
  }
}

const readAssets = async (folder: string, manifest: Json): Promise<TemplateAssets> => {
  const read = await Promise.all(listAssetFiles(manifest).map(file => readJson(join(folder, file))))
  return new Map(read.flatMap(file => [...readTemplateAssets(file)]))
}

// Beside cdk.json, and so above cdk.out; a nested assembly is one folder deeper.
const findLookups = async (folder: string): Promise<ImageLookups> => {
  for (const above of ['..', join('..', '..')]) {
    const lookups = readLookups(await readJson(join(folder, above, 'cdk.context.json')))
    if (lookups.size > 0) return lookups
  }
  return new Map()
}

const readFolder = async (folder: string): Promise<Contexts> => {
  const manifest = await readJson(join(folder, 'manifest.json'))
  const stacks = readManifest(manifest)
  if (stacks.length === 0) return new Map()
  const [assets, lookups] = await Promise.all([readAssets(folder, manifest), findLookups(folder)])
  const assembly = { folder, assets, lookups, contexts: new Map<string, StackContext>() }
  for (const { templateFile, metadataFile, metadata, region, accountId } of stacks) {
    const more = metadataFile === undefined ? {} : await readJson(join(folder, metadataFile))
    const stack = { ...(region !== undefined && { region }), ...(accountId !== undefined && { accountId }) }
    await addTemplate(assembly, { templateFile, prefix: '', metadata: { ...metadata, ...more }, stack })
  }
  return assembly.contexts
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
