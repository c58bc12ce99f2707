// The words of a way: its title, and when to go it.
import { describeConditions, holds } from './conditions.ts'
import type { MigrationTarget } from './migration-target.ts'
import type { Plan, WayCode } from './ways.ts'

type Words = { readonly title: string; readonly when: string }

const describeSource = (target: MigrationTarget): Words => {
  const when =
    holds('EXISTS', target) === false
      ? 'What launched it may launch it again as it was.'
      : 'What launched it would launch it again as it is: a change to the instance alone does not last.'
  if (holds('BY_SERVICE', target) === true) return { title: 'Change it where it is managed', when }
  const isTemplate = holds('FROM_TEMPLATE', target) !== false
  return { title: isTemplate ? 'Correct the template' : 'Correct what launched it', when }
}

const REBUILD_WHEN = 'Without a risk to the old instance: it is removed last, when the new one is proven.'

const WORDS: Readonly<Record<WayCode, (target: MigrationTarget) => Words>> = {
  CORRECT_SOURCE: describeSource,
  RUN_RUNBOOK: () => ({
    title: 'Move it to Nitro with the AWS runbook',
    when: 'The image is HVM, and the type of an instance on EBS can be changed in place once the drivers are there.',
  }),
  MOVE_BY_HAND: ({ isWindows }) => ({
    title: isWindows === true ? 'Move it to Nitro' : 'Move it to Nitro by hand',
    when:
      isWindows === true
        ? 'The image is HVM, and the type of an instance on EBS can be changed in place once the drivers are there.'
        : 'By hand, without Systems Manager.',
  }),
  CHANGE_TYPE: () => ({ title: 'Change its type', when: 'The type of an instance on EBS can be changed in place.' }),
  SWITCH_ENA_ON: () => ({
    title: 'Switch ENA on',
    when: 'ENA can be switched on in place, if the system has the driver.',
  }),
  REBUILD: () => ({ title: 'Rebuild from a current HVM image', when: REBUILD_WHEN }),
  MOVE_VOLUME: () => ({
    title: 'Move the system to a new HVM volume',
    when: 'Only if it cannot be rebuilt. AWS has no guide and no tool for it; practise on a copy, and expect to need the console output.',
  }),
}

/** The title of a way, and when to go it. */
export const describeWay = ({ code, onlyIf, steps }: Plan, target: MigrationTarget): Words => {
  const isSameImage = code === 'REBUILD' && !steps.some(step => step.code === 'FIND_IMAGE')
  const { title, when } = isSameImage
    ? { title: 'Launch a new instance of another type', when: REBUILD_WHEN }
    : WORDS[code](target)
  return { title, when: onlyIf.length === 0 ? when : `${when} ${describeConditions(onlyIf)}.` }
}
