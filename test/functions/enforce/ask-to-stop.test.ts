import { expect, test } from '@jest/globals'
import { askToStop } from '../../../functions/enforce/ask-to-stop.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { PLACE } from '../../support/findings.ts'
import { watchedStops } from '../../support/stops.ts'
import { aLedger, at, deferred, ID } from '../../support/stories.ts'
import { POLICY } from './machines.ts'

test('a stop for which the budget has no room gives the size of the budget, and when there is room again', async () => {
  const rows = [await deferred(aLedger())]
  const ports = watchedStops({
    deployed: POLICY,
    now: () => at(900),
    types: { known: loadCatalogue, learn: () => undefined },
    ledger: { reserveStop: async () => ({ taken: false, until: at(1_200) }) },
  })
  const inForce = { policy: POLICY, stops: 'on' } as const
  const request = { accountId: PLACE.accountId, instanceId: ID, inForce, ports }
  expect(await askToStop({ kind: 'stop', rows, stopId: 'one' }, request)).toMatchObject({
    kind: 'ended',
    resolutions: [
      {
        ending: {
          to: 'REFUSED',
          because: { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 600, until: at(1_200).toISOString() } },
        },
      },
    ],
  })
})
