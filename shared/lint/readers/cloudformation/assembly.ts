import { getPart, getText, getValue, isJson, type Json, listParts } from '../json.ts'
import { findTemplateAsset, type TemplateAssets } from './template.ts'

/** A template of a cloud assembly, which CDK writes to cdk.out. */
export type AssembledStack = {
  /** A file of the same folder. */
  readonly templateFile: string
  /** A file of the same folder that has the metadata, if the manifest has them not. */
  readonly metadataFile: string | undefined
  readonly metadata: Json
  readonly region?: string
  readonly accountId?: string
}

const FILE_NAME = /^[^/\\]{1,255}$/

const HASH = /^[0-9a-f]{64}$/

const readStack = (artifact: Json): readonly AssembledStack[] => {
  const properties = getPart(artifact, 'properties')
  const templateFile = getText(properties, 'templateFile') ?? ''
  if (getText(artifact, 'type') !== 'aws:cloudformation:stack' || !FILE_NAME.test(templateFile)) return []
  const metadataFile = getText(artifact, 'additionalMetadataFile')
  const [, accountId, region] = /^aws:\/\/(\d{12})?[^/]*\/(.+)$/.exec(getText(artifact, 'environment') ?? '') ?? []
  return [
    {
      templateFile,
      metadataFile: metadataFile !== undefined && FILE_NAME.test(metadataFile) ? metadataFile : undefined,
      metadata: getPart(artifact, 'metadata') ?? {},
      ...(region !== undefined && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && { region }),
      ...(accountId !== undefined && { accountId }),
    },
  ]
}

/** Whether an object is the manifest of a cloud assembly. */
export const isManifest = (value: Json): boolean =>
  typeof getValue(value, 'version') === 'string' && getPart(value, 'artifacts') !== undefined

/** The stacks of a manifest. Those of a nested assembly are in the manifest of its own folder. */
export const readManifest = (value: Json): readonly AssembledStack[] => listArtifacts(value).flatMap(readStack)

const listArtifacts = (value: Json): readonly Json[] => Object.values(getPart(value, 'artifacts') ?? {}).filter(isJson)

/** The files of the same folder that list the assets of a manifest. */
export const listAssetFiles = (value: Json): readonly string[] =>
  listArtifacts(value).flatMap(artifact => {
    const file = getText(getPart(artifact, 'properties'), 'file') ?? ''
    return getText(artifact, 'type') === 'cdk:asset-manifest' && FILE_NAME.test(file) ? [file] : []
  })

/** The templates among the assets: the name of each file by the hash that its address ends with. */
export const readTemplateAssets = (value: Json): TemplateAssets => {
  const files = getPart(value, 'files')
  return new Map(
    Object.keys(files ?? {}).flatMap(hash => {
      const path = getText(getPart(getPart(files, hash), 'source'), 'path') ?? ''
      const isTemplate = HASH.test(hash) && path.endsWith('.template.json') && FILE_NAME.test(path)
      return isTemplate ? [[hash, path] as const] : []
    }),
  )
}

/** The file of the template of a nested stack, by the id of its resource. */
export const findNestedTemplate = (template: Json, id: string, assets: TemplateAssets): string | undefined => {
  const properties = getPart(getPart(getPart(template, 'Resources'), id), 'Properties')
  return findTemplateAsset(getValue(properties, 'TemplateURL'), assets)
}

type Constructed = { readonly path: string; readonly id: string }

const listConstructed = (metadata: Json): readonly Constructed[] =>
  Object.keys(metadata).flatMap(key =>
    listParts(metadata, key).flatMap(entry => {
      const id = getText(entry, 'type') === 'aws:cdk:logicalId' ? getText(entry, 'data') : undefined
      return id === undefined ? [] : [{ path: key.replace(/^\//, ''), id }]
    }),
  )

/** A nested stack N is the resource `N.NestedStack/N.NestedStackResource`, and its constructs are below `N`. */
const NESTED = /^(?<above>.*\/)(?<name>[^/]+)\.NestedStack\/\k<name>\.NestedStackResource$/

export type NestedStack = {
  /** Of its resource in the template that nests it. */
  readonly id: string
  /** What the paths of its constructs begin with. */
  readonly prefix: string
}

const listNested = (all: readonly Constructed[]): readonly NestedStack[] =>
  all.flatMap(({ path, id }) => {
    const { above, name } = NESTED.exec(path)?.groups ?? {}
    return above === undefined || name === undefined ? [] : [{ id, prefix: `${above}${name}/` }]
  })

/**
 * The constructs of one template, and the stacks that it nests. The metadata of a stack have those of all templates in it,
 * and two templates may have a resource of the same id.
 */
export const readConstructs = (
  metadata: Json,
  prefix: string,
): { readonly constructs: ReadonlyMap<string, string>; readonly nested: readonly NestedStack[] } => {
  const all = listConstructed(metadata)
  const below = listNested(all).filter(nested => nested.prefix !== prefix && nested.prefix.startsWith(prefix))
  const isOwn = (path: string): boolean =>
    path.startsWith(prefix) && !below.some(nested => path.startsWith(nested.prefix))
  return {
    constructs: new Map(all.filter(({ path }) => isOwn(path)).map(({ path, id }) => [id, path])),
    nested: below.filter(
      ({ prefix: deeper }) => !below.some(one => one.prefix !== deeper && deeper.startsWith(one.prefix)),
    ),
  }
}
