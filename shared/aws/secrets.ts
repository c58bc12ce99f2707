import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/**
 * A secret is used for this long before it is read again, so that a rotated one is in use soon, without a deployment.
 */
const KEPT_MS = 5 * 60_000

/** The text of a secret. `fresh` reads it again, even if it is remembered. Throws what AWS Secrets Manager throws. */
export type Secret = (how?: { readonly fresh: boolean }) => Promise<string>

/** A secret that is read when it is needed and then kept in memory, nowhere else. */
export const readSecret = (client: SecretsManagerClient, arn: string, now: () => Date): Secret => {
  let kept: { readonly text: string; readonly at: number } | undefined
  return async ({ fresh } = { fresh: false }) => {
    if (!fresh && kept !== undefined && now().getTime() - kept.at < KEPT_MS) return kept.text
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    if (SecretString === undefined) throw new Error(`the secret ${arn} holds no text`)
    kept = { text: SecretString, at: now().getTime() }
    return SecretString
  }
}
