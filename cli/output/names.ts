import type { Finding } from '../../shared/engine/finding.ts'
import { quoteName } from '../../shared/text/name.ts'
import { truncate } from './width.ts'

const NAME = 128

/**
 * The names beside a finding's ids, as one line of a table: `name "web-1", image "debian-12", account "production"`. None
 * if no name is known. Names that are too wide are shortened alike, so that none hides another.
 */
export const formatNames = ({ resource, facts }: Finding, width: number): readonly string[] => {
  const names = [
    ['name', resource.name],
    ['image', resource.type === 'AwsEc2Image' ? undefined : facts.imageName],
    ['account', resource.accountName],
  ].flatMap(([label = '', name]) => (name === undefined ? [] : [{ label, name }]))
  if (names.length === 0) return []
  const frame = names.reduce((sum, { label }) => sum + label.length + ' "", '.length, 0)
  const room = Math.max(1, Math.floor((width - frame) / names.length))
  const line = names.map(({ label, name }) => `${label} ${quoteName(truncate(name, room), NAME)}`).join(', ')
  return [truncate(line, width)]
}
