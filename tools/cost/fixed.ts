/** The costs of a stack while nothing is launched, counted from its template. */
import { PRICES } from './prices.ts'

type Template = { readonly Resources: Readonly<Record<string, { readonly Type: string }>> }

export type CostLine = { readonly what: string; readonly count: number; readonly dollars: number }

const SECONDS_A_MONTH = 30 * 86_400
/** Lambda asks a queue by five long polls of 20 seconds while it is empty (AWS Lambda developer guide, Amazon SQS scaling). */
const POLLS_A_MONTH = (5 * SECONDS_A_MONTH) / 20

const count = ({ Resources }: Template, type: string): number =>
  Object.values(Resources).filter(({ Type }) => Type === type).length

/**
 * The lines of a bill that come each month in any case. `secrets` are the secrets that the channels of the policy name.
 */
export const listFixedCosts = (template: Template, secrets = 0): readonly CostLine[] => {
  const alarms = count(template, 'AWS::CloudWatch::Alarm')
  const dashboards = count(template, 'AWS::CloudWatch::Dashboard')
  const keys = count(template, 'AWS::KMS::Key')
  const polled = count(template, 'AWS::Lambda::EventSourceMapping')
  return [
    { what: 'alarms', count: alarms, dollars: alarms * PRICES.alarm },
    { what: 'dashboard', count: dashboards, dollars: dashboards * PRICES.dashboard },
    { what: 'customer keys', count: keys, dollars: keys * PRICES.key },
    {
      what: 'queues that Lambda polls',
      count: polled,
      dollars: polled * POLLS_A_MONTH * PRICES.queueRequest,
    },
    { what: 'secrets of channels', count: secrets, dollars: secrets * PRICES.secret },
  ].filter(({ count: many }) => many > 0)
}
