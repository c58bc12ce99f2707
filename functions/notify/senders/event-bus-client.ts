import { EventBridgeClient } from '@aws-sdk/client-eventbridge'

export const eventBusClient = (): EventBridgeClient => new EventBridgeClient({ maxAttempts: 3 })
