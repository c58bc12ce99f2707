type Json = Readonly<Record<string, unknown>>

export const HVM = {
  virtualization_type: 'hvm',
  architecture: 'x86_64',
  root_device_type: 'ebs',
  ena_support: true,
  boot_mode: null,
  tpm_support: null,
} as const

/** A data source that the plan has read. */
export const aFoundImage = (id: string, facts: Json = {}, name = 'found') => ({
  address: `data.aws_ami.${name}`,
  mode: 'data',
  type: 'aws_ami',
  name,
  values: { ...HVM, id, ...facts },
})

type Change = {
  readonly actions?: readonly string[]
  readonly before?: Json | null
  readonly unknown?: Json
  readonly sensitive?: Json
  readonly index?: string | number
  readonly module?: string
}

/** A change of a resource: made anew, unless it says otherwise. */
export const aChange = (
  own: string,
  after: Json | null,
  { actions = ['create'], before = null, unknown = {}, sensitive = {}, index, module }: Change = {},
) => {
  const [type, name] = own.split('.')
  const at = index === undefined ? '' : `[${JSON.stringify(index)}]`
  return {
    address: `${module === undefined ? '' : `${module}.`}${own}${at}`,
    ...(module !== undefined && { module_address: module }),
    mode: 'managed',
    type,
    name,
    ...(index !== undefined && { index }),
    change: { actions, before, after, after_unknown: unknown, after_sensitive: sensitive },
  }
}

/** A resource in the configuration. */
export const aSource = (own: string, expressions: Json) => ({
  address: own,
  mode: 'managed',
  type: own.split('.')[0],
  expressions,
})

export const refers = (...references: readonly string[]) => ({ references })

type Parts = {
  readonly version?: string
  readonly changes?: readonly Json[]
  readonly found?: readonly Json[]
  readonly sources?: readonly Json[]
  readonly calls?: Json
}

export const aPlan = ({ version = '1.2', changes = [], found = [], sources = [], calls = {} }: Parts): Json => ({
  format_version: version,
  planned_values: { root_module: {} },
  resource_changes: changes,
  prior_state: { format_version: '1.0', values: { root_module: { resources: found } } },
  configuration: { root_module: { resources: sources, module_calls: calls } },
})
