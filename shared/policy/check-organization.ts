import { SEVERITIES } from '../rules/rule.ts'
import type { AccountMatch } from './account-match.ts'
import { checkExact, checkForm, checkList, checkObject, checkOneOf, checkText, rejectValue } from './check-values.ts'
import { OU } from './organization-forms.ts'
import { MODES, type OrganizationScope, type Override } from './policy.ts'

const checkMatch = (value: unknown, path: string): AccountMatch => {
  const { accountId, ou, name, tags } = checkExact(value, path, ['accountId', 'ou', 'name', 'tags'])
  const tagged = tags === undefined ? undefined : Object.entries(checkObject(tags, `${path}.tags`))
  // A match without a key would be about every account.
  if (tagged?.length === 0 || [accountId, ou, name, tags].every(key => key === undefined))
    rejectValue(path, 'at least one key')
  return {
    ...(accountId !== undefined && { accountId: checkText(accountId, `${path}.accountId`) }),
    ...(ou !== undefined && { ou: checkForm(ou, `${path}.ou`, { form: OU, expected: 'the id of an OU' }) }),
    ...(name !== undefined && { name: checkText(name, `${path}.name`) }),
    ...(tagged !== undefined && {
      tags: Object.fromEntries(
        tagged.map(([key, tag]) => [key, typeof tag === 'string' ? tag : rejectValue(`${path}.tags.${key}`, 'a text')]),
      ),
    }),
  }
}

const checkLists = <T>(value: unknown, path: string, one: (item: unknown, path: string) => T) => {
  const { include, exclude } = checkExact(value, path, ['include', 'exclude'])
  return {
    ...(include !== undefined && { include: checkList(include, `${path}.include`, one) }),
    ...(exclude !== undefined && { exclude: checkList(exclude, `${path}.exclude`, one) }),
  }
}

export const checkOrganization = (value: unknown): OrganizationScope => {
  const { accounts, regions } = checkExact(value, 'organization', ['accounts', 'regions'])
  return {
    ...(accounts !== undefined && { accounts: checkLists(accounts, 'organization.accounts', checkMatch) }),
    ...(regions !== undefined && { regions: checkLists(regions, 'organization.regions', checkText) }),
  }
}

const checkSettings = (value: unknown, path: string): Override['rules'][string] => {
  const { mode, severity } = checkExact(value, path, ['mode', 'severity'])
  return {
    ...(mode !== undefined && { mode: checkOneOf(mode, `${path}.mode`, MODES) }),
    ...(severity !== undefined && { severity: checkOneOf(severity, `${path}.severity`, SEVERITIES) }),
  }
}

/** Overrides of rules that are known. */
export const checkOverrides = (value: unknown, ids: readonly string[]): readonly Override[] =>
  checkList(value, 'overrides', (entry, path) => {
    const { match, rules } = checkExact(entry, path, ['match', 'rules'])
    const settings = Object.entries(checkExact(rules, `${path}.rules`, ids))
    return {
      match: checkMatch(match, `${path}.match`),
      rules: Object.fromEntries(settings.map(([id, one]) => [id, checkSettings(one, `${path}.rules.${id}`)])),
    }
  })
