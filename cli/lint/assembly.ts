import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  findNestedTemplate,
  listAssetFiles,
  readConstructs,
  readManifest,
  readTemplateAssets,
} from '../../shared/lint/readers/cloudformation/assembly.ts'
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
  const { folder, assets, contexts } = assembly
  const { templateFile, prefix, metadata, stack } = part
  if (contexts.has(templateFile)) return
  const { constructs, nested } = readConstructs(metadata, prefix)
  contexts.set(templateFile, { ...stack, constructs, assets })
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

const readFolder = async (folder: string): Promise<Contexts> => {
  const manifest = await readJson(join(folder, 'manifest.json'))
  const assembly = { folder, assets: await readAssets(folder, manifest), contexts: new Map<string, StackContext>() }
  for (const { templateFile, metadataFile, metadata, region, accountId } of readManifest(manifest)) {
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
