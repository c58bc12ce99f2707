import { Parser, parseAllDocuments } from 'yaml'
import { isNestedDeeperThan } from '../../../policy/nesting.ts'
import { getText, isJson, type Json } from '../json.ts'

/** One object of a file, or why the file cannot be read. */
export type Documents = { readonly documents: readonly Json[] } | { readonly unreadable: string }

// An alias in an alias makes ten values a million.
const MOST_ALIASES = 100
const MOST_DEPTH = 60

/** The objects of a text of YAML or JSON, of which there may be several. */
export const readDocuments = (text: string): Documents => {
  if (isNestedDeeperThan(MOST_DEPTH, [...new Parser().parse(text)])) return { unreadable: 'YAML nested too deeply' }
  const documents: Json[] = []
  for (const document of parseAllDocuments(text, { schema: 'core', logLevel: 'silent' })) {
    const [error] = 'errors' in document ? document.errors : []
    if (error !== undefined) {
      const line = error.linePos?.[0].line
      return { unreadable: `broken YAML${line === undefined ? '' : ` on line ${line}`} (${error.code}); correct it` }
    }
    try {
      const value: unknown = 'toJS' in document ? document.toJS({ maxAliasCount: MOST_ALIASES }) : undefined
      if (isJson(value)) documents.push(value)
    } catch {
      return { unreadable: `more than ${MOST_ALIASES} aliases of YAML; write them out` }
    }
  }
  return { documents }
}

/** Whether an object is of one of these APIs, as Kubernetes writes it: `karpenter.sh/v1`. */
export const isOfApi = (value: Json, ...groups: readonly string[]): boolean =>
  groups.includes((getText(value, 'apiVersion') ?? '').split('/')[0] ?? '')
