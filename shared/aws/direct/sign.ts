import { createHash, createHmac } from 'node:crypto'
import type { Settings } from './settings.ts'

export type Headers = Readonly<Record<string, string>>

const hashSha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const computeHmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * The headers of `POST /` with the signature that AWS asks for (Signature Version 4, IAM user guide, Create a signed AWS
 * API request). `headers` are in small letters, and all of them are signed.
 */
export const signRequest = (
  { service, region, url, accessKeyId, secretAccessKey, sessionToken }: Settings,
  { headers, body, now }: { readonly headers: Headers; readonly body: string; readonly now: Date },
): Headers => {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const all: Record<string, string> = { ...headers, host: url.host, 'x-amz-date': time }
  if (sessionToken !== undefined) all['x-amz-security-token'] = sessionToken
  const names = Object.keys(all).sort()
  const list = names.join(';')
  const canonical = ['POST', '/', '', ...names.map(name => `${name}:${all[name]}`), '', list, hashSha256(body)].join(
    '\n',
  )
  const scope = `${day}/${region}/${service}/aws4_request`
  const key = [region, service, 'aws4_request'].reduce<Buffer>(computeHmac, computeHmac(`AWS4${secretAccessKey}`, day))
  const signature = computeHmac(key, ['AWS4-HMAC-SHA256', time, scope, hashSha256(canonical)].join('\n')).toString(
    'hex',
  )
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`
  return { ...all, authorization }
}
