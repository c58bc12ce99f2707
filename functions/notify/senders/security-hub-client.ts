import { SecurityHubClient } from '@aws-sdk/client-securityhub'

export const securityHubClient = (): SecurityHubClient => new SecurityHubClient({ maxAttempts: 3 })
