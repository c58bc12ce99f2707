// One file, because these share the queues, the roles, the policy and the budget of the one stack that enforces.
import { describe, jest } from '@jest/globals'
import { describeCloud } from './cloud.ts'
import { deadLetterTests, redriveTests } from './dead-letters.ts'
import { heldBackTests } from './held-back.ts'
import { lateStopTests } from './late-stops.ts'
import { applyTests, operatorTests } from './operators.ts'
import { permissionTests } from './permissions.ts'
import { refusalTests } from './stop-refusals.ts'
import { stopTests } from './stops.ts'
import { takenGrantTests } from './taken-grants.ts'

jest.setTimeout(90_000)

describeCloud(
  'the deployed stack that enforces',
  () => {
    // First, so that what they dead-letter can be redriven when the other tests are over.
    describe('a grant that is removed', deadLetterTests)
    describe('a stop', stopTests)
    describe('the policy', applyTests)
    describe('an instance that is not stopped', refusalTests)
    describe('a stop that comes late', lateStopTests)
    describe('a limit on stops', heldBackTests)
    describe('a grant that is removed', takenGrantTests)
    describe('the commands of operators', operatorTests)
    describe('the roles', () => permissionTests('enforces'))
    describe('a grant that was removed', redriveTests)
  },
  'enforces',
)
