import { getPart, getText, getValue, isJson, type Json, listParts } from '../json.ts'
import type { StackContext } from './stack.ts'

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
export const readManifest = (value: Json): readonly AssembledStack[] =>
  Object.values(getPart(value, 'artifacts') ?? {}).flatMap(artifact => (isJson(artifact) ? readStack(artifact) : []))

/** The path of the construct that made each resource, by the id of the resource. */
const readConstructs = (metadata: Json): ReadonlyMap<string, string> =>
  new Map(
    Object.keys(metadata).flatMap(path =>
      listParts(metadata, path).flatMap(entry => {
        const id = getText(entry, 'type') === 'aws:cdk:logicalId' ? getText(entry, 'data') : undefined
        return id === undefined ? [] : [[id, path.replace(/^\//, '')] as const]
      }),
    ),
  )

/** What the assembly says of a template; `more`: the metadata of the other file. */
export const toStackContext = ({ metadata, region, accountId }: AssembledStack, more: Json): StackContext => ({
  constructs: readConstructs({ ...metadata, ...more }),
  ...(region !== undefined && { region }),
  ...(accountId !== undefined && { accountId }),
})
