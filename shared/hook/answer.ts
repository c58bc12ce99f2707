import { isFailure, LEAST_SEVERITY } from '../lint/evaluate/is-failure.ts'
import type { LintFinding } from '../lint/model/lint-finding.ts'
import type { Severity } from '../rules/rule.ts'
import { limitText } from '../text/limited.ts'
import type { HookRequest } from './request.ts'

/** What a hook says of one evaluation, for whoever reads its result (CloudFormation API reference, Annotation). */
type Annotation = {
  readonly annotationName: string
  readonly status: 'PASSED' | 'FAILED' | 'SKIPPED'
  readonly statusMessage: string
  readonly remediationMessage?: string
  readonly severityLevel?: Severity
}

/** The answer of a hook (CloudFormation Hooks user guide, "Response input"). */
export type HookAnswer = {
  readonly hookStatus: 'SUCCESS' | 'FAILED'
  readonly errorCode?: 'NonCompliant' | 'InternalFailure'
  readonly message: string
  readonly clientRequestToken: string
  readonly annotations: readonly Annotation[]
}

/** What an UNKNOWN does, and what an error of the hook itself. */
export type HookOptions = { readonly unknown: 'pass' | 'fail'; readonly errors: 'pass' | 'fail' }

/** What came of an evaluation. `problems`: what could not be read or done for it, a sentence each. */
export type Evaluated = { readonly findings: readonly LintFinding[]; readonly problems: readonly string[] }

/** CloudFormation truncates a message there, and Cloud Control sooner. */
const MOST = 4_096
const MOST_OF_CLOUD_CONTROL = 1_024
/** The API takes 16,384. */
const MOST_OF_ANNOTATION = 4_096
const ITSELF = 'virtguard'

const statusOf = ({ status, workflow }: LintFinding): Annotation['status'] =>
  status === 'UNKNOWN' || workflow === 'SUPPRESSED' ? 'SKIPPED' : status

const explain = ({ message, workflow, exemption }: LintFinding): string =>
  workflow === 'SUPPRESSED' && exemption !== undefined
    ? `Exempt until ${exemption.expires} (${exemption.owner}): ${exemption.reason}. ${message}`
    : message

const annotate = (finding: LintFinding): Annotation => ({
  annotationName: finding.rule,
  status: statusOf(finding),
  statusMessage: limitText(explain(finding), MOST_OF_ANNOTATION),
  ...(finding.remediation !== '' && { remediationMessage: limitText(finding.remediation, MOST_OF_ANNOTATION) }),
  severityLevel: finding.severity,
})

const annotateSelf = (text: string): Annotation => ({
  annotationName: ITSELF,
  status: 'SKIPPED',
  statusMessage: limitText(text, MOST_OF_ANNOTATION),
})

type Said = Pick<HookAnswer, 'hookStatus' | 'errorCode' | 'annotations'> & { readonly texts: readonly string[] }

const createAnswer = (
  { token, isCloudControl }: Pick<HookRequest, 'token' | 'isCloudControl'>,
  { texts, hookStatus, errorCode, annotations }: Said,
): HookAnswer => ({
  hookStatus,
  ...(errorCode !== undefined && { errorCode }),
  message: limitText(`virtguard: ${texts.join(' ')}`, isCloudControl ? MOST_OF_CLOUD_CONTROL : MOST),
  clientRequestToken: token,
  annotations,
})

/** There was nothing to evaluate. */
export const answerSkipped = (request: HookRequest, why: string): HookAnswer =>
  createAnswer(request, { hookStatus: 'SUCCESS', texts: [why], annotations: [annotateSelf(why)] })

/** It could not be evaluated at all. That fails only where errors fail. */
export const answerProblem = (request: HookRequest, problem: string, { errors }: HookOptions): HookAnswer =>
  createAnswer(request, {
    ...(errors === 'fail'
      ? ({ hookStatus: 'FAILED', errorCode: 'InternalFailure' } as const)
      : { hookStatus: 'SUCCESS' }),
    texts: [problem, ...(errors === 'fail' ? [] : ['It was not evaluated, and is let through.'])],
    annotations: [annotateSelf(problem)],
  })

const describe = ({ rule, message, remediation }: LintFinding): string =>
  `[${rule}] ${[message, remediation].filter(text => text !== '').join(' ')}`

/** What was found. It fails as lint fails at its default; what is UNKNOWN, and what went wrong on the way, only if that is asked for. */
export const answerFindings = (
  request: HookRequest,
  { findings, problems }: Evaluated,
  { unknown, errors }: HookOptions,
): HookAnswer => {
  const failing = findings.filter(one => isFailure(one, { failOn: LEAST_SEVERITY, unknown: unknown === 'fail' }))
  const open = findings.filter(({ status, workflow }) => status === 'UNKNOWN' && workflow === 'NEW')
  const annotations = [...findings.map(annotate), ...problems.map(annotateSelf)]
  if (failing.length > 0)
    return createAnswer(request, {
      ...{ hookStatus: 'FAILED', errorCode: 'NonCompliant', annotations },
      texts: failing.map(describe),
    })
  if (problems.length > 0 && errors === 'fail')
    return createAnswer(request, {
      ...{ hookStatus: 'FAILED', errorCode: 'InternalFailure', annotations },
      texts: problems,
    })
  const texts = [...open.map(({ rule, message }) => `[${rule}] UNKNOWN: ${message}`), ...problems]
  return createAnswer(request, {
    ...{ hookStatus: 'SUCCESS', annotations },
    texts: texts.length > 0 ? texts : ['found nothing against it.'],
  })
}
