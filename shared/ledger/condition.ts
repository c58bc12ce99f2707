/**
 * A condition on a row. Attributes are written `#name`, so that none can be a reserved word of DynamoDB's; every value is
 * used in the expression, as DynamoDB insists.
 */
export type Condition = { readonly expression: string; readonly values: Readonly<Record<string, string | number>> }
