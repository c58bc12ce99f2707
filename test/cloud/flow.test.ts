// One file, because these share the queues and the roles of one deployed stack: they must not run at the same time.
import { describe, jest } from '@jest/globals'
import { describeCloud } from './cloud.ts'
import { failureTests } from './failures.ts'
import { launchTests } from './launches.ts'
import { permissionTests } from './permissions.ts'
import { wouldStopTests } from './would-stop.ts'

jest.setTimeout(90_000)

describeCloud('the deployed stack', () => {
  describe('launches and images', launchTests)
  describe('failures', failureTests)
  describe('if every rule observes', wouldStopTests)
  describe('the roles', () => permissionTests('observes'))
})
