import type { Alert, AlertedFinding } from './alert.ts'
import { formatUtc } from './clock.ts'
import { formatInstances } from './content.ts'

type Refused = AlertedFinding & Required<Pick<AlertedFinding, 'refusedBefore'>>

const isRefused = (finding: AlertedFinding): finding is Refused => finding.refusedBefore !== undefined

/** Why a stop was refused before that this alert promises, in a sentence or two. */
export const refusedBeforeContent = ({ findings }: Alert): string | undefined => {
  const refused = findings.filter(isRefused)
  const [first] = refused
  if (first === undefined) return undefined
  const { resource, refusedBefore } = first
  const others = new Set(refused.map(one => one.resource.id)).size - 1
  const more = others > 0 ? ` A stop of ${formatInstances(others)} more was refused before, too.` : ''
  return `${resource.id} was not stopped before (${formatUtc(refusedBefore.at)}): ${refusedBefore.why}. That no longer applies.${more}`
}
