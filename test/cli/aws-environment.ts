import { afterEach, beforeEach } from '@jest/globals'

/** Credentials of nobody, and no file or service that has others. */
const NOBODY = {
  AWS_ACCESS_KEY_ID: 'AKIAOWN',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
}

/** In each test of the file the environment says no more of AWS than this, whatever it says to whoever runs the tests. */
export const setAwsEnvironment = (more: Readonly<Record<`AWS_${string}`, string>>): void => {
  let before: NodeJS.ProcessEnv
  beforeEach(() => {
    before = { ...process.env }
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
    Object.assign(process.env, NOBODY, more)
  })
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })
}
