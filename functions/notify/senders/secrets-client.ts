import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** A client in the region of the secret: arn:aws:secretsmanager:REGION:… */
export const createSecretsClient = (arn: string): SecretsManagerClient => {
  const region = arn.split(':')[3]
  // Stryker disable next-line ConditionalExpression: every ARN has its region
  return new SecretsManagerClient({ maxAttempts: 3, ...(region !== undefined && { region }) })
}
