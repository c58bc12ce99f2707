import type { Secret } from '../../../shared/aws/secrets.ts'

/**
 * Does something with a secret. If the secret is refused, does it once more with the present secret, if that differs.
 * So a rotation needs no deployment and loses nothing.
 */
export const attemptWithSecret = async <T>(
  secret: Secret,
  attempt: (text: string) => Promise<{ readonly answer: T; readonly isUnauthorized: boolean }>,
): Promise<T> => {
  const text = await secret()
  const first = await attempt(text)
  if (!first.isUnauthorized) return first.answer
  const fresh = await secret({ fresh: true })
  return fresh === text ? first.answer : (await attempt(fresh)).answer
}
