import { SecurityHubClient } from '@aws-sdk/client-securityhub'

/** A client for each region, made when it is first needed: Security Hub takes findings in their own region only. */
export const createSecurityHubClients = (): ((region: string) => SecurityHubClient) => {
  const clients = new Map<string, SecurityHubClient>()
  return region => {
    const client = clients.get(region) ?? new SecurityHubClient({ maxAttempts: 3, region })
    clients.set(region, client)
    return client
  }
}
