import { findAwsPage } from '../formats/aws-page.ts'

/** The address of virtguard's pages: `https://git.example.com/virtguard/blob/main/docs`, without a slash at its end. */
export type Pages = { readonly docs?: string }

export type Link = { readonly label: string; readonly url: string }

/** The page of a rule, or that of AWS on the same subject if the address of virtguard's pages is not set. */
export const linkRulePage = (rule: string | undefined, { docs }: Pages): Link | undefined => {
  if (rule === undefined) return undefined
  if (docs !== undefined) return { label: 'About this rule', url: `${docs}/rules/${encodeURIComponent(rule)}.md` }
  const url = findAwsPage(rule)
  return url === undefined ? undefined : { label: 'AWS on this subject', url }
}
