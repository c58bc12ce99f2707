import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createClients } from '../../local/clients.ts'
import { buildEmulatorEnvironment, isolateProcess } from '../../local/isolation.ts'
import { HOSTILE } from '../cloud/hostile.ts'

describe('the AWS settings of the surrounding shell', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'virtguard-isolation-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('are removed from this process: neither a hostile value nor a hostile name is left', () => {
    const env: NodeJS.ProcessEnv = { PATH: '/bin', HOME: '/home/jane', ...HOSTILE, aws_profile: 'hostile' }
    isolateProcess(env, folder)
    expect(JSON.stringify(env)).not.toMatch(/hostile|999999999999/i)
    expect(Object.keys(env).filter(name => /ENDPOINT|PROFILE|TOKEN|CONTAINER|CA_BUNDLE/i.test(name))).toEqual([])
    expect(env).toMatchObject({ PATH: '/bin', HOME: '/home/jane', AWS_EC2_METADATA_DISABLED: 'true' })
  })

  test('are replaced by empty files', () => {
    const env: NodeJS.ProcessEnv = { ...HOSTILE }
    isolateProcess(env, folder)
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
      expect(readFileSync(env[name] ?? '', 'utf8')).toBe('')
  })

  test('reach no emulator, nor does anything else of the shell except what finds programs', () => {
    const shell = {
      PATH: '/bin',
      LANG: 'C',
      HTTPS_PROXY: 'http://hostile.invalid',
      NODE_OPTIONS: '--hostile',
      ...HOSTILE,
    }
    const env = buildEmulatorEnvironment(folder, shell)
    expect(JSON.stringify(env)).not.toMatch(/hostile/i)
    expect(env).toMatchObject({ LANG: 'C', HOME: folder, TMPDIR: folder })
    // The functions run on the Node that runs this.
    expect(env['PATH']).toBe([path.dirname(process.execPath), '/bin'].join(path.delimiter))
  })

  test('do not move an SDK client from the endpoint that it was given', async () => {
    const before = { ...process.env }
    Object.assign(process.env, HOSTILE)
    try {
      const cert = path.join(folder, 'cert.pem')
      writeFileSync(cert, '')
      const clients = createClients({ aws: 'https://127.0.0.1:1', ec2: 'https://127.0.0.1:2', cert })
      const { close, ...all } = clients
      for (const [name, client] of Object.entries(all)) {
        const { hostname, port } = (await client.config.endpoint?.()) ?? {}
        // The second emulator has EC2 and Security Hub.
        const its = ['ec2', 'securityHub'].includes(name) ? 2 : 1
        expect({ name, hostname, port }).toEqual({ name, hostname: '127.0.0.1', port: its })
        expect((await client.config.credentials()).accessKeyId).toBe('000000000000')
      }
      close()
    } finally {
      for (const name of Object.keys(HOSTILE)) delete process.env[name]
      Object.assign(process.env, before)
    }
  })
})
