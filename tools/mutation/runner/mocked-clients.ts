// Test files share the packages, and with them the SDK's classes. A stub is on its class only while its own file runs.
import * as library from 'aws-sdk-client-mock'

type Sender = { send?: unknown }

/** The library as one test file sees it, and its stubs to take off and put on again. */
export function createMockedClients(): {
  readonly library: typeof library
  readonly putOn: () => void
  readonly takeOff: () => void
} {
  const stubs = new Map<Sender, PropertyDescriptor | undefined>()
  const mockClient: typeof library.mockClient = (client, ...rest) => {
    stubs.set('prototype' in client ? client.prototype : client, undefined)
    return library.mockClient(client, ...rest)
  }
  return {
    library: { ...library, mockClient },
    putOn: () => {
      for (const [sender, stub] of stubs) if (stub) Object.defineProperty(sender, 'send', stub)
    },
    takeOff: () => {
      for (const sender of stubs.keys()) {
        stubs.set(sender, Object.getOwnPropertyDescriptor(sender, 'send'))
        delete sender.send
      }
    },
  }
}
