import { SNSClient } from '@aws-sdk/client-sns'

export const snsClient = (): SNSClient => new SNSClient({ maxAttempts: 3 })
