import { createPoster } from '../../shared/aws/direct/post.ts'
import { createDirectPublish } from '../../shared/aws/direct/publish.ts'
import { readSettings } from '../../shared/aws/direct/settings.ts'
import { createDirectTransact } from '../../shared/aws/direct/transact.ts'
import { claimBy } from '../../shared/aws/ledger/claim.ts'
import { writeHeard } from '../../shared/aws/ledger/heard.ts'
import type { LivePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { admitRefusedCall } from '../../shared/aws/ledger/refused-calls.ts'
import type { Heard } from '../../shared/ledger/heard.ts'
import type { StartMessage } from '../../shared/ledger/sweep-message.ts'
import type { Ports } from './ports.ts'
import type { createSdkCalls, SdkTargets } from './sdk.ts'
import type { StopRolesSource } from './stop-roles.ts'

type Calls = Pick<Ports, 'claim' | 'admit' | 'rowsOf' | 'publish' | 'hold'> & {
  readonly readLive: () => Promise<LivePolicy>
  readonly writeHeard: (heard: Heard) => Promise<void>
  readonly requestSweep: (message: StartMessage) => Promise<void>
  readonly listSpokes: StopRolesSource['list']
  readonly noteSpoke: StopRolesSource['note']
}

type Given = SdkTargets & {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Called with the reason if a call is made again. */
  readonly onFailure: (why: string) => void
}

// Its 200 kB take longer to load and to run for the first time than all else that an alert needs.
const loadSdk = () => import('./sdk.ts')

/**
 * The two calls of an alert are made directly, once each. Every other call, and every call that fails at first, is made
 * by the SDK, which is loaded then (decision 9).
 */
export const createCalls = ({ table, topicArn, requestsArn, env, onFailure }: Given): Calls => {
  let loaded: Promise<ReturnType<typeof createSdkCalls>> | undefined
  const openSdk = () => {
    loaded ??= loadSdk().then(module => module.createSdkCalls({ table, topicArn, requestsArn }))
    return loaded
  }
  const [toLedger, toTopic] = [readSettings('dynamodb', env), readSettings('sns', env)]
  const ledger = toLedger && createPoster(toLedger)
  const bySdk = {
    transact: { sdk: async (...what) => (await openSdk()).transact(...what), onFailure },
    publish: { sdk: async (...what) => (await openSdk()).publish(...what), onFailure },
  } satisfies {
    transact: Parameters<typeof createDirectTransact>[1]
    publish: Parameters<typeof createDirectPublish>[2]
  }
  const topic = toTopic && createDirectPublish(createPoster(toTopic), topicArn, bySdk.publish)
  // The parts that every alert needs are loaded while the function starts, with a whole CPU.
  if (ledger === undefined || topic === undefined) openSdk().catch(() => undefined)
  const createTransact = (onSent?: () => void) =>
    ledger === undefined ? bySdk.transact.sdk : createDirectTransact(ledger, bySdk.transact, onSent)
  return {
    claim: (findings, claim, onSent) => {
      const transact = createTransact(onSent)
      const release = async (...what: Parameters<ReturnType<typeof createSdkCalls>['release']>) =>
        (await openSdk()).release(...what)
      return claimBy(findings, { table, transact, release }, claim)
    },
    admit: call => admitRefusedCall({ table, transact: createTransact() }, call),
    writeHeard: heard => writeHeard({ table, transact: createTransact() }, heard),
    publish: topic?.publish ?? bySdk.publish.sdk,
    ...(topic !== undefined && { hold: topic.hold }),
    rowsOf: async resource => (await openSdk()).rowsOf(resource),
    readLive: async () => (await openSdk()).readLive(),
    requestSweep: async message => (await openSdk()).requestSweep(message),
    listSpokes: async () => (await openSdk()).listSpokes(),
    noteSpoke: async (...what) => (await openSdk()).noteSpoke(...what),
  }
}
