/** Which AWS account and region to ask. Left out: as the AWS CLI would find them. */
export type Account = { readonly region?: string; readonly profile?: string }

/** Has every client of the SDK use this profile, and be silent about the version of Node. */
export const useProfile = (profile: string | undefined): void => {
  // The SDK's own warning would stand before every answer.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile
}

/** The settings of a client for an account. */
export const buildClientSettings = ({
  region,
  profile,
}: Account): { readonly maxAttempts: number; readonly region?: string } => {
  useProfile(profile)
  return { maxAttempts: 4, ...(region !== undefined && { region }) }
}
