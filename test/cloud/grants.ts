import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { TestCloud } from './cloud.ts'
import { policiesOf } from './roles.ts'

/** Takes one action away from a function's role, does something, and gives it back. Throws if the role did not have it. */
export const without = async <T>(
  { name, action }: { readonly name: string; readonly action: string },
  cloud: TestCloud,
  during: () => Promise<T>,
): Promise<T> => {
  const policies = await policiesOf(name, cloud)
  const granting = policies.filter(({ document }) =>
    document.Statement.some(({ Action }) => [Action].flat().includes(action)),
  )
  if (granting.length === 0) throw new Error(`no policy of ${name} grants ${action}`)
  const put = (changed: typeof granting) =>
    Promise.all(
      changed.map(({ RoleName, PolicyName, document }) =>
        cloud.clients.iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
        ),
      ),
    )
  const left = granting.map(({ document, ...policy }) => {
    const statements = document.Statement.flatMap(statement => {
      const actions = [statement.Action].flat().filter(one => one !== action)
      return actions.length === 0 ? [] : [{ ...statement, Action: actions }]
    })
    return { ...policy, document: { ...document, Statement: statements } }
  })
  await put(left)
  try {
    return await during()
  } finally {
    await put(granting)
  }
}
