import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import type { Tls } from './certificate.ts'

type Question = {
  readonly url: string
  readonly tls: Tls
  readonly until: number
  readonly problem: () => string
}

/** Asks until it answers with 200. False if the time is up, or there is a problem. */
export async function isAnswering({ url, tls, until, problem }: Question): Promise<boolean> {
  while (Date.now() < until && problem() === '') {
    if (await isOk(url, tls)) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}

function isOk(url: string, { cert }: Tls): Promise<boolean> {
  return new Promise(resolve => {
    get(url, { ca: readFileSync(cert), timeout: 2000 }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    }).on('error', () => resolve(false))
  })
}
