/** Stacks without channels, with them, and with some that hold alerts; and what is read from them. */
import { toPascalCase } from '../../shared/text/pascal.ts'
import { CHANNELS, WITH_CHANNELS, WITH_HOLDING } from './channels.ts'
import { aTemplate, ENFORCING, resourceNamed, resourcesOf } from './stack.ts'

export const without = aTemplate()
export const sent = aTemplate({ policy: WITH_CHANNELS })
export const scheduled = aTemplate({ policy: WITH_HOLDING })
export const live = aTemplate({ policy: { ...ENFORCING, channels: CHANNELS } })

export const names = Object.keys(CHANNELS)
export const pascals = names.map(toPascalCase)
export const idsOf = (template: typeof sent, type: string): readonly string[] =>
  Object.keys(resourcesOf(template, type)).map(id => id.slice(0, -8))
export const more = (template: typeof sent, type: string): readonly string[] => {
  const before = idsOf(without, type)
  return idsOf(template, type)
    .filter(id => !before.includes(id))
    .sort()
}
export const environmentOf = (template: typeof sent, name: string) =>
  resourceNamed(template, 'AWS::Lambda::Function', name).Properties['Environment'] as {
    Variables: Record<string, unknown>
  }
export const outputsOf = (template: typeof sent) => template.toJSON()['Outputs'] as Record<string, { Value: unknown }>
export const subscriptionsOf = (template: typeof sent) =>
  Object.values(resourcesOf(template, 'AWS::SNS::Subscription')).map(({ Properties }) => Properties)
