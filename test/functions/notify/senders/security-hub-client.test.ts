import { expect, test } from '@jest/globals'
import { createSecurityHubClients } from '../../../../functions/notify/senders/security-hub-client.ts'

test('a finding of a region that is swept is imported by a client of that region', async () => {
  const clientFor = createSecurityHubClients()
  const regions = await Promise.all(['eu-west-1', 'us-gov-west-1'].map(region => clientFor(region).config.region()))
  expect(regions).toEqual(['eu-west-1', 'us-gov-west-1'])
})

test('a region has one client, whose connections are kept', () => {
  const clientFor = createSecurityHubClients()
  expect(clientFor('eu-west-1')).toBe(clientFor('eu-west-1'))
})
