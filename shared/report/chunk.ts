import type { Finding } from '../engine/finding.ts'

// A cell for each, in this order. The texts that a rule has for all its findings are on the front page, once.
const CELLS = {
  status: ({ status }) => status,
  severity: ({ severity }) => severity,
  workflow: ({ workflow }) => workflow,
  rule: ({ rule }) => rule,
  reasons: ({ reasons }) => reasons.join(' '),
  missing: ({ missing }) => missing?.join(', '),
  title: ({ title }) => title,
  message: ({ message }) => message,
  remediation: ({ remediation }) => remediation,
  resourceType: ({ resource }) => resource.type,
  resourceId: ({ resource }) => resource.id,
  arn: ({ resource }) => resource.arn,
  accountId: ({ resource }) => resource.accountId,
  region: ({ resource }) => resource.region,
  instanceType: ({ facts }) => facts.instanceType,
  virtualizationType: ({ facts }) => facts.virtualizationType,
  imageId: ({ facts }) => facts.imageId,
  architecture: ({ facts }) => facts.architecture,
  rootDeviceType: ({ facts }) => facts.rootDeviceType,
  enaSupport: ({ facts }) => (facts.enaSupport === undefined ? undefined : String(facts.enaSupport)),
  bootMode: ({ facts }) => facts.bootMode,
  actorArn: ({ actor }) => actor.arn,
  actorVia: ({ actor }) => actor.via,
  autoScalingGroup: ({ actor }) => actor.autoScalingGroup,
  launchTemplate: ({ actor }) => actor.launchTemplate,
  fleet: ({ actor }) => actor.fleet,
  stack: ({ actor }) => actor.stack,
  cluster: ({ actor }) => actor.cluster,
  eventName: ({ event }) => event.name,
  eventTime: ({ event }) => event.time,
  decision: ({ action }) => action.decision,
  decisionReason: ({ action }) => action.reason,
  exemptionReason: ({ exemption }) => exemption?.reason,
  exemptionOwner: ({ exemption }) => exemption?.owner,
  exemptionExpires: ({ exemption }) => exemption?.expires,
  name: ({ resource }) => resource.name,
  imageName: ({ facts }) => facts.imageName,
  accountName: ({ resource }) => resource.accountName,
} satisfies Readonly<Record<string, (finding: Finding) => string | undefined>>

export type Column = keyof typeof CELLS

const isColumn = (name: string): name is Column => name in CELLS
export const COLUMNS: readonly Column[] = Object.keys(CELLS).filter(isColumn)

/**
 * Many findings, column by column: each cell is the index of its text in `texts`, which has each text once. Index 0 is
 * the empty text, for an unknown value.
 */
export type Chunk = { readonly texts: readonly string[]; readonly columns: readonly (readonly number[])[] }

/** One finding in the app: all text, empty if not known. */
export type ReportRow = Readonly<Record<Column, string>>

export type ChunkBuilder = {
  /** Adds a finding and returns how many there are now. */
  readonly add: (finding: Finding) => number
  /** The findings since the last time. */
  readonly take: () => Chunk
}

export const chunkBuilder = (): ChunkBuilder => {
  let places = new Map<string, number>([['', 0]])
  let columns: number[][] = COLUMNS.map(() => [])
  const placeOf = (text: string): number => {
    const known = places.get(text)
    if (known !== undefined) return known
    places.set(text, places.size)
    return places.size - 1
  }
  return {
    add: finding => {
      for (const [index, name] of COLUMNS.entries()) columns[index]?.push(placeOf(CELLS[name](finding) ?? ''))
      return columns[0]?.length ?? 0
    },
    take: () => {
      const chunk = { texts: [...places.keys()], columns }
      places = new Map([['', 0]])
      columns = COLUMNS.map(() => [])
      return chunk
    },
  }
}

type Filling = { [Name in Column]?: string }

const isWhole = (row: Filling): row is Record<Column, string> => COLUMNS.every(name => row[name] !== undefined)

const createBlankRow = (): Record<Column, string> => {
  const row: Filling = {}
  for (const name of COLUMNS) row[name] = ''
  if (!isWhole(row)) throw new Error('a column is not among the columns')
  return row
}

/** The findings of a chunk. */
export const expandRows = ({ texts, columns }: Chunk): readonly ReportRow[] => {
  const blank = createBlankRow()
  const cells = COLUMNS.map((name, index) => ({ name, places: columns[index] ?? [] }))
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, at) => {
    const row = { ...blank }
    for (const { name, places } of cells) row[name] = texts[places[at] ?? 0] ?? ''
    return row
  })
}
