import { UserError } from '../errors.ts'
import { ALLOW_REST, type DenyOptions, denySpotRequests, denyTypes, type PolicyDocument } from './statements.ts'

/** A document as it is sent to AWS, in as few characters as possible. */
export type GuardrailDocument = {
  /** Of a file. */
  readonly name: string
  readonly text: string
  /** As AWS counts it. */
  readonly characters: number
}

/** AWS's limits of 2026-05-15: Organizations, quotas; IAM, quotas. */
export const SCP_CHARACTERS = 10_240
// A target takes 10, and one of them is AWS's FullAWSAccess.
export const SCPS_FOR_TARGET = 9
// IAM counts no whitespace.
export const BOUNDARY_CHARACTERS = 6_144
export const DECLARATIVE_CHARACTERS = 10_000

export const createDocument = (name: string, content: unknown): GuardrailDocument => {
  const text = JSON.stringify(content)
  return { name, text, characters: text.length }
}

const toDocument = (statements: PolicyDocument['Statement']): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** `parts` lists of nearly the same length, in order. */
const splitEvenly = <T>(values: readonly T[], parts: number): readonly (readonly T[])[] =>
  Array.from({ length: parts }, (_, part) =>
    values.slice(Math.floor((part * values.length) / parts), Math.floor(((part + 1) * values.length) / parts)),
  )

const listScps = (patterns: readonly string[], options: DenyOptions, parts: number): readonly GuardrailDocument[] =>
  splitEvenly(patterns, parts).map((some, part) => {
    const spot = options.spotRequests && part === 0 ? [denySpotRequests(options)] : []
    const name = parts === 1 ? 'virtguard-scp' : `virtguard-scp-${part + 1}`
    return createDocument(name, toDocument([...denyTypes(some, options), ...spot]))
  })

/** Service control policies that deny the types: one, or as many as the limit of characters asks for. Throws UserError. */
export const buildScps = (patterns: readonly string[], options: DenyOptions): readonly GuardrailDocument[] => {
  for (let parts = 1; parts <= SCPS_FOR_TARGET; parts++) {
    const documents = listScps(patterns, options, parts)
    if (documents.every(({ characters }) => characters <= SCP_CHARACTERS)) return documents
  }
  throw new UserError(
    `the ${patterns.length} patterns of types need more than ${SCPS_FOR_TARGET} service control policies, which is what a target takes beside FullAWSAccess; deny families instead of allowing sizes`,
  )
}

/** A permissions boundary that denies the types. A principal has one only, so that it cannot be split. Throws UserError. */
export const buildBoundary = (patterns: readonly string[], options: DenyOptions): GuardrailDocument => {
  const spot = options.spotRequests ? [denySpotRequests(options)] : []
  const document = createDocument(
    'virtguard-boundary',
    toDocument([ALLOW_REST, ...denyTypes(patterns, options), ...spot]),
  )
  const characters = document.text.replace(/\s/g, '').length
  if (characters <= BOUNDARY_CHARACTERS) return { ...document, characters }
  throw new UserError(
    `a permissions boundary of these ${patterns.length} patterns has ${characters} characters, and IAM takes ${BOUNDARY_CHARACTERS}; write --as scp, which can be several documents`,
  )
}
