import { SNSClient } from '@aws-sdk/client-sns'

// Stryker disable next-line ObjectLiteral: the SDK tries three times by itself, and another version may not
export const createSnsClient = (): SNSClient => new SNSClient({ maxAttempts: 3 })
