import { findRule } from '../../../rules/registry.ts'
import type { DeclaredExemption } from '../../model/declaration.ts'
import { getPart, getText, getValue, isJson } from '../json.ts'
import type { TemplateResource } from './template.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const LONGEST = 500

const readExemption = (entry: unknown): DeclaredExemption | undefined => {
  if (!isJson(entry)) return undefined
  const [rule = '', reason = '', owner = '', expires = ''] = ['rule', 'reason', 'owner', 'expires'].map(key =>
    getText(entry, key)?.slice(0, LONGEST).trim(),
  )
  const isWhole = findRule(rule) !== undefined && reason !== '' && owner !== ''
  return isWhole && DAY.test(expires) && !Number.isNaN(Date.parse(expires))
    ? { rule, reason, owner, expires }
    : undefined
}

export type ReadExemptions = {
  readonly exemptions: readonly DeclaredExemption[]
  readonly notices: readonly string[]
}

const NOT_WHOLE =
  'has an exemption that counts as none: write rule, reason, owner, and expires as a day like 2027-01-31'

/** The exemptions in the metadata of a resource: `virtguard: { exempt: [{ rule, reason, owner, expires }] }`. */
export const readExemptions = ({ id, metadata }: TemplateResource): ReadExemptions => {
  const written = getValue(getPart(metadata, 'virtguard'), 'exempt')
  if (written === undefined) return { exemptions: [], notices: [] }
  const entries: readonly unknown[] = Array.isArray(written) ? written : [written]
  const read = entries.map(readExemption)
  return {
    exemptions: read.filter(exemption => exemption !== undefined),
    notices: read.includes(undefined) ? [`${id} ${NOT_WHOLE}`] : [],
  }
}
