import type { Finding } from '../../engine/finding.ts'
import type { Resource } from '../../facts/facts.ts'
import type { DeclarationPlace, FactSources } from './declaration.ts'

/** A finding about what a file declares. The shape is public: keys are added, never changed. */
export type LintFinding = Omit<Finding, 'actor' | 'event' | 'resource'> & {
  /** Its id is the address in the file. */
  readonly resource: Pick<Resource, 'type' | 'id'> & Partial<Pick<Resource, 'accountId' | 'region' | 'accountName'>>
  readonly place: DeclarationPlace & { readonly file: string }
  readonly factSources: FactSources
}
