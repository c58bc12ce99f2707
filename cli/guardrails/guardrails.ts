import { CATALOGUE_DATE, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { UserError } from '../../shared/errors.ts'
import { buildDeclarative, type DeclarativeOptions } from '../../shared/guardrails/declarative.ts'
import { combineDenied, type DeniedByRule, isExpressible, listDenied } from '../../shared/guardrails/denied-types.ts'
import {
  BOUNDARY_CHARACTERS,
  buildBoundary,
  buildScps,
  createDocument,
  DECLARATIVE_CHARACTERS,
  type GuardrailDocument,
  SCP_CHARACTERS,
} from '../../shared/guardrails/documents.ts'
import {
  findAlternative,
  type Guardrail,
  listGaps,
  listInexpressible,
  listLostExemptions,
} from '../../shared/guardrails/gaps.ts'
import { buildImageTypes, type ImageTypesAnswer } from '../../shared/guardrails/image-types.ts'
import type { DenyOptions } from '../../shared/guardrails/statements.ts'
import type { DescribedImage } from '../../shared/images/described-images.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { formatCount } from '../output/counted.ts'

/** Documents, and the lines that belong to them. */
export type Guardrails = { readonly documents: readonly GuardrailDocument[]; readonly lines: readonly string[] }

const LIMITS = { scp: SCP_CHARACTERS, boundary: BOUNDARY_CHARACTERS, declarative: DECLARATIVE_CHARACTERS } as const

const AGE = `types as of ${CATALOGUE_DATE}`

const formatSizes = (guardrail: keyof typeof LIMITS, documents: readonly GuardrailDocument[]): readonly string[] =>
  documents.map(
    ({ name, characters }) =>
      `${name}: ${characters.toLocaleString('en-US')} of ${LIMITS[guardrail].toLocaleString('en-US')} characters`,
  )

const formatGaps = (guardrail: Guardrail, isSpotDenied: boolean): readonly string[] => [
  'what it cannot refuse, and what does:',
  ...listGaps(guardrail, isSpotDenied).map(({ what, instead }) => `  ${what} - ${instead}`),
]

const MOST_LISTED = 40

const formatPatterns = (patterns: readonly string[]): string => {
  const more = patterns.length - MOST_LISTED
  return `${patterns.slice(0, MOST_LISTED).join(' ')}${more > 0 ? ` and ${more} more` : ''}`
}

const formatDenied = (denied: readonly DeniedByRule[]): readonly string[] => [
  ...denied.map(({ rule, mode, patterns }) => `refused by ${rule} (${mode}): ${formatPatterns(patterns)}`),
  ...(denied.some(({ isComplement }) => isComplement)
    ? [
        `the types that are not allowed are those of ${CATALOGUE_DATE}: newer ones pass; write it again with each new version`,
      ]
    : []),
]

/** What of the policy a document for whole accounts leaves out. */
const formatLost = (policy: Policy, now: Date): readonly string[] => [
  ...listInexpressible(policy).map(rule => `${rule}: IAM has no condition key for it - ${findAlternative(rule)}`),
  ...listLostExemptions(policy, now).map(
    ({ rule, reason, owner, expires }) =>
      `not exempt in it: ${reason} (${rule}, ${owner}, until ${expires}) - attach it elsewhere, or name principals with --except`,
  ),
  ...(policy.organization === undefined && policy.overrides === undefined
    ? []
    : [
        'the policy differs by account or region, and the document does not - attach it only to accounts that it is for',
      ]),
]

const requireExpressible = (asked: readonly string[]): void => {
  const [rule] = asked.filter(id => !isExpressible(id))
  if (rule !== undefined)
    throw new UserError(
      `--rule ${rule}: IAM has no condition key for it, and nothing near it is written; ${findAlternative(rule)}`,
    )
}

export type DenyQuestion = {
  readonly guardrail: 'scp' | 'boundary'
  readonly policy: Policy
  /** The rules that were asked for by name. */
  readonly rules: readonly string[]
  readonly deny: DenyOptions
  readonly now: Date
}

const NOTHING =
  'the policy denies no type; turn on instance-family with a deny or an allow list, xen-hypervisor or paravirtual-instance'

/** What IAM can refuse of a policy. Throws UserError. */
export const writeDenies = ({ guardrail, policy, rules, deny, now }: DenyQuestion): Guardrails => {
  requireExpressible(rules)
  const denied = listDenied(policy, loadCatalogue())
  const patterns = combineDenied(denied)
  if (patterns.length === 0) throw new UserError(NOTHING)
  const documents = guardrail === 'scp' ? buildScps(patterns, deny) : [buildBoundary(patterns, deny)]
  const lines = [
    ...formatSizes(guardrail, documents),
    AGE,
    ...formatDenied(denied),
    ...formatGaps(guardrail, deny.spotRequests),
    ...formatLost(policy, now).map(line => `  ${line}`),
  ]
  return { documents, lines }
}

/** A declarative policy about the images of others. Throws UserError. */
export const writeDeclarative = (options: DeclarativeOptions): Guardrails => {
  const documents = [buildDeclarative(options)]
  const state =
    options.state === 'audit_mode'
      ? 'it refuses nothing yet: --state enabled does, once the audit shows nothing that is needed'
      : 'it refuses images of others at once, in every account that it is attached to'
  return { documents, lines: [...formatSizes('declarative', documents), state, ...formatGaps('declarative', false)] }
}

const SUPPORTED = 'a list of supported types, without newer ones; write it again with each new version'

const formatAnswer = (answer: ImageTypesAnswer): readonly string[] => {
  if ('leave' in answer) return [`${answer.imageId}: left alone, ${answer.leave}`]
  return answer.kind === 'supported' ? [`${answer.imageId}: ${SUPPORTED}`] : []
}

/** The calls that limit own images to the types that they fit: one document, or with `isSplit` one for each image. */
export const writeImageTypes = (images: readonly DescribedImage[], isSplit: boolean): Guardrails => {
  const answers = images.map(image => buildImageTypes(image, loadCatalogue()))
  const requests = answers.flatMap(answer => ('request' in answer ? [answer.request] : []))
  const documents = isSplit
    ? requests.map(request => createDocument(request.ImageId, request))
    : [createDocument('virtguard-image-types', requests)]
  const call = 'aws ec2 replace-image-instance-type-specification --cli-input-json file://FILE'
  const lines = [
    `${formatCount(requests.length, 'call')} for ${formatCount(images.length, 'image')}, ${AGE}; each is made with: ${call}`,
    ...answers.flatMap(formatAnswer),
    ...formatGaps('image-types', false),
  ]
  return { documents, lines }
}
