/** `m5.large` is of family `m5`; a name without a size is its own family. */
export const getFamily = (instanceType: string): string => {
  const dot = instanceType.indexOf('.')
  return dot < 0 ? instanceType : instanceType.slice(0, dot)
}

/** `large` of `m5.large`. Empty if the name has no size. */
export const getSize = (instanceType: string): string => instanceType.slice(getFamily(instanceType).length + 1)

/** The parts of a family's name, by AWS's naming convention: `m5dn` is series m, generation 5, options dn. */
export type FamilyName = { readonly series: string; readonly generation: number; readonly options: string }

/** A name outside the convention (`u-6tb1`, `mac-m4`) has the letters before its first other character as its series. */
export const parseFamily = (family: string): FamilyName => {
  const [, series = family, generation = '0', options = ''] = /^([a-z]+)(\d*)(.*)$/.exec(family) ?? []
  return { series, generation: Number(generation), options }
}
