// What the manifest of a cloud assembly and the files beside it say of its templates. Files are read by whoever calls.
import type { Json } from '../json.ts'
import { findNestedTemplate, listAssetFiles, readConstructs, readManifest, readTemplateAssets } from './assembly.ts'
import type { ImageLookups } from './lookups.ts'
import type { StackContext } from './stack.ts'
import type { TemplateAssets } from './template.ts'

/** Reads a file of JSON beside the manifest by its name. Nothing if it is not there, or is broken. */
export type ReadBeside = (file: string) => Json

type Assembly = {
  readonly read: ReadBeside
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
const addTemplate = (assembly: Assembly, part: Part): void => {
  const { read, assets, lookups, contexts } = assembly
  const { templateFile, prefix, metadata, stack } = part
  if (contexts.has(templateFile)) return
  const { constructs, nested } = readConstructs(metadata, prefix)
  contexts.set(templateFile, { ...stack, constructs, assets, lookups })
  const template = nested.length === 0 ? {} : read(templateFile)
  for (const { id, prefix: deeper } of nested) {
    const file = findNestedTemplate(template, id, assets)
    if (file !== undefined) addTemplate(assembly, { ...part, templateFile: file, prefix: deeper })
  }
}

/**
 * The templates of the stacks of an assembly, and those that they nest, by their files. Empty if the folder has no
 * manifest. The stacks of a nested assembly are in its own folder.
 */
export const readAssembledTemplates = (
  read: ReadBeside,
  findLookups: () => ImageLookups,
): ReadonlyMap<string, StackContext> => {
  const manifest = read('manifest.json')
  const stacks = readManifest(manifest)
  if (stacks.length === 0) return new Map()
  const assets = new Map(listAssetFiles(manifest).flatMap(file => [...readTemplateAssets(read(file))]))
  const assembly = { read, assets, lookups: findLookups(), contexts: new Map<string, StackContext>() }
  for (const { templateFile, metadataFile, metadata, region, accountId } of stacks) {
    const more = metadataFile === undefined ? {} : read(metadataFile)
    const stack = { ...(region !== undefined && { region }), ...(accountId !== undefined && { accountId }) }
    addTemplate(assembly, { templateFile, prefix: '', metadata: { ...metadata, ...more }, stack })
  }
  return assembly.contexts
}
