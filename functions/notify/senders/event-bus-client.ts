import { EventBridgeClient } from '@aws-sdk/client-eventbridge'

// Stryker disable next-line ObjectLiteral: the SDK tries three times by itself, and another version may not
export const createEventBusClient = (): EventBridgeClient => new EventBridgeClient({ maxAttempts: 3 })
