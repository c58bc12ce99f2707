/** An image that the emulated EC2 knows from the start. Its facts are those of DescribeImages on AWS. */
export type SeededImage = {
  readonly imageId: string
  readonly name: string
  readonly virtualizationType: 'hvm' | 'paravirtual'
  readonly enaSupport: boolean
  readonly rootDeviceName: string
  /** By default `ebs`. */
  readonly rootDeviceType?: 'instance-store'
  readonly kernelId?: string
}

export const HVM_IMAGE: SeededImage = {
  imageId: 'ami-0a11ce0000000001',
  name: 'local-hvm',
  virtualizationType: 'hvm',
  enaSupport: true,
  rootDeviceName: '/dev/xvda',
}

export const PV_IMAGE: SeededImage = {
  imageId: 'ami-0a11ce0000000002',
  name: 'local-pv',
  virtualizationType: 'paravirtual',
  enaSupport: false,
  rootDeviceName: '/dev/sda1',
  kernelId: 'aki-919dcaf8',
}

export const PV_STORE_IMAGE: SeededImage = {
  ...PV_IMAGE,
  imageId: 'ami-0a11ce0000000004',
  name: 'local-pv-instance-store',
  rootDeviceType: 'instance-store',
}

export const NO_ENA_IMAGE: SeededImage = {
  imageId: 'ami-0a11ce0000000003',
  name: 'local-hvm-without-ena',
  virtualizationType: 'hvm',
  enaSupport: false,
  rootDeviceName: '/dev/xvda',
}

export const IMAGES: readonly SeededImage[] = [HVM_IMAGE, PV_IMAGE, NO_ENA_IMAGE, PV_STORE_IMAGE]

/**
 * The images in the form that moto reads at its start. It has no field for ENA support: `local/moto_server.py` adds it.
 */
export function readMotoImages(owner: string): string {
  return JSON.stringify(
    IMAGES.map(image => ({
      ami_id: image.imageId,
      name: image.name,
      description: image.name,
      owner_id: owner,
      public: false,
      virtualization_type: image.virtualizationType,
      architecture: 'x86_64',
      state: 'available',
      image_type: 'machine',
      hypervisor: 'xen',
      root_device_name: image.rootDeviceName,
      root_device_type: image.rootDeviceType ?? 'ebs',
      creation_date: '2013-09-28T00:00:00.000Z',
    })),
  )
}
