import type { Filter } from '@aws-sdk/client-ec2'

/** EC2 takes at most 200 values in a filter (EC2 API reference, Filtering). */
export const VALUES_PER_FILTER = 200

// EC2 reads `*` and `?` in the value of a filter as wildcards, and `\` before a character as that very character
// (EC2 user guide, Filtering).
const escapeText = (value: string): string => value.replaceAll(/[\\*?]/g, String.raw`\$&`)

/**
 * A filter that selects these values and no others. Every value that a stranger may have written has to pass through
 * here.
 */
export const buildExactFilter = (name: string, values: readonly string[]): Filter => ({
  Name: name,
  Values: values.map(escapeText),
})

/** A filter by patterns as the policy writes them: `*` and `?` are wildcards, everything else is itself. */
export const buildPatternFilter = (name: string, patterns: readonly string[]): Filter => ({
  Name: name,
  Values: patterns.map(pattern => pattern.replaceAll('\\', String.raw`\\`)),
})
