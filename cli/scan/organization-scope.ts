/** What of an organization is read, and as which role of its accounts. */
export type OrganizationScope = {
  /** Only these OUs, and those below them. None: all accounts. */
  readonly ous: readonly string[]
  readonly roleName: string
}

/** The role that Organizations makes in each account that it creates (Organizations user guide, Access member accounts). */
export const USUAL_ROLE = 'OrganizationAccountAccessRole'
