"""moto's server, taught what EC2 knows and moto does not, as far as virtguard asks for it.

- whether an image, and an instance of it, has ENA (the images listed in ENA_IMAGES); no image has a boot mode of its own
- that an instance of an image with its root on instance store has it there
- the filters `reservation-id` and `client-token` of DescribeInstances
- that RegisterImage keeps what it is told, and makes a paravirtual image where it is told nothing
"""

import os

from moto.ec2 import utils
from moto.ec2.models.amis import Ami
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses.amis import AmisResponse
from moto.server import main

ENA_IMAGES = os.environ["ENA_IMAGES"].split(",")

# EC2 leaves out what is not so: hence None.
Ami.ena_support = property(lambda self: True if self.id in ENA_IMAGES else None)
Ami.boot_mode = property(lambda self: None, lambda self, _: None)
Instance.ena_support = property(lambda self: True if self.image_id in ENA_IMAGES else None)

utils.filter_dict_attribute_mapping["client-token"] = "client_token"
utils.filter_dict_attribute_mapping["reservation-id"] = "reservation_id"

run_instances = InstanceBackend.run_instances
register_image = AmisResponse.register_image


def run_and_remember(self, *args, **kwargs):
    reservation = run_instances(self, *args, **kwargs)
    for instance in reservation.instances:
        instance.reservation_id = reservation.id
        instance.root_device_type = self.amis[instance.image_id].root_device_type
    return reservation


def register_as_told(self):
    answer = register_image(self)
    image = self.ec2_backend.amis[answer.result["ImageId"]]
    image.virtualization_type = self._get_param("VirtualizationType") or "paravirtual"
    image.architecture = self._get_param("Architecture") or "i386"
    image.root_device_name = self._get_param("RootDeviceName")
    image.root_device_type = "ebs"
    image.hypervisor = "xen"
    return answer


InstanceBackend.run_instances = run_and_remember
AmisResponse.register_image = register_as_told

if __name__ == "__main__":
    main()
